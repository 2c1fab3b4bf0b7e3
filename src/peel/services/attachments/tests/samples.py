"""Answers to the command on a file of any record."""

from peel.kernel.access.identity import Identity
from peel.kernel.files.scanning import State, Verdict
from peel.kernel.files.store import Incoming, Writer
from peel.kernel.records.filed import Attachment
from peel.kernel.records.models import Record
from peel.machine.tests.samples import Answers
from peel.services.attachments.commands import bring_in


def incoming(content: bytes = b"A statement, typed.", state: State = State.CLEAN) -> Incoming:
    """Content in the store, with a verdict."""
    writer = Writer()
    writer.write(content)
    made = writer.finish()
    made.verdict = Verdict(state, "Eicar-Test-Signature" if state is State.INFECTED else "")
    return made


def attached(
    who: Identity, record: Record, name: str = "statement.txt", content: bytes = b"", **more: object
) -> Attachment:
    """A file of a record, brought in by `who`."""
    kept = incoming(content) if content else incoming()
    made = bring_in(who, record, kept, name, {"marking": 1} | more)
    kept.discard()
    return made


def on_any(who: Identity, record: Record) -> Answers:
    """A file of the record withdrawn."""
    return {"file-withdraw": {"which": str(attached(who, record).pk), "reason": "The wrong one"}}
