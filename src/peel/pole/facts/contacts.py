"""The ways to reach a person, each written in one form."""

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.base.numbers import email, phone


class ContactKind(models.TextChoices):
    """What sort of contact it is."""

    MOBILE = "mobile", "Mobile phone"
    HOME = "home", "Home phone"
    WORK = "work", "Work phone"
    EMAIL = "email", "E-mail"
    HANDLE = "handle", "Online name"
    OTHER = "other", "Other"


def normal_contact(kind: str, text: str) -> str:
    """The number or address in its one form. Raises ValidationError in plain words."""
    text = " ".join(text.split())
    if not text:
        raise ValidationError("Enter the number or address.")
    if kind in (ContactKind.MOBILE, ContactKind.HOME, ContactKind.WORK):
        return phone.normal(text)
    return email.normal(text) if kind == ContactKind.EMAIL else text
