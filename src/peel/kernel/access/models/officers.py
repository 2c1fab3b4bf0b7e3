"""What everybody may know of who holds which post: a view without any credential in it."""

from django.db import models

from peel.kernel.access.models.people import Appointment


class Officer(models.Model):
    """An appointment with the names that a page shows. Its key is the appointment's.

    Made by a database view, so it is read and never written.
    """

    id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField()
    name = models.CharField(max_length=200)
    collar_number = models.CharField(max_length=20)
    rank = models.CharField(max_length=60)
    role = models.CharField(max_length=60)
    unit_id = models.UUIDField(null=True)
    unit_name = models.CharField(max_length=200)
    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=200)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    current = models.BooleanField()
    lent_id = models.UUIDField(null=True)
    acting_for = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "access_officer"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.caption

    @property
    def caption(self) -> str:
        """Rank, collar number and name, for example "PC 1234 Asha Patel"; and for whom he acts."""
        own = caption(self.rank, self.collar_number, self.name)
        return f"{own}, acting for {self.acting_for}" if self.acting_for else own

    @property
    def appointment(self) -> Appointment:
        """The appointment itself."""
        return Appointment.objects.get(pk=self.id)


def caption(rank: str, collar_number: str, name: str) -> str:
    """How a person is written on a page."""
    return " ".join(part for part in (rank, collar_number, name) if part)
