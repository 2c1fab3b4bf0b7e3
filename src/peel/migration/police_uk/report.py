"""The account of a run: every row of the given files in one column, and totals that balance."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from peel.migration.police_uk.bulk import Batch
from peel.migration.police_uk.keys import Subject, crime_key
from peel.migration.police_uk.reader import CRIME_ID, LAST_OUTCOME, TYPE, BadRow, Kind, Reason
from peel.migration.police_uk.reconcile import Result

MOST_NAMED = 20


@dataclass
class Report:
    """What became of the rows of the given files.

    `by_type` and `by_last_outcome` count the street rows that were taken, whether they were new or
    not, as the files word them; the empty outcome counts under "". `outcomes_joined` counts the
    outcome rows that now stand with a crime.
    """

    files: int = 0
    rows: int = 0
    results: Counter[Result] = field(default_factory=Counter)
    quarantined: Counter[Reason] = field(default_factory=Counter)
    bad_rows: list[tuple[str, int, str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    street_rows: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    by_last_outcome: Counter[str] = field(default_factory=Counter)
    outcomes_joined: int = 0
    crimes_joined: set[bytes] = field(default_factory=set)
    taken_up: int = 0
    made: Counter[str] = field(default_factory=Counter)

    def take(
        self, kind: Kind | None, fields: tuple[str, ...], result: Result, subject: Subject
    ) -> None:
        """Count a good row."""
        self.results[result] += 1
        if kind is Kind.STREET:
            self.street_rows += 1
            self.by_type[fields[TYPE]] += 1
            self.by_last_outcome[fields[LAST_OUTCOME]] += 1
        else:
            self.outcomes_joined += 1
            self.crimes_joined.add(crime_key(fields[CRIME_ID]))

    def quarantine(self, reason: Reason, name: str, row: BadRow) -> None:
        """Count a row that could not be taken; the first few are named."""
        self.quarantined[reason] += 1
        if len(self.bad_rows) < MOST_NAMED:
            self.bad_rows.append((name, row.line, reason.value, row.detail))

    def wrote(self, batch: Batch, left_out: int) -> None:
        """Count what was written to the records, and the later versions that were left out."""
        self.made["crimes"] += len(batch.crimes)
        self.made["incidents"] += len(batch.incidents)
        self.made["locations"] += len(batch.points)
        self.made["outcomes"] += len(batch.outcomes)
        self.made["later versions"] += sum(map(len, batch.amended)) - left_out
        self.made["later versions left out of records worked on since"] += left_out

    @property
    def settled(self) -> int:
        """The sum of all columns."""
        return self.results.total() + self.quarantined.total()

    @property
    def balances(self) -> bool:
        """Whether every row that was read stands in a column, and none in two."""
        return self.settled == self.rows

    def as_json(self) -> dict[str, Any]:
        """The account as plain values, as `--json` prints it."""
        return {
            "files": self.files,
            "rows": self.rows,
            "balances": self.balances,
            "loaded": self.results[Result.LOADED],
            "later": self.results[Result.LATER],
            "same": self.results[Result.SAME],
            "quarantined": {reason.value: n for reason, n in sorted(self.quarantined.items())},
            "bad_rows": [
                {"file": name, "line": line, "reason": reason, "detail": detail}
                for name, line, reason, detail in self.bad_rows
            ],
            "files_refused": [{"file": name, "why": why} for name, why in self.refused],
            "files_passed_over": self.passed_over,
            "street_rows": self.street_rows,
            "outcomes_joined": self.outcomes_joined,
            "crimes_with_outcomes": len(self.crimes_joined),
            "outcomes_taken_up": self.taken_up,
            "by_type": dict(self.by_type.most_common()),
            "by_last_outcome": dict(self.by_last_outcome.most_common()),
            "written": dict(self.made),
        }

    def as_text(self) -> str:
        """The account for people to read."""
        lines = [f"{self.files:,} files, {self.rows:,} rows:"]
        lines += [
            f"  {self.results[result]:>10,}  {words}"
            for result, words in (
                (Result.LOADED, "loaded"),
                (Result.LATER, "later versions of loaded rows"),
                (Result.SAME, "the same as rows already loaded"),
            )
        ]
        lines.append(f"  {self.quarantined.total():>10,}  quarantined")
        lines += [f"  {n:>14,}  {reason.value}" for reason, n in self.quarantined.most_common()]
        verdict = "" if self.balances else f"  THE TOTALS DO NOT BALANCE: {self.rows:,} were read"
        lines.append(f"  {self.settled:>10,}  in all{verdict}")
        lines += [f"{name}, line {line}: {why} {d}" for name, line, why, d in self.bad_rows]
        if self.quarantined.total() > len(self.bad_rows):
            lines.append(f"… and {self.quarantined.total() - len(self.bad_rows):,} more")
        lines += [f"Not taken: {name}: {why}" for name, why in self.refused]
        if self.passed_over:
            lines.append(f"Passed over: {len(self.passed_over):,} stop and search files")
        lines.append(
            f"{self.outcomes_joined:,} outcomes stand with {len(self.crimes_joined):,} crimes"
        )
        if self.taken_up:
            lines.append(f"{self.taken_up:,} outcomes of earlier loads found their crimes")
        made = ", ".join(f"{n:,} {name}" for name, n in self.made.items() if n)
        lines.append(f"Written: {made or 'nothing new'}")
        return "\n".join(lines)
