"""Roles and what each may do. They are data; the reviewed default set is `default_roles.toml`."""

from django.db import models


class Role(models.Model):
    """A kind of work, for example "custody sergeant"."""

    name = models.CharField(max_length=60, primary_key=True)
    description = models.CharField(max_length=500)
    system = models.BooleanField(
        default=False, help_text="For programs, such as the loader: nobody signs in with it"
    )
    totp_required = models.BooleanField(default=True, verbose_name="Needs a second factor")
    reviewed_on = models.DateField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RolePermission(models.Model):
    """One permission of a role: a name such as `investigation.crime.view`, or one with `*`."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role", "permission"], name="access_rolepermission_once"
            ),
            models.CheckConstraint(
                condition=models.Q(permission__regex=r"^[a-z_*]+(\.[a-z_*]+)*$"),
                name="access_rolepermission_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.permission}"
