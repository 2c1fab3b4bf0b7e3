"""The derived list and record page against views of the same content that were written by hand.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.derived [--requests N]

In one process and one run, turn about: the pages of nominals that the machine derives from their
sheet, and `benchmarks.by_hand`, which names fields, columns, panels and commands one by one. Both
render the same templates, ask the same queries and write the same ledger line; what differs is
what the machine works out from the sheet. The record page is the one that the machine derives; the
nominal's own page is measured by `benchmarks.person`. Milliseconds through Django's test client
with all middleware, and what the bodies have in common.
"""

import argparse
import difflib
import json
import os
import re
import statistics
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
ROWS, LINKS = 60, 20


def prepare() -> tuple[Any, str]:
    """A client signed in, and the reference of a nominal with links among others."""
    from peel.kernel.access.tests.factories import officer, signed_in_client
    from peel.machine.commands import run
    from peel.machine.commands.registry import commands

    name = f"reader{time.time_ns()}"
    who = officer(role="supervisor", username=name, collar_number=name[-20:])
    made = [
        run(commands["pole.nominal.create"], who,
            {"family_name": f"Benchmark {n}", "given_names": "Page", "date_of_birth": None})
        for n in range(ROWS)
    ]  # fmt: skip
    for _ in range(LINKS):
        crime = run(commands["investigation.crime.create"], who, {"category": "Burglary"})
        link = {"record_id": made[-1].pk, "other": crime, "reading": "suspect>"}
        run(commands["pole.link.create"], who, link)
    return signed_in_client(who), made[-1].reference


ANEW = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+')


def timed(client: Any, where: str) -> tuple[tuple[float, float], str]:
    """Milliseconds of one answer by the clock and of this process, and its body."""
    begun, worked = time.perf_counter(), time.process_time()
    answer = client.get(where)
    body = answer.content.decode()
    spent = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{where} answered {answer.status_code}: {body[:2000]}")
    body = body.replace("/by-hand/", "/").replace("/derived/", "/")
    return spent, re.sub(
        r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|data-mark=")[^"]+', "", body
    )


def asked(client: Any, where: str) -> int:
    """How many statements a page asks, by all its connections."""
    from contextlib import ExitStack

    from django.db import connections

    seen: list[str] = []

    def counting(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in ("default", "audit", "door"):
            stack.enter_context(connections[alias].execute_wrapper(counting))
        timed(client, where)
    return len(seen)


def measure(requests: int) -> dict[str, Any]:
    """Ask each pair of pages turn about; figures of both and of what the derived one adds."""
    from django.test import override_settings

    client, reference = prepare()
    found: dict[str, Any] = {}
    with override_settings(ROOT_URLCONF="benchmarks.by_hand"):
        record = f"/derived/pole/nominal/{reference}/"
        for name, derived, tail in (("list", "/pole/nominal/", ""),
                                    ("record page", record, f"{reference}/")):  # fmt: skip
            hand = f"/by-hand/pole/nominal/{tail}"
            for where in (derived, hand) * 10:
                timed(client, where)
            taken: dict[str, list[tuple[float, float]]] = {derived: [], hand: []}
            for turn in range(requests):
                for where in (derived, hand) if turn % 2 else (hand, derived):
                    taken[where].append(timed(client, where)[0])
            found[name] = {
                "derived": figures(taken[derived]),
                "by hand": figures(taken[hand]),
                "derived adds": added(taken[derived], taken[hand]),
                "statements": [asked(client, derived), asked(client, hand)],
                "likeness of the bodies": likeness(client, derived, hand),
            }
    return found


def likeness(client: Any, one: str, other: str) -> float:
    """How much of the two bodies is the same, by lines."""
    first, second = (timed(client, where)[1].splitlines() for where in (one, other))
    return round(difflib.SequenceMatcher(None, first, second, autojunk=False).ratio(), 4)


Times = list[tuple[float, float]]


def figures(taken: Times) -> dict[str, float]:
    """Median and 95th percentile by the clock, and the median of this process's own work."""
    clock, work = zip(*taken, strict=True)
    return {
        "n": len(taken),
        "p50_ms": round(statistics.median(clock), 2),
        "p95_ms": round(statistics.quantiles(clock, n=20)[-1], 2),
        "work_ms": round(statistics.median(work), 2),
    }


def added(derived: Times, hand: Times) -> dict[str, float]:
    """The medians of the differences of pairs, by the clock and of this process's own work."""
    pairs = [(a[0] - b[0], a[1] - b[1]) for a, b in zip(derived, hand, strict=True)]
    clock, work = zip(*pairs, strict=True)
    return {"ms": round(statistics.median(clock), 2), "work_ms": round(statistics.median(work), 2)}


def main() -> None:
    """Measure and print JSON."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    django.setup()
    print(json.dumps(measure(options.requests), indent=2))


if __name__ == "__main__":
    main()
