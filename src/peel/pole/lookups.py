"""Addresses of the gazetteer are found in forms as they are typed, and fill the parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from peel.kernel.places import addresses, gazetteer
from peel.kernel.places.models import GazetteerAddress, Precision
from peel.machine.forms.lookups import Found, LookUp, register_look_up

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_PARTS = ("saon", "paon", "street", "locality", "town", "administrative_area", "postcode")


@dataclass(frozen=True)
class FoundAddress(Found):
    """An address that fits; `fill` gives the answers that it stands for, by question."""

    fill: Mapping[str, str] = field(default_factory=dict)


def filled_by(address: GazetteerAddress) -> dict[str, Any]:
    """What a location takes over from an address of the gazetteer."""
    taken: dict[str, Any] = {name: getattr(address, name) for name in _PARTS}
    taken |= {"uprn": str(address.pk), "usrn": address.usrn, "category": "address", "name": ""}
    if address.longitude is not None:
        taken |= {"longitude": address.longitude, "latitude": address.latitude}
        taken |= {"precision": Precision.EXACT.value}
    return taken


def _by_key(text: str, identity: "Identity | None") -> GazetteerAddress | None:
    try:
        number = int(addresses.uprn(text))
    except ValidationError:
        return None
    return GazetteerAddress.objects.filter(pk=number).first()


def _by_text(text: str, identity: "Identity | None", limit: int) -> list[Found]:
    return [_found(address) for address in gazetteer.find(text, limit)]


def _found(address: Any) -> Found:
    line = addresses.one_line(**{name: getattr(address, name) for name in _PARTS})
    fill = {name: str(value) for name, value in filled_by(address).items()}
    return FoundAddress(str(address.pk), line, f"UPRN {address.pk}", fill)


register_look_up(GazetteerAddress, LookUp(_by_key, _by_text, _found))
