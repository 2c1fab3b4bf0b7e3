"""The words that the open police data uses for kinds of crime and outcomes, and what they mean.

Three data files stand beside this module: `source_categories.csv`, `outcome_texts.csv` and
`outcome_types.csv`. Their column `basis` says how sure each row is: "published" where the
publisher's own pages or files show it, "memory" where it awaits a check by somebody who holds
the source.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class SourceCategory:
    """A kind of crime as the open police data names it.

    `valid_from` and `valid_to` are months ("2013-05") of publication; empty means open.
    `crime` is false where the category is not a crime (anti-social behaviour).
    """

    name: str
    crime: bool
    valid_from: str
    valid_to: str
    basis: str


@dataclass(frozen=True)
class OutcomeText:
    """An outcome as the open police data words it.

    `types` are the Home Office outcome types that it may stand for ("14", "15", …; none while the
    case is open), `stage` is "police", "court" or "open".
    """

    text: str
    stage: str
    types: tuple[str, ...]
    now_called: str
    basis: str


@dataclass(frozen=True)
class OutcomeType:
    """A Home Office outcome type (1 to 22) with what must be present before it may be given."""

    number: str
    title: str
    gate: str
    valid_from: str
    valid_to: str
    basis: str


@cache
def source_categories() -> dict[str, SourceCategory]:
    """Every category ever published, by name."""
    return {
        row["name"]: SourceCategory(
            row["name"], row["crime"] == "yes", row["valid_from"], row["valid_to"], row["basis"]
        )
        for row in _rows("source_categories.csv")
    }


@cache
def outcome_texts() -> dict[str, OutcomeText]:
    """Every outcome wording ever published, by text."""
    return {
        row["text"]: OutcomeText(
            row["text"],
            row["stage"],
            tuple(row["types"].split()),
            row["now_called"],
            row["basis"],
        )
        for row in _rows("outcome_texts.csv")
    }


@cache
def outcome_types() -> dict[str, OutcomeType]:
    """The outcome types by number."""
    return {row["number"]: OutcomeType(**row) for row in _rows("outcome_types.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
