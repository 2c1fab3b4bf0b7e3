"""The first markers: code, title, how loud, colour, the kinds that may bear it, days to a review.

The two-letter codes follow the warning signals of the Police National Computer as they are commonly
listed; the list and the periods are data, which a force checks against its own guidance before use.
"""

_PERSON = ["pole.nominal"]
_PLACE = ["pole.location"]
_VEHICLE = ["objects.vehicle"]
_YEAR, _FIVE, _SHORT = 365, 5 * 365, 28

MARKER_TYPES: tuple[tuple[str, str, str, str, list[str], int], ...] = (
    ("firearms", "Firearms (FI)", "warning", "red", [*_PERSON, *_PLACE, *_VEHICLE], _YEAR),
    ("weapons", "Weapons (WE)", "warning", "red", [*_PERSON, *_PLACE, *_VEHICLE], _YEAR),
    ("violent", "Violent (VI)", "warning", "red", [*_PERSON, *_PLACE], _YEAR),
    ("explosives", "Explosives (XP)", "warning", "red", [*_PERSON, *_PLACE, *_VEHICLE], _YEAR),
    ("escaper", "Escaper (ES)", "warning", "red", _PERSON, _FIVE),
    ("suicidal", "Suicidal (SU)", "warning", "red", _PERSON, _YEAR),
    ("self_harm", "Self-harm (SH)", "warning", "orange", _PERSON, _YEAR),
    ("contagious", "Contagious (CO)", "warning", "orange", [*_PERSON, *_PLACE], _YEAR),
    ("ailment", "Ailment (AL)", "warning", "orange", _PERSON, _YEAR),
    ("mental_health", "Mental health (MN)", "warning", "orange", _PERSON, _YEAR),
    ("drugs", "Drugs (DR)", "warning", "orange", [*_PERSON, *_PLACE, *_VEHICLE], _YEAR),
    ("sex_offender", "Sex offender (SO)", "warning", "red", _PERSON, _YEAR),
    ("domestic", "Domestic abuse (DV)", "warning", "orange", [*_PERSON, *_PLACE], _YEAR),
    ("allegations", "Makes allegations (AG)", "warning", "yellow", _PERSON, _YEAR),
    ("impersonator", "Impersonates a man or woman (IM)", "warning", "yellow", _PERSON, _FIVE),
    ("dog", "Dangerous dog", "warning", "orange", [*_PERSON, *_PLACE], _YEAR),
    ("hazard", "Hazard to who attends", "warning", "orange", _PLACE, _YEAR),
    ("wanted", "Wanted", "standing", "purple", [*_PERSON, *_VEHICLE], _SHORT),
    ("missing", "Missing", "standing", "purple", _PERSON, 1),
    ("deceased", "Deceased", "standing", "grey", _PERSON, _FIVE),
    ("stolen", "Stolen", "standing", "purple", [], _SHORT),
    ("child_at_risk", "Child at risk", "information", "pink", [*_PERSON, *_PLACE], _SHORT * 3),
    ("vulnerable", "Vulnerable", "information", "pink", _PERSON, _SHORT * 6),
    ("mappa", "Managed under MAPPA", "information", "blue", _PERSON, _SHORT * 6),
    ("marac", "Discussed at MARAC", "information", "blue", _PERSON, _SHORT * 6),
    ("integrated", "Integrated offender management", "information", "blue", _PERSON, _SHORT * 6),
    ("interpreter", "Needs an interpreter", "information", "turquoise", _PERSON, _FIVE),
    ("information", "Information", "information", "turquoise", [], _YEAR),
)
