"""The vocabulary of links: name, both readings, and the kinds that each end may be of.

It follows the core list of the POLE model (person, object, location, event, each with each). It is
where the database's own table starts from: a force adds rows of its own (`./peel load link-types`).
"""

NOMINAL = ["pole.nominal"]
ORGANISATION = ["objects.organisation"]
PARTY = NOMINAL + ORGANISATION
EVENT = ["investigation.crime", "investigation.incident"]
PLACE = ["pole.location"]
VEHICLE = ["objects.vehicle"]
PHONE = ["objects.phone"]
SIM = ["objects.simcard"]
CARD = ["objects.paymentcard"]
MONEY = ["objects.account", *CARD]
ONLINE = ["objects.emailaddress", "objects.handle"]
DOCUMENT = ["objects.identitydocument"]
# What can lie somewhere, be taken and be found.
GOODS = [
    *VEHICLE, *PHONE, *SIM, *CARD, *DOCUMENT,
    *(f"objects.{name}" for name in (
        "cycle", "computer", "firearm", "weapon", "drug", "valuable", "property",
    )),
]  # fmt: skip
OBJECT = [*GOODS, "objects.account", *ONLINE]
LINE = [*PHONE, *SIM]

LinkTypeRow = tuple[str, str, str, list[str], list[str]]

