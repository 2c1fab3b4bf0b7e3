"""The page of a nominal with 10,000 links, over HTTP.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.person [--links N] [--requests N]

Loads the links by the bulk path, serves Peel with one uvicorn worker, and asks for the page over
one connection. Beside it, in the same run: the page of a nominal with one link, and as a peer a
plain Django view over the same tables that reads every link with its other end and renders one
table (Django's ORM and template engine, one ledger line, no panels), as a first version would.
"""

import argparse
import json
import os
import statistics
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")

PEER = """<table>{% for link in links %}<tr><td>{{ link.to_record.reference }}
{{ link.to_record.title }}</td><td>{{ link.type.forward }}</td><td>{{ link.asserted_by }}</td>
</tr>{% endfor %}</table>"""


def peer(who: Any, person: Any, rounds: int) -> list[float]:
    """Milliseconds of the plain view's work, within the same session and row-level security."""
    from django.template import Context, Template

    from peel.kernel.access.identity import speaking
    from peel.kernel.audit import ledger
    from peel.pole.models import Link

    template, taken = Template(PEER), []
    for _ in range(rounds):
        begun = time.perf_counter()
        with speaking(who):
            links = Link.objects.filter(from_record=person, ended_at=None).select_related(
                "type", "to_record", "asserted_by"
            )
            template.render(Context({"links": links}))
        act = ledger.Act.CONSULTATION
        ledger.write_apart(act=act, name="benchmark", subjects=[person.pk], token=who.token)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def main() -> None:
    """Measure and print JSON."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--port", type=int, default=8398)
    options = parser.parse_args()
    django.setup()
    from benchmarks.charts import prepare
    from benchmarks.pages import ask, figures, serve
    from django.db import connections

    who, person, cookies = prepare(options.links)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select other.reference from records_record other join pole_link l"
                       " on l.to_record_id = other.id where l.from_record_id = %s"
                       " and other.reference like 'NM%%' limit 1",
                       [person.pk])  # fmt: skip
        alone = cursor.fetchone()[0]
        cursor.execute("analyze")
    server = serve(options.port)
    try:
        found: dict[str, Any] = {"links": options.links}
        for name, reference in (("page", person.reference), ("page with one link", alone)):
            where = f"/pole/nominal/{reference}/"
            ask(options.port, where, cookies, 30)
            found[name] = figures(ask(options.port, where, cookies, options.requests))
        taken = peer(who, person, 20)
        found["peer: plain Django view"] = {"n": 20, "p50_ms": round(statistics.median(taken), 1)}
    finally:
        server.terminate()
        server.wait(20)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
