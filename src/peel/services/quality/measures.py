"""The faults that are looked for, in words. The rule of each is in `sql/measuring.sql`."""

from dataclasses import dataclass

MISSING, IMPLAUSIBLE, PLACEHOLDER, DUPLICATE = "Missing", "Implausible", "Placeholder", "Duplicate"
CATEGORIES = (MISSING, IMPLAUSIBLE, PLACEHOLDER, DUPLICATE)


@dataclass(frozen=True)
class Measure:
    """One fault: of what kind of record, what it is called, and what a person can do about it."""

    name: str
    kind: str
    category: str
    title: str
    advice: str


def _of(kind: str, *lines: tuple[str, str, str, str]) -> tuple[Measure, ...]:
    return tuple(Measure(name, kind, category, title, do) for name, category, title, do in lines)


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        *_of(
            "pole.nominal",
            ("nominal-no-name", MISSING, "No name at all",
             "Add a name, or what the person is called by."),
            ("nominal-no-given-name", MISSING, "No given name", "Add a name with its given names."),
            ("nominal-no-date-of-birth", MISSING, "No date of birth",
             "Add one; an age or a year is better than nothing."),
            ("nominal-no-sex", MISSING, "Sex not stated", "Say what is known of it as a fact."),
            ("nominal-born-in-future", IMPLAUSIBLE, "Born in the future",
             "End the date of birth and add the right one."),
            ("nominal-too-old", IMPLAUSIBLE, "More than 110 years old, and not known to be dead",
             "Check the year of birth; a deceased person has a marker."),
            ("nominal-digits-in-name", IMPLAUSIBLE, "Digits in the name",
             "A number belongs among the identifiers or contacts."),
            ("nominal-placeholder-name", PLACEHOLDER, "A name that is none (UNKNOWN, TEST, N/K)",
             "End it; a person without a known name needs none."),
            ("nominal-placeholder-birth", PLACEHOLDER,
             "Born on a day that systems fill in (1 January 1900, 1970)",
             "End it, and add what is really known."),
            ("nominal-first-of-january", PLACEHOLDER, "Born on a 1 January",
             "True for some; often only the year was known. Then say the year alone."),
            ("nominal-twice", DUPLICATE, "Another nominal has the same name and date of birth",
             "Compare the two, and judge: the same, different or not sure."),
        ),
        *_of(
            "pole.location",
            ("location-no-postcode", MISSING, "An address without a postcode",
             "Edit the location; the look-up finds the postcode."),
            ("location-no-position", MISSING, "Not on the map", "Edit the location."),
            ("location-placeholder-postcode", PLACEHOLDER, "A postcode that is none (ZZ99)",
             "Edit the location and leave the postcode empty."),
            ("location-twice", DUPLICATE, "Another location has the same address",
             "Compare the two, and judge."),
        ),
        *_of(
            "objects.vehicle",
            ("vehicle-no-number", MISSING, "Neither registration mark nor VIN",
             "Edit the vehicle when one becomes known."),
            ("vehicle-from-future", IMPLAUSIBLE, "Built in a year to come", "Edit the year."),
        ),
        *_of(
            "objects.phone",
            ("phone-no-number", MISSING, "Neither telephone number nor IMEI",
             "Edit the phone when one becomes known."),
        ),
    )
}  # fmt: skip
