"""Several source records of one person (vehicle, place) where records are named one by one.

Lists, look-ups, searches and panels go on showing records, for a row is a record: it has a version,
its own fields are sorted and counted, and an export takes it away. Each says with which it stands
together; and a list can be asked to show each person once.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q
from django.db.models.lookups import Exact

from peel.kernel.audit import looks
from peel.kernel.records.models import Record
from peel.machine.commands.problems import Invalid
from peel.machine.sheets import Flag, Narrowing
from peel.pole.identity import kinds
from peel.pole.identity.clusters import Clusters

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

NAME, ONCE = "each", "once"


class Together(Flag):
    """The flag of a record that stands together with others."""


def flags(ids: Collection[UUID], together: Clusters, identity: "Identity") -> dict[UUID, Together]:
    """What is said of the records that stand together, as far as `identity` sees it: of the
    canonical one how many there are besides, of each other one which stands for it.
    """
    joined = {key: together[key] for key in ids if key in together}
    found = {
        key: Together(f"+ {len(group) - 1} further record{'s' * (len(group) > 2)}", "grey")
        for key, group in joined.items()
        if key == group[0]
    }
    firsts = {group[0] for key, group in joined.items() if key != group[0]}
    if not firsts:
        return found
    looks.note(firsts)
    seen: Any = Record.objects.visible_to(identity).filter(pk__in=firsts)
    named = {key: words for key, *words in seen.values_list("pk", "kind", "reference")}
    for key, group in joined.items():
        if key != group[0] and group[0] in named:
            kind, reference = named[group[0]]
            found[key] = Together(f"Same {kinds.noun(kind)} as {reference}", "grey")
    return found


def words(text: str) -> str:
    """What is asked, as people read it. Raises Invalid for anything else."""
    if text != ONCE:
        raise Invalid({NAME: ["Choose “once”, or leave it out."]})
    return "Each once: source records are shown with the one that stands for them"


def condition(sheet: "Sheet", text: str) -> Q:
    """The records that stand alone, and of those that stand together the one for all."""
    leads = Func(F("pk"), function="identity.leads", output_field=BooleanField())
    return Q(Exact(leads, True))


def offer(sheet: "Sheet", identity: "Identity", total: int) -> dict[str, Any]:
    """What the list's page offers: to show each once."""
    if not kinds.takes_part(sheet.kind):
        return {}
    return {"list_ways": [(f"Each {kinds.noun(sheet.kind)} once", f"?{NAME}={ONCE}")]}


NARROWING = Narrowing(NAME, lambda sheet: kinds.takes_part(sheet.kind), words, condition)
