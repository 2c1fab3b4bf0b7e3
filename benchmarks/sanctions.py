"""Who of the UK Sanctions List is found by a name of theirs that is not recorded.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.sanctions [--names N] [--write]

Every name of the half of the list that the tests carry goes into an empty, migrated database as a
record of its own. Then each name of a person who has another is asked for, as if it alone were not
recorded: from the name by itself, and with the year of birth where one is published. Right is one
of the first ten persons. The test `services/search/tests/test_sanctions.py` holds this on a part of
them; nothing of Peel was fitted to the list. Results: benchmarks/results/sanctions.md.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
RESULTS = Path(__file__).parent / "results" / "sanctions.md"
AIMS = {"name alone": 0.87, "name and year of birth": 0.89}


def measured(
    connection: Any, who: Any, owner: Any, asked: Any, *, with_year: bool
) -> dict[str, Any]:
    """Recall at ten, and what a search took."""
    from peel.services.search.tests.test_sanctions import found

    right, taken = 0, []
    for name in asked:
        begun = time.perf_counter()
        right += found(connection, who, owner, name, with_year=with_year)
        taken.append((time.perf_counter() - begun) * 1000)
    return {
        "n": len(asked),
        "recall_10": round(right / len(asked), 4),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
    }


def page(told: dict[str, dict[str, Any]], persons: int, names: int) -> str:
    """The results in words."""
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    lines = [
        "# Names of the UK Sanctions List, each left out in turn", "",
        f"`python -m benchmarks.sanctions --write` on {machine}; load average at the end"
        f" {os.getloadavg()[0]:.1f}. {names:,} names of {persons:,} persons, half of the list;"
        " asked for is every name of who has another.", "",
        "| asked by | names | recall at 10 | aim | p50 ms | p95 ms |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {by} | {of['n']:,} | **{of['recall_10']:.3f}** | {AIMS[by]} | {of['p50_ms']}"
        f" | {of['p95_ms']} |"
        for by, of in told.items()
    ]
    return "\n".join([*lines, ""])


def main() -> int:
    """Fill, ask, print; 1 where an aim is missed."""
    import django

    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--names", type=int, default=0, help="ask for so many only, by chance")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args()
    django.setup()
    from django.db import connections

    from peel.kernel.access.tests.factories import officer
    from peel.services.search.tests.test_sanctions import fill, fitting

    who = officer(permissions=["*"], username=f"sanctions{time.time_ns()}")
    names = fill(who)
    owner = {record: key for record, key, _, _ in names}
    told = {}
    for by, with_year in zip(AIMS, (False, True), strict=True):
        asked = fitting(names, with_year=with_year)
        if options.names:
            asked = random.Random(8).sample(asked, min(options.names, len(asked)))
        told[by] = measured(connections["owner"].cursor(), who, owner, asked, with_year=with_year)
    if options.write:
        RESULTS.write_text(page(told, len(set(owner.values())), len(names)))
    print(json.dumps(told, indent=2))
    return int(any(told[by]["recall_10"] < aim for by, aim in AIMS.items()))


if __name__ == "__main__":
    sys.exit(main())
