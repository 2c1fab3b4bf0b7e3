"""A list taken away: 1,000,000 crimes as CSV and 100,000 as a workbook, over HTTP; time and memory.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.export [--rows N] [--workbook N]

Fills an empty, migrated database as its owner (PEEL_DATABASE_OWNER_URL) with crimes that each have
a place and an officer, serves it with one real uvicorn worker and downloads the list's own export:
every chunk read by keyset under row-level security, its labels looked up, its line in the ledger
before it leaves. While the CSV runs, the list's page is asked for beside it. The peer in the same
run is the plain way: every row as a model instance through Django's queryset and openpyxl's
write-only mode, as web role, with no ledger.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import lists

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
LIST = "/investigation/crime/"
PLACES = """
create temp table fresh on commit drop as
select gen_random_uuid() as id, n from generate_series(1, 20000) n;
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted, state,
  version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
select id, 'pole.location', 'LO' || n, n || ' Ropewalk, Thamesmarch', %(ours)s, 1, false, 'live',
  1, now(), %(maker)s, now(), %(maker)s, 'benchmark' from fresh;
insert into pole_location (record_ptr_id, carried_organisation_id, carried_marking,
  carried_restricted, carried_state, carried_created_at, carried_version, precision, address, saon,
  paon, street, locality, town, administrative_area, postcode, uprn, usrn, source_key)
select id, %(ours)s, 1, false, 'live', now(), 1, 'exact', n || ' Ropewalk', '', '', '', '', '', '',
  '', '', '', '' from fresh;
update investigation_crime c set location_id = f.id, officer_in_case_id = %(maker)s,
  committed_from = '2026-03-01/2026-03-31 month'
from fresh f where f.n = 1 + abs(hashtext(c.record_ptr_id::text)) %% 20000;
"""
TABLES = ("records_record", "investigation_crime", "pole_location")


def places(ours: Any, maker: Any) -> None:
    """Give each crime a place, a date and an officer."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in filter(str.strip, PLACES.split(";")):
            cursor.execute(statement, {"ours": ours, "maker": maker})
        cursor.execute("set constraints all immediate")
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")


