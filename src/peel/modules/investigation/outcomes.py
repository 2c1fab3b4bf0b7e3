"""The outcomes that an officer may propose: the Home Office outcome types."""

from peel.modules.investigation.offences.published import outcome_types


def outcome_choices() -> list[tuple[str, str]]:
    """Number and title of each outcome type in force."""
    return [
        (number, f"{number} {kind.title}")
        for number, kind in outcome_types().items()
        if not kind.valid_to
    ]


def outcome_text(number: str) -> str:
    """How the outcome of that number stands on a crime: "18 Investigation complete, …"."""
    return f"{number} {outcome_types()[number].title}"
