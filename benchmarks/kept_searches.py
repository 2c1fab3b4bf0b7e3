"""New hits of kept searches: what a change costs while thousands are kept; and what facets cost.

    eval "$(./peel shell-env)"
    .venv/bin/python -m benchmarks.kept_searches --packages DIR [--kept N] [--changes N]

Asks the database that `benchmarks/search.py` filled, of which it needs the same packages. Searches
are the mixed questions of that benchmark; records drawn at random count as changed by somebody
else. All of that is one transaction, which is undone.
"""

import argparse
import json
import os
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")

CHANGED = """
insert into base_event (id, name, payload, record_id, at, published)
select gen_random_uuid(), 'record.changed', jsonb_build_object('by', %s::text), r.id, now(),
  %s + row_number() over ()
from (select id from records_record order by md5(id::text || %s) limit %s) r
"""


def keep(cursor: Any, who: Any, questions: list[str]) -> list[float]:
    """Keep these searches and listen to them, as their owner; milliseconds of each."""
    from peel.services.search import telling, tokens

    taken = []
    cursor.execute("select access.say(access.standing(%s))", [who.appointment_id])
    for number, text in enumerate(questions):
        parts = telling.parts_of(tokens.read(text))
        cursor.execute(
            "insert into search_question (id, user_id, text, kept, asked_at, seen, before)"
            " values (gen_random_uuid(), %s, %s, true, now(), '{}', '{}') returning id",
            [who.user_id, f"{text} {number}"],
        )
        (key,) = cursor.fetchone()
        begun = time.perf_counter()
        cursor.execute(
            "select search.listen(%s, %s::jsonb, now() - interval '1 hour')",
            [key, json.dumps(parts)],
        )
        taken.append((time.perf_counter() - begun) * 1000)
    cursor.execute("analyze search_clue")
    return taken


def change(cursor: Any, by: Any, number: int, seed: int) -> dict[str, Any]:
    """Let records count as changed, and find the searches that they may concern."""
    cursor.execute("select last from base_publication where id = 1")
    (last,) = cursor.fetchone()
    cursor.execute("insert into search_place values (1, %s) on conflict (id)"
                   " do update set published = excluded.published", [last])  # fmt: skip
    cursor.execute(CHANGED, [str(by.appointment_id), last, str(seed), number])
    cursor.execute("update base_publication set last = last + %s where id = 1", [number])
    taken = []
    for size in (1, number - 1):
        begun = time.perf_counter()
        cursor.execute("select * from search.roused(%s)", [size])
        rows = cursor.fetchall()
        taken.append((time.perf_counter() - begun) * 1000)
    return {
        "one change, ms": round(taken[0], 1),
        "each of many, ms": round(taken[1] / (number - 1), 2),
        "searches to judge, each": round((len(rows) - 1) / (number - 1), 2),
    }


def measure_facets(who: Any, questions: list[str]) -> dict[str, Any]:
    """The facets of what each question finds, where there are any."""
    from benchmarks.search import percentiles

    from peel.kernel.access.identity import speaking
    from peel.machine.queries.finding import kinds_to_view
    from peel.services.search import facets, planner, tokens

    taken, kinds = [], kinds_to_view(who)
    for text in questions:
        with speaking(who):
            answer = planner.search(tokens.read(text), kinds)
            begun = time.perf_counter()
            facets.narrow(answer, who, "", {}, lambda _: "")
            if len(answer.hits) > 1:
                taken.append((time.perf_counter() - begun) * 1000)
    return percentiles(taken)


def measure(who: Any, other: Any, options: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    from benchmarks.search import mixed, percentiles
    from django.db import connections, transaction

    found: dict[str, Any] = {"facets": measure_facets(who, mixed(who, 200, options.seed))}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        found["begin to be told"] = percentiles(
            keep(cursor, who, mixed(who, options.kept, options.seed + 1))
        )
        found |= change(cursor, other, options.changes, options.seed)
        transaction.set_rollback(True, using="owner")
    return found


def main() -> None:
    """Ask, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=int, default=5_000)
    parser.add_argument("--changes", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--packages", default="")
    options = parser.parse_args()
    if options.packages:
        sys.path.append(options.packages)
    django.setup()
    from peel.kernel.access.tests.factories import officer, organisation, unit

    ours, name = organisation(), f"keeper{time.time_ns()}"
    who, other = (
        officer(role="supervisor", clearance=2, of=unit(of=ours), username=name + end,
                collar_number=(name + end)[-20:])
        for end in ("a", "b")
    )  # fmt: skip
    print(json.dumps(measure(who, other, options), indent=2))


if __name__ == "__main__":
    main()
