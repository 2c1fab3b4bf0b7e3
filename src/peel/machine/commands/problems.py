"""Why a command was not done, in words for the person and a status for the machine."""

from collections.abc import Mapping, Sequence
from typing import Any

from peel.kernel.access.step_up import Unproved


class Problem(Exception):
    """An expected failure. `status` is the HTTP status that pages and API answer with; `more` is
    what a program is told besides.
    """

    status = 422
    title = "This could not be done"
    more: Mapping[str, Any] = {}

    def __init__(self, message: str = "") -> None:
        self.message = message or self.title
        super().__init__(self.message)


class NotPermitted(Problem):
    """The appointment's role does not allow it."""

    status = 403
    title = "Your role does not allow this"


class ProveItIsYou(Problem, Unproved):
    """The act is sensitive and the last proof of who this is has grown old."""

    status = 403
    title = "Confirm that it is you, then do this again"


class NotFound(Problem):
    """There is no such record, or none that this identity may see: the same words for both."""

    status = 404
    title = "There is no record here that you can see"


class Conflict(Problem):
    """Somebody else changed the record first. `current` is the record as it is now."""

    status = 409
    title = "Someone else changed this record while you had it open"

    def __init__(self, current: Any, message: str = "") -> None:
        super().__init__(message)
        self.current = current


class Refused(Problem):
    """A rule says no; the message gives the reason."""

    def onto(self, form: Any) -> None:
        """Say it in the form that was sent."""
        form.add_error(None, self.message)


class Invalid(Problem):
    """Fields are wrong: a list of plain messages by field ("" for the whole)."""

    title = "Check what was entered"

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {name: list(messages) for name, messages in errors.items()}
        self.more = {"errors": self.errors}
        super().__init__("; ".join(f"{k}: {', '.join(v)}" for k, v in self.errors.items()))
