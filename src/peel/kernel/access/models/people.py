"""People, the posts they hold, and the tokens that say for which post somebody is signed in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone

from peel.kernel.access.markings import Marking
from peel.kernel.access.models.roles import Role
from peel.kernel.access.models.structure import Organisation, Unit
from peel.kernel.base.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes users. Called on an alias that may: `User.objects.using("owner")`."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """A saved user; without a password none will fit until one is set."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A human being, once and for life, whatever posts come and go.

    Read through the role `door`, for the row holds the password's hash; what others may know of
    a person is in `Officer`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    collar_number = models.CharField(max_length=20, unique=True, verbose_name="Collar number")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(
        default=False, db_default=False, help_text="Set by an administrator's reset"
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "collar_number"]
    objects = UserManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Upper("username"), name="access_user_username_any_case")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.collar_number})"

    def get_short_name(self) -> str:
        """The name."""
        return self.name

    def get_full_name(self) -> str:
        """The name and the collar number."""
        return str(self)


class Appointment(models.Model):
    """A post that a user holds for a time; it alone gives permissions and clearance."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="appointments", null=True, blank=True
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="appointments")
    rank = models.CharField(max_length=60, blank=True, help_text="Rank or title, for example PC")
    clearance = models.SmallIntegerField(choices=Marking, default=Marking.OFFICIAL)
    starts = models.DateTimeField(default=timezone.now)
    ends = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="access_appointment_order"
            ),
            models.CheckConstraint(
                condition=Q(clearance__in=Marking.values), name="access_appointment_clearance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank or self.role_id} at {self.unit or self.organisation}"


class SessionToken(models.Model):
    """One sign-in for one appointment. Only the SHA-256 of the token is kept.

    Expiry and idle time are judged by the database's clock alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.BinaryField(unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="tokens")
    created = models.DateTimeField()
    last_seen = models.DateTimeField()
    expires = models.DateTimeField()
    idle_limit = models.DurationField()
    ended_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=400, default="")

    def __str__(self) -> str:
        return f"{self.user_id} from {self.created}"
