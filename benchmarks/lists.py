"""The list of 1,000,000 crimes: rows and facet counts under row-level security, at any depth.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.lists [--rows N] [--questions N]

Fills an empty, migrated database as its owner (PEEL_DATABASE_OWNER_URL), then asks random
questions as the web role for an officer who may see half of the rows: up to three facet filters,
a place anywhere in the list. The peer in the same run is Django's own Paginator (OFFSET and
COUNT) over the same table, under the same policies.
"""

import argparse
import datetime
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")

OUTCOMES = 25
STATES = ["recorded", "under_investigation", "suspended", "outcome_proposed", "filed", "cancelled"]

FILL = """
create temp table fresh on commit drop as
select gen_random_uuid() as id, n,
  case when random() < 0.5 then %(ours)s::uuid else %(theirs)s::uuid end as organisation,
  case when random() < 0.95 then 1 else 2 end as marking,
  random() < 0.001 as restricted,
  (array[%(categories)s])[1 + floor(power(random(), 2) * %(category_count)s)::int] as category,
  'Outcome ' || floor(power(random(), 2) * %(outcomes)s)::int as outcome,
  (array[%(states)s])[1 + floor(power(random(), 3) * 6)::int] as state,
  timestamptz '2021-01-01' + random() * interval '5 years' as created
from generate_series(1, %(rows)s) n;
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted, state,
  version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
select id, 'investigation.crime', 'CR' || n, category, organisation, marking, restricted, state,
  1, created, %(maker)s, created, %(maker)s, 'benchmark' from fresh;
insert into investigation_crime (record_ptr_id, carried_organisation_id, carried_marking,
  carried_restricted, carried_state, carried_created_at, carried_version, category, last_outcome,
  summary, source, source_key, reported_by)
select id, organisation, marking, restricted, state, created, 1, category, outcome, '', '', '', ''
from fresh;
insert into records_tally (kind, organisation_id, marking, cell, n)
select 'investigation.crime', organisation, marking, array[category, outcome, state], count(*)
from fresh where not restricted group by 2, 3, 4;
"""


def fill(rows: int, ours: Any, theirs: Any, maker: Any) -> None:
    """Put the rows in with the triggers off (they are measured by `benchmarks.load`)."""
    from django.db import connections, transaction

    from peel.modules.investigation.offences.published import source_categories

    categories = list(source_categories())
    text = FILL.replace("%(categories)s", ", ".join(f"$${c}$$" for c in categories))
    text = text.replace("%(states)s", ", ".join(f"$${s}$$" for s in STATES))
    values = {
        "ours": f"'{ours}'", "theirs": f"'{theirs}'", "maker": f"'{maker}'::uuid",
        "category_count": len(categories), "outcomes": OUTCOMES, "rows": rows,
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"%({name})s", str(value))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in ("records_record", "investigation_crime"):
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(text)
        cursor.execute("set constraints all immediate")
        for table in ("records_record", "investigation_crime"):
            cursor.execute(f"alter table {table} enable trigger user")
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze records_record")
        cursor.execute("vacuum analyze investigation_crime")
        cursor.execute("vacuum analyze records_tally")


def questions(number: int, seed: int = 7) -> list[dict[str, list[str]]]:
    """Random choices of up to three facets, one or two values each."""
    from peel.modules.investigation.offences.published import source_categories

    chance = random.Random(seed)
    values = {
        "category": list(source_categories()),
        "last_outcome": [f"Outcome {n}" for n in range(OUTCOMES)],
        "carried_state": STATES,
    }
    sets = [s for n in range(4) for s in itertools.combinations(values, n)]
    return [
        {f: chance.sample(values[f], chance.choice([1, 1, 2])) for f in chance.choice(sets)}
        for _ in range(number)
    ]


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds that `action` takes, and what it gives."""
    begun = time.perf_counter()
    result = action()
    return (time.perf_counter() - begun) * 1000, result


def measure(identity: Any, asked: Sequence[dict[str, list[str]]]) -> dict[str, list[float]]:
    """Ask each question of the machine and of the peer; milliseconds by what was asked."""
    from peel.kernel.access.identity import speaking
    from peel.machine import registry
    from peel.machine.queries.asking import Asked, Place
    from peel.machine.queries.facets import count
    from peel.machine.queries.listing import list_page

    sheet = registry.sheet_of("investigation.crime")
    chance = random.Random(11)
    taken: dict[str, list[float]] = {"rows": [], "facets": [], "peer rows": [], "peer count": []}
    for number, chosen in enumerate(asked):
        moment = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(
            days=chance.random() * 365 * 5
        )
        place = Place((moment,), __import__("uuid").UUID(int=chance.getrandbits(128)))
        question = Asked(chosen={f: tuple(v) for f, v in chosen.items()}, place=place)
        with speaking(identity):
            taken["rows"].append(timed(lambda: list_page(sheet, identity, question))[0])
            taken["facets"].append(timed(lambda: count(sheet, identity, question))[0])
        if number % 10 == 0:
            _peer(sheet, identity, chosen, chance.random(), taken)
    return taken


def _peer(sheet: Any, identity: Any, chosen: Any, depth: float, taken: Any) -> None:
    from django.core.paginator import Paginator

    from peel.kernel.access.identity import speaking

    with speaking(identity):
        found = sheet.model.objects.visible_to(identity)
        found = found.filter(**{f"{f}__in": v for f, v in chosen.items()})
        paginator = Paginator(found.order_by("-carried_created_at", "-pk"), 25)
        spent, pages = timed(lambda: paginator.num_pages)
        taken["peer count"].append(spent)
        page = max(1, int(pages * depth))
        taken["peer rows"].append(timed(lambda: list(paginator.page(page)))[0])


def figures(taken: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile of each."""
    return {
        name: {
            "n": len(values),
            "p50_ms": round(statistics.median(values), 1),
            "p95_ms": round(statistics.quantiles(values, n=20)[-1], 1),
            "max_ms": round(max(values), 1),
        }
        for name, values in taken.items()
        if len(values) > 1
    }


def main() -> None:
    """Fill when empty, ask, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=400)
    options = parser.parse_args()
    django.setup()
    from peel.kernel.access.tests.factories import officer, organisation, unit
    from peel.modules.investigation.models import Crime

    ours, theirs = organisation(), organisation("Neighbouring Police")
    name = f"lister{time.time_ns()}"
    who = officer(
        role="supervisor", clearance=2, of=unit(of=ours), username=name, collar_number=name[-20:]
    )
    if not Crime.objects.using("owner").exists():
        fill(options.rows, ours.pk, theirs.pk, who.appointment_id)
    measure(who, questions(30, seed=1))
    print(json.dumps(figures(measure(who, questions(options.questions))), indent=2))


if __name__ == "__main__":
    main()
