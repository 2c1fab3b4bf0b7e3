"""Who acted: officers by appointment, people by user, programs by their role in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from peel.kernel.access.models import Officer, User
from peel.kernel.audit.reading import Line

PROGRAMS = {
    "peel_sealer": "The sealer, or a command on the server",
    "peel_worker": "A background worker",
    "peel_relay": "The relay",
    "peel_loader": "A loader of outside files",
    "peel_owner": "The owner of the database",
}


@dataclass(frozen=True)
class Actor:
    """Who wrote a line; `user_id` is None for nobody and for programs."""

    caption: str
    post: str = ""
    user_id: UUID | None = None
    unit: str = ""


def officers(appointments: Iterable[UUID | None]) -> dict[UUID, Officer]:
    """The staff list's rows for these appointments."""
    wanted = {each for each in appointments if each}
    return {one.pk: one for one in Officer.objects.filter(pk__in=wanted)} if wanted else {}


def names(users: Iterable[UUID | None]) -> dict[UUID, str]:
    """Collar number and name of these people, whether in post or not."""
    wanted = {each for each in users if each}
    if not wanted:
        return {}
    rows = User.objects.using("default").filter(pk__in=wanted)
    return {pk: f"{number} {name}" for pk, number, name in
            rows.values_list("pk", "collar_number", "name")}  # fmt: skip


def actors(lines: Iterable[Line]) -> dict[UUID, Actor]:
    """Who wrote each line, by the line's id."""
    listed = list(lines)
    posts = officers(line.appointment_id for line in listed)
    without = [line.user_id for line in listed if line.appointment_id not in posts]
    others = names(without)
    return {line.id: _actor(line, posts, others) for line in listed}


def _actor(line: Line, posts: dict[UUID, Officer], others: dict[UUID, str]) -> Actor:
    post = posts.get(line.appointment_id) if line.appointment_id else None
    if post is not None:
        role = f"{post.role[:1].upper()}{post.role[1:]}"
        where = ", ".join(part for part in (role, post.unit_name) if part)
        return Actor(post.caption, where, post.user_id, post.unit_name)
    if line.user_id:
        caption = others.get(line.user_id, f"User {line.user_id}")
        return Actor(caption, user_id=line.user_id)
    if line.role in PROGRAMS:
        return Actor(PROGRAMS[line.role])
    return Actor("Nobody signed in")


def posts_of(user_id: UUID) -> list[Officer]:
    """Every appointment that a user has held, the latest first."""
    return list(Officer.objects.filter(user_id=user_id).order_by("-starts"))


def fitting(text: str, limit: int) -> list[Officer]:
    """People whose name or number fits, one row each, former officers among them."""
    fits = Officer.objects.filter(Q(name__icontains=text) | Q(collar_number__istartswith=text))
    latest = fits.order_by("user_id", "-starts").distinct("user_id")
    return sorted(latest[:limit], key=lambda one: (one.name, one.collar_number))


def numbered(text: str) -> Officer | None:
    """The person with this collar number, by his latest post."""
    return Officer.objects.filter(collar_number__iexact=text).order_by("-starts").first()
