"""Officers are found in forms by collar number or name."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from peel.kernel.access.models import Officer
from peel.machine.forms.lookups import Found, LookUp, register_look_up

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def _by_key(text: str, identity: "Identity | None") -> Any:
    return _in_post(identity).filter(collar_number__iexact=text).first()


def _by_text(text: str, identity: "Identity | None", limit: int) -> list[Found]:
    fits = Q(name__icontains=text) | Q(collar_number__istartswith=text)
    return [_found(officer) for officer in _in_post(identity).filter(fits)[:limit]]


def _in_post(identity: "Identity | None") -> Any:
    """Officers in post in the organisation of whoever asks."""
    if identity is None:
        return Officer.objects.none()
    return Officer.objects.filter(current=True, organisation_id=identity.organisation_id)


def _found(officer: Any) -> Found:
    return Found(officer.collar_number, f"{officer.caption}, {officer.unit_name}".strip(", "))


register_look_up(Officer, LookUp(_by_key, _by_text, _found))
