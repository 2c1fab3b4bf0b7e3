"""The tables of access."""

from peel.kernel.access.models.officers import Officer
from peel.kernel.access.models.people import Appointment, SessionToken, User
from peel.kernel.access.models.roles import Role, RolePermission
from peel.kernel.access.models.structure import Agreement, Organisation, Unit

__all__ = [
    "Agreement",
    "Appointment",
    "Officer",
    "Organisation",
    "Role",
    "RolePermission",
    "SessionToken",
    "Unit",
    "User",
]
