"""How objects and organisations look and are found: sixteen sheets, each a few lines."""

from collections.abc import Callable
from typing import Any

from peel.kernel.access.markings import Marking
from peel.kernel.base.numbers import card, iban, phone, sort_code, vrm
from peel.kernel.records.kinds import kind_of
from peel.machine.registry import register
from peel.machine.sheets import Column, Markings, Numbers, Search, Section, Sheet
from peel.pole.link_types import links_of
from peel.pole.objects import models
from peel.pole.objects.models import Thing

MARKINGS = Markings((Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE, Marking.SECRET))
Text = Callable[[Any], str]


def caption(*names: str, otherwise: Text = lambda thing: str(thing._meta.verbose_name)) -> Text:
    """A caption of the fields that are filled in."""

    def told(thing: Any) -> str:
        said = [str(_said(thing, name)) for name in names if getattr(thing, name)]
        return ", ".join(said) or otherwise(thing).capitalize()

    return told


def _said(thing: Any, name: str) -> Any:
    display = getattr(thing, f"get_{name}_display", None)
    return display() if display else getattr(thing, name)


def _written(function: Callable[[str], str], name: str) -> Text:
    return lambda thing: function(getattr(thing, name)) if getattr(thing, name) else ""


def sheet(
    model: type[Thing],
    prefix: str,
    caption: Text,
    fields: str,
    columns: tuple[str | Column, ...],
    *,
    found: str = "",
    named: str = "",
    facets: tuple[str, ...] = (),
    icon: str = "",
) -> Sheet:
    """The sheet of an object: its fields in one section; `found` are searched as numbers, `named`
    by spelling too.
    """

    def searched(thing: Any, names: str) -> list[str]:
        return [str(getattr(thing, name)) for name in names.split() if getattr(thing, name)]

    return register(
        Sheet(
            model=model,
            caption=caption,
            icon=icon or str(model._meta.model_name),
            numbers=Numbers(prefix),
            sections=(
                Section(str(model._meta.verbose_name).capitalize(), tuple(fields.split())),
                Section("Notes", ("notes",)),
                *([Section("If it is recorded twice", ("another_because",))] if model.KEYS else []),
            ),
            columns=tuple(c if isinstance(c, Column) else Column(c) for c in columns),
            search=Search(
                names=lambda thing: [thing.title, *searched(thing, named)],
                numbers=lambda thing: searched(thing, found),
                body=lambda thing: thing.notes,
            ),
            facets=facets,
            links=links_of(kind_of(model)),
            markings=MARKINGS,
            retention=str(model._meta.model_name),
        )
    )


sheet(
    models.Vehicle,
    "VE",
    lambda v: v.caption,
    "vehicle_kind vrm registered_in make model colour year body fuel vin other_number",
    (Column("vrm", value=_written(vrm.shown, "vrm")), "make", "model", "colour", "vehicle_kind"),
    found="vrm vin other_number",
    facets=("vehicle_kind", "colour"),
)
sheet(
    models.Cycle,
    "CY",
    caption("colour", "make", "model", "frame_number"),
    "cycle_kind make model colour frame_number security_mark",
    ("make", "model", "colour", "frame_number"),
    found="frame_number security_mark",
    facets=("cycle_kind", "colour"),
)
sheet(
    models.Phone,
    "PH",
    lambda p: (
        ", ".join(
            filter(None, (phone.shown(p.msisdn or ""), f"{p.make} {p.model}".strip(), p.imei))
        )
        or "Phone"
    ),
    "msisdn imei imei_2 make model colour",
    (Column("msisdn", value=_written(phone.shown, "msisdn")), "imei", "make", "model"),
    found="msisdn imei imei_2",
)
sheet(
    models.SimCard,
    "SM",
    lambda s: ", ".join(filter(None, (phone.shown(s.msisdn or ""), s.network, s.iccid or s.imsi))),
    "iccid imsi msisdn network",
    (Column("msisdn", value=_written(phone.shown, "msisdn")), "network", "iccid", "imsi"),
    found="iccid imsi msisdn",
    icon="sim",
)
sheet(
    models.Computer,
    "CO",
    caption("computer_kind", "make", "model", "serial"),
    "computer_kind make model serial mac",
    ("computer_kind", "make", "model", "serial"),
    found="serial mac",
    facets=("computer_kind",),
)
sheet(
    models.EmailAddress,
    "EM",
    caption("address"),
    "address display_name",
    ("address", "display_name"),
    found="address",
    named="display_name",
    icon="email",
)
sheet(
    models.Handle,
    "HA",
    lambda h: f"{h.name} on {h.get_platform_display()}",
    "platform name display_name address",
    ("name", "platform", "display_name"),
    found="name",
    named="display_name",
    facets=("platform",),
)
sheet(
    models.Account,
    "AC",
    caption("provider", "number", "iban"),
    "account_kind provider sort_code number iban held_in_name",
    (
        "provider",
        Column("sort_code", value=_written(sort_code.shown, "sort_code")),
        "number",
        Column("iban", value=_written(iban.shown, "iban")),
        "held_in_name",
    ),
    found="number iban",
    named="held_in_name",
    facets=("account_kind",),
)
sheet(
    models.PaymentCard,
    "PC",
    lambda c: f"{c.issuer or c.get_scheme_display() or 'Payment'} card {card.masked(c.number)}",
    "number scheme issuer name_on_card expires",
    (
        Column("number", value=_written(card.masked, "number")),
        "scheme",
        "issuer",
        "name_on_card",
        "expires",
    ),
    found="number",
    named="name_on_card",
    facets=("scheme",),
    icon="card",
)
sheet(
    models.Firearm,
    "FA",
    caption("firearm_kind", "make", "model", "serial"),
    "firearm_kind make model serial calibre certificate",
    ("firearm_kind", "make", "model", "serial", "calibre"),
    found="serial certificate",
    facets=("firearm_kind",),
)
sheet(
    models.Weapon,
    "WP",
    caption("description"),
    "weapon_kind description",
    ("description", "weapon_kind"),
    facets=("weapon_kind",),
)
sheet(
    models.Drug,
    "DR",
    lambda d: (
        f"{d.name}, {d.weight.normalize():f} {d.get_unit_display()}" if d.weight else str(d.name)
    ),
    "name drug_class form weight unit",
    ("name", "drug_class", "form", "weight", "unit"),
    facets=("drug_class",),
)
sheet(
    models.IdentityDocument,
    "ID",
    lambda d: f"{d.get_document_kind_display()} {d.country} {d.number}",
    "document_kind number country name_on_it issued expires suspected_false",
    ("document_kind", "number", "country", "name_on_it", "expires"),
    found="number",
    named="name_on_it",
    facets=("document_kind", "suspected_false"),
    icon="document",
)
sheet(
    models.Valuable,
    "VA",
    caption("description"),
    "valuable_kind description serial value currency",
    ("description", "valuable_kind", "value", "currency"),
    found="serial",
    facets=("valuable_kind",),
)
sheet(
    models.Property,
    "PR",
    caption("description", "make"),
    "property_kind description make model serial colour quantity",
    ("description", "property_kind", "make", "serial"),
    found="serial",
    facets=("property_kind",),
)
sheet(
    models.Organisation,
    "OR",
    caption("name"),
    "name other_names organisation_kind company_number charity_number phone email website",
    (
        "name",
        "organisation_kind",
        "company_number",
        Column("phone", value=_written(phone.shown, "phone")),
    ),
    found="company_number charity_number phone email",
    named="other_names",
    facets=("organisation_kind",),
)
