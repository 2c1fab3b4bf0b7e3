"""What stands in a line of the ledger, in plain words."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone

from peel.kernel.audit import context
from peel.kernel.audit.ledger import Act, Outcome
from peel.machine import registry
from peel.machine.commands.registry import commands

LONDON = ZoneInfo("Europe/London")

ACTS = {
    Act.COLLECTION: "Collection: something new was recorded",
    Act.ALTERATION: "Alteration: something was changed",
    Act.CONSULTATION: "Consultation: something was looked at",
    Act.DISCLOSURE: "Disclosure: something was given out",
    Act.COMBINATION: "Combination: things were brought together",
    Act.ERASURE: "Erasure: something was removed",
    Act.ACCESS: "Access: signing in, or who may do what",
}
OUTCOMES = {Outcome.DONE: "Done", Outcome.REFUSED: "Refused", Outcome.FAILED: "Failed"}
COLOURS = {Outcome.DONE: "green", Outcome.REFUSED: "red", Outcome.FAILED: "orange"}
PURPOSES = {
    context.OWN_CASELOAD: "Own caseload",
    context.RECORD: "A record",
    context.TYPED_REASON: "A typed reason",
}
# Operations that are neither a command nor a page of a sheet.
OPERATIONS = {
    "access.appointment": "Change of appointment",
    "access.lock_out": "Lock-out after too many tries",
    "access.passkey": "Change of one's own passkeys",
    "access.password": "Change of one's own password",
    "access.proof": "Fresh proof of who one is",
    "access.purpose": "Purpose stated",
    "access.second_factor": "Change of one's own second factor",
    "access.session_end": "One's own session ended elsewhere",
    "access.sign_in": "Sign-in",
    "access.sign_in.code": "Code of the second factor",
    "access.sign_in.passkey": "Passkey shown",
    "access.sign_out": "Sign-out",
    "access.token.use": "Call with an API token",
    "audit.erase_texts": "Typed words of the ledger erased",
    "audit.export": "Whole ledger taken out",
    "audit.proof": "Proof of a line taken out",
    "audit.read": "Ledger read",
    "audit.verify": "Ledger verified",
    "charts.again": "Link chart looked at for another day",
    "charts.common": "What several records are linked to in common",
    "charts.draw": "Link chart drawn further",
    "charts.expand": "Node of a link chart expanded",
    "charts.members": "Group of a link chart unfolded",
    "charts.named": "Record put on a link chart",
    "charts.open": "Link chart",
    "charts.path": "Path between two records",
    "charts.save": "Link chart saved",
    "drafts": "One's own drafts",
    "objects.kinds": "The kinds of objects",
    "notify.inbox": "Inbox of notices",
    "notify.mutes": "What is muted",
    "notify.watching": "What one watches",
    "files.file.captions": "Captions of a film",
    "files.file.drawing": "Large picture of a file",
    "files.images": "Pictures of a person",
    "files.file.list": "List of the files of a record",
    "files.file.picture": "Small picture of a file",
    "files.file.scan": "Virus check of a file that had waited",
    "files.file.view": "Page of a file",
    "files.rekey": "Keys of the stored files changed",
    "files.verify": "Every stored file checked",
    "resolution.likely": "What may be on record already, while something is typed",
    "resolution.policy": "What is said of likely records that somebody cannot see",
    "resolution.queue": "Pairs of records that may be the same",
    "resolution.pair": "A pair of records that may be the same",
    "resolution.models": "Models of who is who",
    "resolution.changes": "What a run would join and take apart",
    "resolution.model": "A model of who is who",
    "resolution.train": "A model of who is who was trained",
    "resolution.run": "Who is who was worked out",
    "identity.run.apply": "Records were joined by a run",
    "identity.run.rollback": "A run was undone",
    "exchange.import": "Imported from a file",
    "exchange.imports": "One's own imports",
    "exchange.not_taken": "Rows of an import that were not taken, as a file",
    "exchange.template": "Template of a file to be imported",
    "exchange.export": "Record taken out in a form that other systems read",
    "exchange.share": "Page on taking a record out",
    "pole_example.load": "Loaded from the open POLE example",
    "oversight.export": "Lines of the ledger exported",
    "oversight.ledger": "State of the ledger",
    "oversight.line": "Page of a line of the ledger",
    "oversight.lines": "List of lines of the ledger",
    "oversight.officer": "What an officer looked at",
    "oversight.proof": "Proof of a line taken out",
    "oversight.record": "Who looked at a record",
    "records.break_glass.act": "Page of a break-glass act",
    "records.break_glass.list": "List of break-glass acts",
    "programs.changes": "What changed, by the API",
    "programs.programs": "Programs and their tokens",
    "programs.tokens": "One's own API tokens",
    "programs.openapi": "Description of the API",
    "quality.figures": "Figures of data quality",
    "quality.records": "Records with a fault",
    "site.home": "Home page",
    "search.export": "Search results taken out as a file",
    "search.suggest": "Suggestions of the search box",
    "site.search": "Search",
    "suggest": "Suggestions while typing",
    "staff.delegation.list": "Posts lent while somebody is away",
    "staff.review": "Access review",
    "staff.review.export": "Access review taken out as a file",
    "staff.role.compare": "Comparison of two roles",
    "staff.role.list": "List of roles",
    "staff.role.view": "What a role may do",
    "staff.unit.list": "Units and organisations",
    "staff.user.list": "Staff list",
    "staff.user.view": "Page of a user",
}
_OF_SHEET = {
    "identity": "Identity of {one}: which records are the same, and why",
    "list": "List of {many}",
    "map": "Map of {many}",
    "arrange": "How a list of {many} is filtered",
    "views": "Saved views of {many}",
    "view": "Page of {one}",
    "history": "History of {one}",
    "bulk": "Action on many {many}",
    "export": "Export of {many}",
    "compare": "Comparison of versions of {one}",
    "panel": "Part of the page of {one}",
    "print": "Print of {one}",
    "access": "Who can see {one}",
}


def operation(name: str) -> str:
    """An operation in plain words; one that Peel no longer knows, by its name."""
    if name in OPERATIONS:
        return OPERATIONS[name]
    if name in commands:
        return commands[name].title
    kind, _, verb = name.rpartition(".")
    if verb in _OF_SHEET:
        try:
            sheet = registry.sheet_of(kind)
        except LookupError:
            return name
        one = sheet.title.lower()
        article = "an" if one[:1] in "aeiou" else "a"
        return _OF_SHEET[verb].format(many=sheet.title_plural.lower(), one=f"{article} {one}")
    return name


def known_operations() -> list[str]:
    """The names that lines may bear, for suggestions."""
    pages = [f"{sheet.kind}.{verb}" for sheet in registry.sheets() for verb in _OF_SHEET]
    return sorted({*OPERATIONS, *commands, *pages})


def act(value: str) -> str:
    """An act of section 62 in plain words."""
    return ACTS[Act(value)] if value in set(Act) else value


def outcome(value: str) -> str:
    """How it ended."""
    return OUTCOMES[Outcome(value)] if value in set(Outcome) else value


def colour(value: str) -> str:
    """The colour of an outcome's tag."""
    return COLOURS[Outcome(value)] if value in set(Outcome) else "grey"


def purpose(kind: str | None) -> str:
    """A kind of purpose; some acts (a program's, a sign-in) have none."""
    return PURPOSES.get(kind or "", kind or "None stated")


def moment(at: datetime) -> str:
    """A moment in London, to the second."""
    return dateformat.format(timezone.localtime(at, LONDON), "j F Y, H:i:s")


def short_moment(at: datetime) -> str:
    """The same for lists."""
    return dateformat.format(timezone.localtime(at, LONDON), "j M Y, H:i:s")


def utc(at: datetime) -> str:
    """The same moment in UTC, to the millisecond, as the ledger keeps it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count:,} {unit}{'s' if count != 1 else ''} ago"
    return "just now"


def detail(text: str | None) -> list[tuple[str, str]]:
    """The particulars of a line, each with its name; as they stand where they are not pairs."""
    if not text:
        return []
    try:
        read: Any = json.loads(text)
    except ValueError:
        return [("Particulars", text)]
    if not isinstance(read, dict):
        return [("Particulars", text)]
    return [
        (
            str(name).replace("_", " ").capitalize(),
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )
        for name, value in read.items()
    ]
