"""Phones, SIM cards, computers, e-mail addresses and online handles."""

from typing import ClassVar

from django.db import models

from peel.kernel.base.numbers import email, iccid, imei, imsi, mac_address, phone
from peel.kernel.records.versions import versioned
from peel.pole.objects.models.things import Thing, colour, index, one_of, words


@versioned
class Phone(Thing):
    """A handset by its IMEI, or a telephone number while the handset is not known."""

    NUMBERS = {"imei": imei.normal, "imei_2": imei.normal, "msisdn": phone.normal}
    KEYS = (("imei",), ("imei_2",), ("msisdn",))
    ONE_OF = ("msisdn", "imei", "imei_2", "make", "notes")

    msisdn = words("telephone number (MSISDN)", 20, "With its country code if it is not of the UK")
    imei = words("IMEI", 20, "Dial *#06#. Of 14 digits the 15th is worked out")
    imei_2 = words("second IMEI", 20)
    make = words(length=40)
    model = words(length=60)
    colour = colour()

    class Meta(Thing.Meta):
        """Found by its numbers."""

        abstract = False
        verbose_name = "phone"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("phone", "imei"),
            index("phone", "imei_2"),
            index("phone", "msisdn"),
        ]


@versioned
class SimCard(Thing):
    """A SIM card, physical or built in. Its telephone number may move to another."""

    NUMBERS = {"iccid": iccid.normal, "imsi": imsi.normal, "msisdn": phone.normal}
    KEYS = (("iccid",), ("imsi",))
    ONE_OF = ("iccid", "imsi", "msisdn")

    iccid = words("card number (ICCID)", 24, "Printed on the card; begins with 89")
    imsi = words("IMSI", 15)
    msisdn = words("telephone number (MSISDN)", 20)
    network = words(length=40)

    class Meta(Thing.Meta):
        """Found by its numbers."""

        abstract = False
        verbose_name = "SIM card"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("simcard", "iccid"),
            index("simcard", "imsi"),
            index("simcard", "msisdn"),
        ]


@versioned
class Computer(Thing):
    """A computer, a tablet or a device that stores data."""

    class ComputerKind(models.TextChoices):
        """What sort of device."""

        LAPTOP = "laptop", "Laptop"
        DESKTOP = "desktop", "Desktop computer"
        TABLET = "tablet", "Tablet"
        STORAGE = "storage", "Drive, stick or card"
        SERVER = "server", "Server"
        NETWORK = "network", "Router or other network device"
        CAMERA = "camera", "Camera"
        OTHER = "other", "Other"

    NUMBERS = {"mac": mac_address.normal}
    KEYS = (("mac",), ("make", "serial"))
    ONE_OF = ("serial", "mac", "make", "notes")

    computer_kind = one_of(ComputerKind, "kind of device")
    make = words(length=40)
    model = words(length=60)
    serial = words("serial number", 60)
    mac = words("MAC address", 17)

    class Meta(Thing.Meta):
        """Found by its numbers."""

        abstract = False
        verbose_name = "computer"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("computer", "mac"),
            index("computer", "make", "serial"),
        ]


@versioned
class EmailAddress(Thing):
    """An e-mail address."""

    NUMBERS = {"address": email.normal}
    KEYS = (("address",),)

    address = models.CharField("e-mail address", max_length=254)
    display_name = words("name shown with it", 100)

    class Meta(Thing.Meta):
        """Found by the address."""

        abstract = False
        verbose_name = "e-mail address"
        verbose_name_plural = "e-mail addresses"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("emailaddress", "address"),
        ]


@versioned
class Handle(Thing):
    """A name by which somebody is known on a platform."""

    class Platform(models.TextChoices):
        """Where the name is used."""

        FACEBOOK = "facebook", "Facebook"
        INSTAGRAM = "instagram", "Instagram"
        WHATSAPP = "whatsapp", "WhatsApp"
        SNAPCHAT = "snapchat", "Snapchat"
        TIKTOK = "tiktok", "TikTok"
        X = "x", "X (Twitter)"
        TELEGRAM = "telegram", "Telegram"
        SIGNAL = "signal", "Signal"
        DISCORD = "discord", "Discord"
        YOUTUBE = "youtube", "YouTube"
        LINKEDIN = "linkedin", "LinkedIn"
        REDDIT = "reddit", "Reddit"
        MARKET = "market", "A market place"
        GAME = "game", "A game"
        DATING = "dating", "A dating service"
        OTHER = "other", "Other"

    NUMBERS = {"name": lambda text: text.strip().removeprefix("@").lower()}
    KEYS = (("platform", "name"),)

    platform = models.CharField(max_length=12, choices=Platform)
    name = models.CharField(
        "handle", max_length=100, help_text="Without the @; capitals do not count"
    )
    display_name = words("name shown with it", 100)
    address = words("address of the profile", 300)

    class Meta(Thing.Meta):
        """Found by platform and name."""

        abstract = False
        verbose_name = "online handle"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("handle", "platform", "name"),
        ]
