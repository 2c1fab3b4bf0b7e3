"""The synthetic people around the real crimes, told through the real commands by demo officers."""

import datetime
import random
from collections.abc import Callable
from typing import Any

from peel.kernel.access.identity import Identity, end, identify, mint, speaking
from peel.kernel.access.models import Appointment, Officer
from peel.kernel.audit import context
from peel.kernel.base.dates import PartialDate
from peel.kernel.places.models import GazetteerAddress
from peel.machine.commands import Problem, run
from peel.machine.commands.registry import commands
from peel.machine.scenes import Cast, scenes
from peel.modules.investigation.api import Crime
from peel.pole.lookups import filled_by
from peel.pole.models import Location, Nominal
from peel.site.demo.names import DESCRIPTIONS, FAMILY, GIVEN, STREETS

SEED = 999
NOMINALS = 200
HOMES = 80
ROLES = ("suspect", "suspect", "victim", "victim", "witness", "involved")


def tell(posts: dict[str, Appointment], progress: Callable[[int, int], None]) -> None:
    """Record the people, their homes and their links to crimes; restrict one; play the scenes."""
    names = ("amara", "ines", "rowan")
    identities = [sign_in(posts[name]) for name in names]
    purpose = context.Purpose(context.TYPED_REASON, "Building the demonstration")
    try:
        with context.working(context.Context(purpose=purpose)):
            with speaking(identities[0]):
                detective = Officer.objects.get(pk=identities[1].appointment_id)
            officer, investigator, sergeant = identities
            cast = Cast(random.Random(SEED), officer, investigator, sergeant, detective)  # noqa: S311
            _people(cast, progress)
            for scene in scenes():
                scene(cast)
    finally:
        for identity in identities:
            end(identity.token)


def sign_in(post: Appointment) -> Identity:
    """A session of one of the force. Raises LookupError when the post is not held."""
    found = identify(mint(post.user_id, post.pk))
    if found is None:
        raise LookupError("the post is not held")
    return found


def _people(cast: Cast, progress: Callable[[int, int], None]) -> None:
    crimes = _crimes(cast)
    there: dict[int, Location] = {}
    homes = [_home(cast, number, there) for number in range(HOMES)]
    known: list[Nominal] = []
    for number in range(NOMINALS):
        nominal = _nominal(cast)
        _link(cast.officer, nominal, cast.chance.choice(homes), "home>")
        if known and cast.chance.random() < 0.3:
            _link(cast.detective, nominal, cast.chance.choice(known), "associate>")
        for crime in cast.chance.sample(crimes, cast.chance.choice((1, 1, 1, 2))):
            _link(cast.detective, nominal, crime, f"{cast.chance.choice(ROLES)}>")
        known.append(nominal)
        progress(number + 1, NOMINALS)
    for crime in crimes[:12]:
        cast.do(
            cast.sergeant, "investigation.crime.allocate", crime, officer_in_case=cast.allocated
        )
    _restrict_one(cast, known[0])


def _crimes(cast: Cast) -> list[Crime]:
    """A hundred of the newest burglaries that the loader brought in."""
    with speaking(cast.detective):
        found = Crime.objects.visible_to(cast.detective).filter(category="Burglary")
        return list(found.order_by("-source_key")[:100])


def _home(cast: Cast, number: int, there: dict[int, Location]) -> Location:
    """A house or flat of the invented town, placed in the Thames where none lives; recorded once,
    though two may live there.
    """
    street = GazetteerAddress.objects.filter(street=STREETS[number % len(STREETS)]).order_by("pk")
    houses = list(street.exclude(saon="") if number % 3 else street.filter(saon=""))
    house = houses[number * 7 % len(houses)]
    if house.pk not in there:
        there[house.pk] = run(commands["pole.location.create"], cast.officer, filled_by(house))
    return there[house.pk]


def _nominal(cast: Cast) -> Nominal:
    chance = cast.chance
    sex = chance.choice("MMF")
    year = chance.randint(1950, 2008)
    birth = datetime.date(year, chance.randint(1, 12), chance.randint(1, 28))
    exact = birth.isoformat()
    written = chance.choice((exact, exact, birth.strftime("%B %Y"), str(year)))
    values: dict[str, Any] = {
        "family_name": chance.choice(FAMILY),
        "given_names": chance.choice(GIVEN[sex]),
        "sex": sex,
        "date_of_birth": PartialDate.parse(written),
        "description": chance.choice(DESCRIPTIONS),
    }
    made: Nominal = run(commands["pole.nominal.create"], cast.officer, values)
    if chance.random() < 0.15:
        alias = {"kind": "alias", "given_names": chance.choice(GIVEN[sex]), "family_name": ""}
        made = run(commands["pole.nominal.add_name"], cast.officer, {"record_id": made.pk, **alias})
    return made


def _link(who: Identity, one: Any, other: Any, reading: str) -> None:
    values = {"record_id": one.pk, "other": other, "reading": reading}
    try:
        run(commands["pole.link.create"], who, values)
    except Problem:
        # Chance drew the same pair twice.
        return


def _restrict_one(cast: Cast, nominal: Nominal) -> None:
    reason = "Relative of a serving officer; seen by the supervisor and the detective only"
    cast.do(
        cast.sergeant, "pole.nominal.restrict", nominal, reason=reason, admitted=[cast.allocated]
    )