def resident(pid: int) -> int:
    """A process's resident memory in megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 // 1_000_000


def processor(pid: int) -> float:
    """The processor seconds that a process has used; they do not depend on who else is at work."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def download(port: int, where: str, cookies: str, pid: int) -> dict[str, Any]:
    """Fetch a file as it comes, watching the worker's memory."""
    connection = http.client.HTTPConnection("localhost", port, timeout=300)
    begun, first, size, seen = time.perf_counter(), 0.0, 0, [resident(pid)]
    used = processor(pid)
    connection.request("GET", where, headers={"Cookie": cookies})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{where} answered {answer.status}: {answer.read(2000)!r}")
    kept = Path(tempfile.mkstemp()[1])
    with kept.open("wb") as file:
        while piece := answer.read1(1 << 20):
            first = first or time.perf_counter() - begun
            size += len(piece)
            file.write(piece)
            seen.append(resident(pid))
    spent, quarter = time.perf_counter() - begun, max(1, len(seen) // 4)
    return {
        "seconds": round(spent, 1),
        "worker_processor_s": round(processor(pid) - used, 1),
        "first_byte_s": round(first, 2),
        "MB": round(size / 1e6, 1),
        "worker_MB_before": seen[0],
        "worker_MB_first_quarter": max(seen[:quarter]),
        "worker_MB_last_quarter": max(seen[-quarter:]),
        "rows": rows_in(kept),
    }


def rows_in(kept: Path) -> int:
    """How many rows a file holds, read by another's program; the file is then removed."""
    from openpyxl import load_workbook

    with kept.open("rb") as file:
        if file.read(2) != b"PK":
            number = sum(1 for _ in file) - 10
        else:
            number = sum(1 for _ in load_workbook(file, read_only=True)["Crimes"].rows) - 1
    kept.unlink()
    return number


def beside(port: int, cookies: str, stop: threading.Event) -> list[float]:
    """Milliseconds of the list's page, asked for again and again until `stop`."""
    taken = []
    while not stop.wait(0.25):
        connection = http.client.HTTPConnection("localhost", port, timeout=60)
        begun = time.perf_counter()
        connection.request("GET", LIST, headers={"Cookie": cookies})
        connection.getresponse().read()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def peer(who: Any, rows: int) -> dict[str, Any]:
    """The plain way, in a process of its own, for its memory."""
    code = (
        "import django; django.setup()\n"
        f"from benchmarks.export import plain; plain({who.token!r}, {rows})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def plain(token: str, rows: int) -> None:
    """A workbook by openpyxl from model instances; prints its figures."""
    from openpyxl import Workbook

    from peel.kernel.access.identity import identify, speaking
    from peel.machine import registry
    from peel.machine.show import of_record

    who = identify(token)
    if who is None:
        raise RuntimeError("nobody is signed in")
    sheet = registry.sheet_of("investigation.crime")
    begun, before = time.perf_counter(), resident(os.getpid())
    book = Workbook(write_only=True)
    page = book.create_sheet("Crimes")
    names = ("category", "location", "committed_from", "last_outcome", "officer_in_case", "state")
    with speaking(who):
        found = sheet.model.objects.visible_to(who).select_related("location", "officer_in_case")
        for record in found.order_by("-carried_created_at", "-pk")[:rows].iterator(5000):
            page.append([record.reference, *(of_record(sheet, record, name) for name in names)])
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book.save(file.name)
    spent = time.perf_counter() - begun
    seen = resident(os.getpid())
    print(json.dumps({"seconds": round(spent, 1), "MB_before": before, "MB_after": seen}))


def serve() -> tuple[subprocess.Popen[bytes], int]:
    """One uvicorn worker."""
    from peel.site.server import ports

    port = ports.any_free()
    server = subprocess.Popen(
        [sys.executable, "-m", "peel", "web", "--port", str(port)],
        env={**os.environ, "PEEL_REQUIRE_TOTP": "0", "PEEL_STATIC_FROM_SOURCE": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("localhost", port, timeout=10)
            connection.request("GET", "/help/")
            connection.getresponse().read()
            return server, port
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the site was not served")


def prepare(rows: int) -> Any:
    """An officer who sees all, and the rows where there are none yet."""
    from peel.kernel.access.tests.factories import officer, organisation, unit
    from peel.modules.investigation.models import Crime

    there = Crime.objects.using("owner").first()
    ours = there.organisation if there else organisation()
    name = f"exporter{time.time_ns()}"
    who = officer(
        permissions=["*"], clearance=2, of=unit(of=ours), username=name, collar_number=name[-20:]
    )
    if there is None:
        lists.fill(rows, ours.pk, ours.pk, who.appointment_id)
        places(ours.pk, who.appointment_id)
    return who


def narrow(who: Any, rows: int) -> str:
    """A span of days that holds about so many of the crimes."""
    from peel.kernel.access.identity import speaking
    from peel.modules.investigation.models import Crime

    with speaking(who):
        newest = Crime.objects.order_by("-carried_created_at").values_list("carried_created_at")
        day = newest[min(rows, newest.count() - 1)][0].date()
    return f"?recorded=since+{day.isoformat()}"


def main() -> None:
    """Fill when empty, download both, ask the peer, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workbook", type=int, default=100_000)
    options = parser.parse_args()
    django.setup()
    from django.conf import settings

    from peel.kernel.access.tests.factories import signed_in_client

    who = prepare(options.rows)
    client = signed_in_client(who)
    names = (settings.SESSION_COOKIE_NAME, settings.PEEL_IDENTITY_COOKIE)
    cookies = "; ".join(f"{name}={client.cookies[name].value}" for name in names)
    server, port = serve()
    figures: dict[str, Any] = {}
    try:
        part = narrow(who, options.workbook)
        figures["xlsx"] = download(port, f"{LIST}export.xlsx{part}", cookies, server.pid)
        figures["csv"] = download(port, f"{LIST}export.csv", cookies, server.pid)
        stop, pages = threading.Event(), []
        asking = threading.Thread(target=lambda: pages.extend(beside(port, cookies, stop)))
        asking.start()
        figures["xlsx, with pages beside"] = download(
            port, f"{LIST}export.xlsx{part}", cookies, server.pid
        )
        stop.set()
        asking.join()
        figures["page beside it, p50 ms"] = round(statistics.median(pages), 1)
    finally:
        server.terminate()
        server.wait()
    figures["peer, openpyxl write-only"] = peer(who, options.workbook)
    print(json.dumps(figures | {"load": os.getloadavg()}, indent=2))


if __name__ == "__main__":
    main()
