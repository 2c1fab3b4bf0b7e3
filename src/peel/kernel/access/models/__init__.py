"""The tables of access."""

from peel.kernel.access.models.delegations import Delegation
from peel.kernel.access.models.officers import Officer
from peel.kernel.access.models.people import Appointment, SessionToken, User
from peel.kernel.access.models.roles import Role, RolePermission
from peel.kernel.access.models.structure import Agreement, Organisation, Unit
from peel.kernel.access.models.tokens import ApiToken

__all__ = [
    "Agreement",
    "ApiToken",
    "Appointment",
    "Delegation",
    "Officer",
    "Organisation",
    "Role",
    "RolePermission",
    "SessionToken",
    "Unit",
    "User",
]
