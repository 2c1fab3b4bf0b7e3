"""Who acts for whom while somebody is absent."""

from django.db import models

from peel.kernel.access.models.people import Appointment


class Delegation(models.Model):
    """A post lent to a colleague from and to: the appointment that the colleague acts by.

    The times stand on that appointment. Written by functions of the database alone.
    """

    appointment = models.OneToOneField(
        Appointment, models.CASCADE, primary_key=True, related_name="delegation"
    )
    lent = models.ForeignKey(Appointment, models.PROTECT, related_name="delegations")
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(appointment=models.F("lent")),
                name="access_delegation_of_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lent_id} lent as {self.appointment_id}"
