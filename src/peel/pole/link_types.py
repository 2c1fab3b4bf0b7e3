"""The first vocabulary of links: name, both readings, and the kinds that each end may be of.

The roles of people in events follow the core list of the POLE model (person to event, person to
person, person to location, event to location, event to event).
"""

NOMINAL = ["pole.nominal"]
EVENT = ["investigation.crime", "investigation.incident"]
PLACE = ["pole.location"]

LINK_TYPES: tuple[tuple[str, str, str, list[str], list[str]], ...] = (
    ("suspect", "suspect in", "has suspect", NOMINAL, EVENT),
    ("victim", "victim of", "has victim", NOMINAL, EVENT),
    ("witness", "witness to", "has witness", NOMINAL, EVENT),
    ("informant", "informant of", "reported by", NOMINAL, EVENT),
    ("arrested", "arrested for", "led to the arrest of", NOMINAL, EVENT),
    ("involved", "involved in", "involves", NOMINAL, EVENT),
    ("home", "lives at", "home of", NOMINAL, PLACE),
    ("previous_home", "lived at", "former home of", NOMINAL, PLACE),
    ("works_at", "works at", "workplace of", NOMINAL, PLACE),
    ("frequents", "frequents", "frequented by", NOMINAL, PLACE),
    ("partner", "partner of", "partner of", NOMINAL, NOMINAL),
    ("parent", "parent of", "child of", NOMINAL, NOMINAL),
    ("sibling", "sibling of", "sibling of", NOMINAL, NOMINAL),
    ("associate", "associate of", "associate of", NOMINAL, NOMINAL),
    ("occurred_at", "happened at", "scene of", EVENT, PLACE),
    ("same_series", "in a series with", "in a series with", EVENT, EVENT),
    ("connected", "connected with", "connected with", [], []),
    ("crime_from", "led to", "came from", ["investigation.incident"], ["investigation.crime"]),
)
