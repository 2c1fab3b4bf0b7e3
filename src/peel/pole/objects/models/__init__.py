"""The tables of objects."""

from peel.pole.objects.models.devices import Computer, EmailAddress, Handle, Phone, SimCard
from peel.pole.objects.models.money import Account, PaymentCard, Valuable
from peel.pole.objects.models.others import IdentityDocument, Organisation, Property
from peel.pole.objects.models.things import Thing
from peel.pole.objects.models.transport import Cycle, Vehicle
from peel.pole.objects.models.weapons import Drug, Firearm, Weapon

__all__ = [
    "Account",
    "Computer",
    "Cycle",
    "Drug",
    "EmailAddress",
    "Firearm",
    "Handle",
    "IdentityDocument",
    "Organisation",
    "PaymentCard",
    "Phone",
    "Property",
    "SimCard",
    "Thing",
    "Valuable",
    "Vehicle",
    "Weapon",
]
