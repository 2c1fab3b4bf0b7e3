"""The fictional force: its units, and the people who hold posts in them."""

from dataclasses import dataclass

from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Appointment, Organisation, Unit, User
from peel.site import runtime

FORCE = "Thamesmarch Police"
UNITS = (
    "Response Team A",
    "Burglary Investigation",
    "Custody",
    "Property Store",
    "Intelligence Hub",
    "Professional Standards",
    "Data Office",
    "Systems",
)


@dataclass(frozen=True)
class Person:
    """One demo officer: how to sign in, and the post held."""

    username: str
    name: str
    collar_number: str
    rank: str
    role: str
    unit: str
    clearance: Marking = Marking.OFFICIAL_SENSITIVE


PEOPLE = (
    Person("amara", "Amara Lindqvist", "1201", "PC", "response officer", UNITS[0]),
    Person("tobias", "Tobias Marchetti", "1202", "PC", "response officer", UNITS[0]),
    Person("ines", "Ines Valdemar", "2310", "DC", "detective", UNITS[1]),
    Person("rowan", "Rowan Achterberg", "2301", "DS", "supervisor", UNITS[1], Marking.SECRET),
    Person("petra", "Petra Osei-Lund", "3102", "PS", "custody sergeant", UNITS[2]),
    Person("kit", "Kit Fennimore", "8104", "", "property clerk", UNITS[3]),
    Person("noor", "Noor Castellan", "8230", "", "analyst", UNITS[4]),
    Person("edda", "Edda Winterbourne", "9001", "", "auditor", UNITS[5], Marking.SECRET),
    Person("milo", "Milo Haverstock", "9105", "", "data office", UNITS[6]),
    Person("ada", "Ada Quillon", "9900", "", "administrator", UNITS[7]),
)
LOADER = Person("loader", "Outside files", "0001", "", "loader", UNITS[7], Marking.SECRET)


def password() -> str:
    """The password of every demo person: made once for this checkout, printed by `./peel demo`."""
    return f"thamesmarch-{runtime.secret('demo')[:10]}"


def raise_force() -> dict[str, Appointment]:
    """Make the organisation, its units, and everyone's post; gives the posts by user name."""
    force = Organisation.objects.using("owner").create(name=FORCE, code="TMP")
    units = {
        name: Unit.objects.using("owner").create(name=name, organisation=force) for name in UNITS
    }
    return {one.username: _appoint(one, force, units[one.unit]) for one in (*PEOPLE, LOADER)}


def _appoint(person: Person, force: Organisation, unit: Unit) -> Appointment:
    user = User.objects.db_manager("owner").create_user(
        username=person.username,
        # Nobody signs in as the loader: a program speaks for that post.
        password=password() if person is not LOADER else None,
        name=person.name,
        collar_number=person.collar_number,
    )
    return Appointment.objects.using("owner").create(
        user=user,
        organisation=force,
        unit=unit,
        role_id=person.role,
        rank=person.rank,
        clearance=person.clearance,
    )