IN_EVENTS: tuple[LinkTypeRow, ...] = (
    ("suspect", "suspect in", "has suspect", PARTY, EVENT),
    ("victim", "victim of", "has victim", PARTY, EVENT),
    ("witness", "witness to", "has witness", NOMINAL, EVENT),
    ("informant", "informant of", "reported by", PARTY, EVENT),
    ("arrested", "arrested for", "led to the arrest of", NOMINAL, EVENT),
    ("charged", "charged with", "led to the charge of", PARTY, EVENT),
    ("convicted", "convicted of", "led to the conviction of", PARTY, EVENT),
    ("missing", "missing person in", "has missing person", NOMINAL, EVENT),
    ("subject", "subject of", "has subject", PARTY, EVENT),
    ("appropriate_adult", "appropriate adult in", "has appropriate adult", NOMINAL, EVENT),
    ("solicitor", "solicitor in", "has solicitor", NOMINAL, EVENT),
    ("involved", "involved in", "involves", PARTY, EVENT),
    ("stolen_in", "stolen in", "has stolen item", OBJECT, EVENT),
    ("used_in", "used in", "has item used", OBJECT, EVENT),
    ("recovered_in", "recovered in", "has recovered item", GOODS, EVENT),
    ("exhibit_in", "exhibit in", "has exhibit", OBJECT, EVENT),
    ("seen_in", "seen in", "has item seen", OBJECT, EVENT),
    ("damaged_in", "damaged in", "has damaged item", GOODS, EVENT),
)
BETWEEN_PEOPLE: tuple[LinkTypeRow, ...] = (
    ("spouse", "husband, wife or civil partner of", "husband, wife or civil partner of",
     NOMINAL, NOMINAL),
    ("partner", "partner of", "partner of", NOMINAL, NOMINAL),
    ("ex_partner", "former partner of", "former partner of", NOMINAL, NOMINAL),
    ("parent", "parent of", "child of", NOMINAL, NOMINAL),
    ("sibling", "sibling of", "sibling of", NOMINAL, NOMINAL),
    ("relative", "relative of", "relative of", NOMINAL, NOMINAL),
    ("friend", "friend of", "friend of", NOMINAL, NOMINAL),
    ("associate", "associate of", "associate of", NOMINAL, NOMINAL),
    ("co_accused", "co-accused with", "co-accused with", NOMINAL, NOMINAL),
    ("cohabits", "lives with", "lives with", NOMINAL, NOMINAL),
    ("colleague", "colleague of", "colleague of", NOMINAL, NOMINAL),
    ("carer", "carer of", "cared for by", NOMINAL, NOMINAL),
    ("gang_member", "gang member of", "has gang member", NOMINAL, ORGANISATION),
    ("member_of", "member of", "has member", PARTY, ORGANISATION),
    ("employee", "works for", "employs", NOMINAL, ORGANISATION),
    ("director", "director of", "has director", PARTY, ORGANISATION),
    ("part_of", "part of", "has part", ORGANISATION, ORGANISATION),
)  # fmt: skip
WITH_PLACES: tuple[LinkTypeRow, ...] = (
    ("home", "lives at", "home of", NOMINAL, PLACE),
    ("previous_home", "lived at", "former home of", NOMINAL, PLACE),
    ("works_at", "works at", "workplace of", NOMINAL, PLACE),
    ("frequents", "frequents", "frequented by", NOMINAL, PLACE),
    ("bail_address", "bailed to", "bail address of", NOMINAL, PLACE),
    ("curfew_at", "under curfew at", "curfew address of", NOMINAL, PLACE),
    ("owner_of_place", "owner of", "belongs to", PARTY, PLACE),
    ("registered_at", "registered at", "registered address of",
     [*ORGANISATION, *VEHICLE, "objects.account", *SIM, "objects.firearm"], PLACE),
    ("found_at", "found at", "where was found", [*NOMINAL, *GOODS], PLACE),
    ("kept_at", "kept at", "where is kept", GOODS, PLACE),
    ("stored_at", "stored at", "stores", GOODS, PLACE),
    ("seen_at", "seen at", "where was seen", [*NOMINAL, *GOODS], PLACE),
)  # fmt: skip
WITH_OBJECTS: tuple[LinkTypeRow, ...] = (
    ("owns", "owns", "owned by", PARTY, [*OBJECT, *ORGANISATION]),
    ("keeper", "keeper of", "has keeper", PARTY, VEHICLE),
    ("drives", "drives", "driven by", NOMINAL, VEHICLE),
    ("uses", "uses", "used by", PARTY, OBJECT),
    ("had_possession", "had possession of", "was in the possession of", PARTY, GOODS),
    ("subscriber", "subscriber of", "has subscriber", PARTY, [*LINE, *ONLINE]),
    ("account_holder", "holder of", "held by", PARTY, MONEY),
    ("issued_to", "issued to", "was given", [*DOCUMENT, "objects.firearm"], NOMINAL),
    ("stolen_from", "stolen from", "was robbed of", OBJECT, PARTY),
    ("recovered_from", "recovered from", "had taken from them", GOODS, PARTY),
    ("contains_sim", "contains", "is in", [*PHONE, *VEHICLE, "objects.computer"], SIM),
    ("called", "called", "was called by", LINE, LINE),
    ("messaged", "sent a message to", "had a message from", [*LINE, *ONLINE], [*LINE, *ONLINE]),
    ("signed_up_with", "registered with", "was used to register", ONLINE, [*LINE, *ONLINE]),
    ("draws_on", "draws on", "has card", CARD, ["objects.account"]),
    ("paid", "paid", "was paid by", [*MONEY, *PARTY], [*MONEY, *PARTY]),
)
BETWEEN_EVENTS: tuple[LinkTypeRow, ...] = (
    ("occurred_at", "happened at", "scene of", EVENT, PLACE),
    ("reported_at", "reported at", "where was reported", EVENT, PLACE),
    ("ended_at", "ended at", "where ended", EVENT, PLACE),
    ("same_series", "in a series with", "in a series with", EVENT, EVENT),
    ("same_incident", "in one incident with", "in one incident with", EVENT, EVENT),
    ("duplicate", "duplicate of", "has duplicate", EVENT, EVENT),
    ("crime_from", "led to", "came from", ["investigation.incident"], ["investigation.crime"]),
)
LINK_TYPES: tuple[LinkTypeRow, ...] = (
    *IN_EVENTS,
    *BETWEEN_PEOPLE,
    *WITH_PLACES,
    *WITH_OBJECTS,
    *BETWEEN_EVENTS,
    ("connected", "connected with", "connected with", [], []),
)
SHIPPED = frozenset(row[0] for row in LINK_TYPES)


def links_of(kind: str) -> tuple[str, ...]:
    """The names of the types that a record of `kind` may be linked by, from either end."""
    return tuple(
        name
        for name, _, _, first, second in LINK_TYPES
        if not first or kind in first or kind in second
    )
