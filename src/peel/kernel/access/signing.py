"""From a session that has shown who somebody is to an identity that acts for one appointment."""

from datetime import UTC, datetime
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from peel.kernel.access import identity as identities
from peel.kernel.access import second_factor
from peel.kernel.access.addresses import source_address
from peel.kernel.access.hooks import tell
from peel.kernel.access.models import Officer, Role, User

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
OWN_CASELOAD = {"kind": "own caseload"}


def posts_of(user_id: UUID) -> list[Officer]:
    """The appointments that a user may act for now, as they are shown, best name first."""
    programs = Role.objects.filter(system=True).values("name")
    held = Officer.objects.filter(user_id=user_id, current=True).exclude(role__in=programs)
    return list(held.order_by("organisation_name", "unit_name", "role", "id"))


def lacks_second_factor(request: HttpRequest, user: User, post: Officer) -> bool:
    """Whether `post` asks for a second factor that this session has not shown."""
    if not second_factor.is_needed(user.pk, [post.pk]) and not second_factor.is_set_up(user.pk):
        return False
    return not second_factor.was_shown(request, user)


def _proved_at(request: HttpRequest) -> datetime:
    """When this session last showed who it is: a change of appointment is no new proof."""
    records = get_authentication_records(request, request.user)
    shown = [datetime.fromtimestamp(record["at"], UTC) for record in records]
    before = getattr(request, "identity", None)
    if before is not None and before.proved_at is not None:
        shown.append(before.proved_at)
    return max(shown, default=NEVER)


def reaches_higher(identity: "identities.Identity", post: Officer) -> bool:
    """Whether `post` reaches further than the one acted for now: that asks for a proof."""
    return post.appointment.clearance > identity.clearance


def begin(request: HttpRequest, post: Officer) -> str:
    """Act for `post` from now on; gives the token. An identity that was there before ends.

    Raises SignedOut when the appointment is no longer held.
    """
    before = getattr(request, "identity", None)
    token = identities.mint(
        post.user_id, post.pk, proved_at=_proved_at(request),
        address=source_address(request), agent=request.headers.get("User-Agent"),
    )  # fmt: skip
    methods = [r["method"] for r in get_authentication_records(request, request.user)]
    acting = {"acting_for": str(post.lent_id)} if post.lent_id else {}
    try:
        tell(
            "access.appointment" if before else "access.sign_in", "done", request,
            token=token, user_id=post.user_id, detail={"methods": methods} | acting,
        )  # fmt: skip
    except BaseException:
        identities.end(token)
        raise
    if before:
        identities.end(before.token)
    request.session["purpose"] = dict(OWN_CASELOAD)
    return token
