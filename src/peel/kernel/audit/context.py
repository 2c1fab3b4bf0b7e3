"""What is known of the request being answered, and the working purpose that it is made for.

The purpose is asked for once and kept in the session; every line written meanwhile carries it.
Sign-in sets "own caseload"; a record or a typed reason replaces it through `set_purpose`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from peel.kernel.base.ids import uuid7

OWN_CASELOAD, RECORD, TYPED_REASON = "own caseload", "record", "typed reason"
KINDS = (OWN_CASELOAD, RECORD, TYPED_REASON)
SESSION_KEY = "purpose"
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Purpose:
    """Why records are looked at: the kind, the typed words, the record worked on."""

    kind: str = ""
    text: str = ""
    record: UUID | None = None

    @classmethod
    def from_session(cls, kept: object) -> "Purpose":
        """The purpose kept in a session; none where the session holds none or nonsense."""
        if not isinstance(kept, Mapping):
            return cls()
        try:
            record = UUID(str(kept["record"])) if kept.get("record") else None
        except ValueError:
            record = None
        return cls(str(kept.get("kind") or ""), str(kept.get("text") or ""), record)

    def as_session(self) -> dict[str, str | None]:
        """The form in which a session keeps it."""
        return {
            "kind": self.kind,
            "text": self.text,
            "record": str(self.record) if self.record else None,
        }


@dataclass(frozen=True)
class Context:
    """The request that a line belongs to. Outside a request: an id of its own, nothing else."""

    request_id: UUID = field(default_factory=uuid7)
    source: str | None = None
    purpose: Purpose = Purpose()
    token: str | None = field(default=None, repr=False)
    # The API token that the request came with; its lines name it among their particulars.
    api_token: UUID | None = None


_current: ContextVar[Context | None] = ContextVar("peel_audit_context", default=None)


def current() -> Context:
    """The context of the running request or job."""
    return _current.get() or Context()


@contextmanager
def working(context: Context) -> Iterator[Context]:
    """Write every line inside the block under `context` (a request, a job, an import)."""
    mark = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(mark)


def set_purpose(
    request: HttpRequest, kind: str, text: str = "", record: UUID | None = None
) -> Purpose:
    """Set the working purpose of this session and write the line that says so.

    Raises ValidationError (by field) for an unknown kind, a typed reason without words or of more
    than 1,000 characters, or the kind "record" without one.
    """
    from peel.kernel.audit import ledger

    text = text.strip()
    if kind not in KINDS:
        raise ValidationError({"kind": "Choose why you are working: your caseload, or a reason."})
    if kind == TYPED_REASON and not text:
        raise ValidationError({"text": "Enter the reason for which you need these records."})
    if len(text) > LONGEST_REASON:
        raise ValidationError({"text": "The reason must be 1,000 characters or fewer."})
    if kind == RECORD and record is None:
        raise ValidationError({"record": "Choose the record that you are working on."})
    purpose = Purpose(kind, text, record)
    was = current()
    with working(Context(was.request_id, was.source, purpose, was.token)):
        ledger.write_apart(
            act=ledger.Act.ACCESS, name="access.purpose", subjects=[record] if record else []
        )
    session: Any = request.session  # type: ignore[attr-defined,unused-ignore]
    session[SESSION_KEY] = purpose.as_session()
    return purpose
