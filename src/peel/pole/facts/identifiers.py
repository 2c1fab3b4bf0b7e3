"""The numbers by which other systems know a person, each checked as its issuer checks it."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.base.numbers import asn, cro, driver, national_insurance, nhs, passport, pnc


class IdentifierKind(models.TextChoices):
    """Whose number it is (the list of the justice systems' person record)."""

    PNC = "PNC", "PNC ID"
    CRO = "CRO", "CRO number"
    ASN = "ASN", "Arrest summons number"
    URN = "URN", "Case URN"
    DRIVER = "DRIVER", "Driver number"
    NATIONAL_INSURANCE = "NI", "National Insurance number"
    NHS = "NHS", "NHS number"
    PASSPORT = "PASSPORT", "Passport number"
    NOMS = "NOMS", "Prison (NOMS) number"
    CRN = "CRN", "Probation (CRN) number"
    VISOR = "VISOR", "ViSOR number"
    IMMIGRATION = "HO", "Home Office reference"
    YOUTH = "YOUTH", "Youth justice number"
    IMAGE = "IMAGE", "Custody image number"
    OTHER = "OTHER", "Other number"


_CHECKS: dict[str, Callable[[str], str]] = {
    IdentifierKind.PNC: pnc.normal,
    IdentifierKind.CRO: cro.normal,
    IdentifierKind.ASN: asn.normal,
    IdentifierKind.DRIVER: driver.normal,
    IdentifierKind.NATIONAL_INSURANCE: national_insurance.normal,
    IdentifierKind.NHS: nhs.normal,
    IdentifierKind.PASSPORT: passport.normal,
}


def normal_identifier(kind: str, text: str) -> str:
    """The number in its one form. Raises ValidationError with the right check letter, if any."""
    text = " ".join(text.split()).upper()
    if not text:
        raise ValidationError("Enter the number.")
    check = _CHECKS.get(kind)
    return check(text) if check else text
