"""Accounts, payment cards and valuables."""

from collections.abc import Mapping
from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from peel.kernel.base.numbers import account_number, card, iban, sort_code
from peel.kernel.records.versions import versioned
from peel.pole.objects.models.things import Normal, Thing, index, one_of, words


@versioned
class Account(Thing):
    """An account with a bank or another that holds money or its like."""

    class AccountKind(models.TextChoices):
        """Who keeps it."""

        BANK = "bank", "Bank or building society"
        PAYMENT = "payment", "Payment service"
        CRYPTO = "crypto", "Crypto-asset wallet"
        BETTING = "betting", "Betting or gaming"
        OTHER = "other", "Other"

    KEYS = (("iban",), ("sort_code", "number"), ("provider", "number"))
    ONE_OF = ("number", "iban", "provider")

    account_kind = one_of(AccountKind, "kind of account")
    provider = words("bank or provider", 80)
    sort_code = words(length=10)
    number = words("account number", 120, "Or the address of a wallet, or the user's name")
    iban = words("IBAN", 42)
    held_in_name = words("name on the account", 100)

    class Meta(Thing.Meta):
        """Found by its numbers."""

        abstract = False
        verbose_name = "account"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("account", "number"),
            index("account", "iban"),
        ]

    def numbers(self) -> Mapping[str, Normal]:
        """With a sort code the number is a bank's, of eight digits."""
        checks: dict[str, Normal] = {"sort_code": sort_code.normal, "iban": iban.normal}
        return checks | ({"number": account_number.normal} if self.sort_code else {})


@versioned
class PaymentCard(Thing):
    """A payment card that is evidence.

    Its number is kept whole, for a request to the issuer needs it, and shown masked wherever
    cards are named. Security code, PIN and magnetic stripe have no field: PCI DSS 3.3.1 lets
    nobody keep them, and no investigation needs them here.
    """

    class Scheme(models.TextChoices):
        """Whose mark it bears."""

        VISA = "visa", "Visa"
        MASTERCARD = "mastercard", "Mastercard"
        AMEX = "amex", "American Express"
        OTHER = "other", "Other"

    NUMBERS = {"number": card.normal}
    KEYS = (("number",),)

    number = models.CharField(
        "card number", max_length=30, help_text="Never the security code or the PIN"
    )
    scheme = one_of(Scheme, "scheme")
    issuer = words(length=80)
    name_on_card = words(length=100)
    expires = models.CharField(
        "expiry",
        max_length=5,
        blank=True,
        help_text="Month and year as on the card: 09/28",
        validators=[RegexValidator(r"^(0[1-9]|1[0-2])/\d{2}$", "Enter month and year: 09/28.")],
    )

    class Meta(Thing.Meta):
        """Found by its number."""

        abstract = False
        verbose_name = "payment card"
        indexes: ClassVar[list[models.Index]] = [*Thing.Meta.indexes, index("card", "number")]


@versioned
class Valuable(Thing):
    """Cash, jewellery and other things of worth."""

    class ValuableKind(models.TextChoices):
        """What sort of valuable."""

        CASH = "cash", "Cash"
        JEWELLERY = "jewellery", "Jewellery"
        WATCH = "watch", "Watch"
        METAL = "metal", "Precious metal"
        ART = "art", "Art or antique"
        OTHER = "other", "Other"

    valuable_kind = one_of(ValuableKind, "kind of valuable")
    description = models.CharField(max_length=200)
    serial = words("serial number or hallmark", 60)
    value = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        max_length=3,
        default="GBP",
        validators=[RegexValidator(r"^[A-Z]{3}$", "Enter three letters, such as GBP or EUR.")],
    )

    class Meta(Thing.Meta):
        """Listed by newest."""

        abstract = False
        verbose_name = "valuable"
