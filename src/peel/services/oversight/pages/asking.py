"""What the auditor's pages share: who may, what is asked, and the words around every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from peel.kernel.audit import context, reading
from peel.machine.commands.problems import Invalid
from peel.machine.pages.reading import require
from peel.services.oversight import queries, words
from peel.services.oversight.forms import FilterForm

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

PAGE = 25
# The places of earlier pages that a link carries, for the way back.
MOST_BACK = 20
TABS = (("Lines", "oversight-lines"), ("State of the ledger", "oversight-ledger"))
QUESTIONS = tuple(FilterForm.base_fields)


def auditor(request: HttpRequest, name: str) -> "Identity":
    """Whoever asks, if he may audit; the look is described for the ledger first."""
    return require(request, queries.VIEW, name=name, query=request.GET.urlencode())


def surroundings(identity: "Identity", here: str) -> dict[str, Any]:
    """The tabs, and the purpose under which the auditor's own look is recorded."""
    purpose = context.current().purpose
    return {
        "tabs": [
            {"label": label, "href": reverse(name), "current": name == here} for label, name in TABS
        ],
        "own_purpose": purpose.text or words.purpose(purpose.kind).lower(),
        "may_export": identity.may(queries.EXPORT),
    }


def asked(request: HttpRequest, identity: "Identity") -> FilterForm:
    """The filter as it was filled in; a look-up's choice wins over what was typed."""
    return FilterForm(request.GET, identity=identity)


def kept(request: HttpRequest) -> dict[str, str]:
    """The answers in the address, and nothing else."""
    found = {}
    for name in QUESTIONS:
        if value := request.GET.get(f"{name}-pick") or request.GET.get(name):
            found[name] = value
    return found


def address(name: str, answers: Mapping[str, Any], args: list[Any] | None = None) -> str:
    """The address of a page with these answers."""
    where = reverse(name, args=args)
    return f"{where}?{urlencode(answers)}" if answers else where


@dataclass(frozen=True)
class Place:
    """Where a page of lines begins, and where those before it began ("" for the newest)."""

    before: UUID | None = None
    back: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Place":
        """The place in the address. Raises Invalid when it is not one of ours."""
        back = request.GET.get("back", "")
        try:
            before = UUID(request.GET["before"]) if request.GET.get("before") else None
            trail = tuple(part and UUID(part).hex for part in back.split(".")) if before else ()
        except ValueError:
            raise Invalid(
                {"before": ["This place in the list is not one of ours. Start again."]}
            ) from None
        return cls(before, trail[-MOST_BACK:])

    def next(self, last: UUID) -> dict[str, str]:
        """What leads to the page of older lines."""
        here = self.before.hex if self.before else ""
        trail = [*self.back, here][-MOST_BACK:]
        return {"before": last.hex, "back": ".".join(trail)}

    def previous(self) -> dict[str, str] | None:
        """What leads to the page of newer lines; None where none is known."""
        if not self.back:
            return None
        *rest, last = self.back
        return {"before": last, "back": ".".join(rest)} if last else {}


def page_of(
    filters: Mapping[str, Any], place: Place, size: int = PAGE
) -> tuple[list[reading.Line], bool]:
    """A page of lines, and whether there are older ones."""
    found = reading.read(**filters, before=place.before, limit=size + 1)
    return found[:size], len(found) > size
