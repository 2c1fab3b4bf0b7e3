"""The ledger: eight Python processes that each write single lines, fsync on, and the verifier.

    python -m benchmarks.ledger [--seconds N] [--server postgres://superuser@host:port/postgres]

Without --server a PostgreSQL of this checkout is started for the run. Every line is written under
a real officer's session through the web role, while the sealer seals. The peer in the same run is
the same code with a single lane: one global hash chain. Results: benchmarks/results/ledger.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
ROOT = Path(__file__).resolve().parents[1]
DATABASE = "peel_bench_ledger"
PROCESSES = 8

# The peer: everybody waits for lane 0, which is what one global chain means.
PEER = """
create schema peer;
create function peer.append_as(token text, ids uuid[]) returns uuid language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform access.speak_for(token);
  perform pg_advisory_xact_lock(7017, 0);
  perform set_config('audit.lane', '0', true);
  return audit.append('consultation', 'bench.chain', 'done', ids, '{}', null, '203.0.113.7',
    'own caseload', null, null, null, null);
end $$;
grant usage on schema peer to peel_web;
"""
LANES = """
select audit.append_as(%s, 'consultation', 'bench.lanes', 'done', %s, '{}', null, '203.0.113.7',
  'own caseload', null, null, null, null)
"""
SEALED = """
select count(*), max(h.at - l.at), percentile_disc(0.99) within group (order by h.at - l.at)
from audit_line as l join audit_leaf as f on f.line_id = l.id
cross join lateral (select at from audit_head as h where h.tree_size > f.index
                    order by h.tree_size limit 1) as h
where l.name like 'bench%' and l.name <> 'bench.held'
"""


def writer(way: str, seconds: float, token: str) -> None:
    """One of the eight: waits for a line on standard input, then writes until the time is up."""
    write = _through_the_door(token) if way == "door" else _by_driver(way, token)
    write()
    print("ready", flush=True)
    sys.stdin.readline()
    took, end, cpu = [], time.perf_counter() + seconds, time.process_time()
    while (start := time.perf_counter()) < end:
        write()
        took.append(time.perf_counter() - start)
    cpu = time.process_time() - cpu
    print(json.dumps({"ms": [round(x * 1000, 3) for x in took], "cpu": cpu}), flush=True)


def _through_the_door(token: str) -> Callable[[], object]:
    import django

    django.setup()
    from peel.kernel.audit import context, ledger
    from peel.kernel.base.ids import uuid7

    scope = context.Context(source="203.0.113.7", purpose=context.Purpose("own caseload"))

    def write() -> object:
        with context.working(scope):
            return ledger.write_apart(
                act=ledger.Act.CONSULTATION,
                name="bench.door",
                subjects=[uuid7(), uuid7()],
                token=token,
            )

    return write


def _by_driver(way: str, token: str) -> Callable[[], object]:
    import psycopg

    from peel.kernel.base.ids import uuid7

    connection = psycopg.connect(os.environ["PEEL_DATABASE_URL"], autocommit=True)
    sql = LANES if way == "lanes" else "select peer.append_as(%s, %s)"
    return lambda: connection.execute(sql, [token, [uuid7(), uuid7()]], prepare=True)


def server_cpu(connection: Any) -> float:
    """Seconds of processor that the server and all of its processes have used (Linux)."""

    def fields(pid: str) -> list[str]:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()

    postmaster = fields(str(connection.info.backend_pid))[1]
    ticks = sum(int(part) for part in fields(postmaster)[11:15])
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (found := fields(entry.name))[1] == postmaster:
                ticks += sum(int(part) for part in found[11:13])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(connection: Any, way: str, seconds: float, token: str) -> dict[str, Any]:
    """Lines a second of eight processes, how long one took, and the processor it cost."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--writer", way, "--token", token,
               "--seconds", str(seconds)]  # fmt: skip
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(PROCESSES)
    ]
    for each in running:
        assert each.stdout
        each.stdout.readline()
    cpu = server_cpu(connection)
    for each in running:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [json.loads(each.communicate()[0]) for each in running]
    cpu = server_cpu(connection) - cpu
    took = sorted(ms for each in told for ms in each["ms"])
    return {
        "per_second": round(len(took) / seconds),
        "p50": took[len(took) // 2],
        "p95": took[len(took) * 95 // 100],
        "p99": took[len(took) * 99 // 100],
        "server_us": round(cpu / len(took) * 1e6),
        "client_us": round(sum(each["cpu"] for each in told) / len(took) * 1e6),
    }


def held_open(seconds: float, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run `body` while a transaction that has written a line stays open for `seconds`."""
    import psycopg

    def hold() -> None:
        with psycopg.connect(os.environ["PEEL_DATABASE_WORKER_URL"]) as connection:
            connection.execute(
                "select audit.append('collection', 'bench.held', 'done', '{}', '{}', null, null,"
                " null, null, null, null, null)"
            )
            begun.set()
            time.sleep(seconds)

    begun = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    found = body()
    holder.join()
    return found


def alone(token: str, count: int = 1000) -> dict[str, float]:
    """Milliseconds of one line when nobody else writes: what a page pays."""
    write = _through_the_door(token)
    for _ in range(50):
        write()
    took = []
    for _ in range(count):
        start = time.perf_counter()
        write()
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return {"p50": round(took[count // 2], 2), "p95": round(took[count * 95 // 100], 2)}


def verify() -> dict[str, Any]:
    """Lines a second of the stand-alone verifier over an export: the median of three."""
    from django.db import connections

    from peel.kernel.audit import cli, export, heads

    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        lines = export.write(connections["sealer"], Path(place))
        exported = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(place).iterdir())
        took = []
        for _ in range(3):
            start = time.perf_counter()
            report = cli.verifier().verify(Path(place), heads.public_key(), heads.outside_paths())
            took.append(time.perf_counter() - start)
    middle = statistics.median(took)
    return {
        "lines": lines,
        "bytes_a_line": round(size / lines),
        "found": len(report["found"]),
        "export_per_second": round(lines / exported),
        "verify_per_second": round(lines / middle),
    }


def _prepare(server: str) -> Any:
    """A fresh, migrated database; returns the superuser's connection to the server."""
    import psycopg

    connection = psycopg.connect(server, autocommit=True)
    connection.execute((ROOT / "src/peel/kernel/base/roles.sql").read_text())
    connection.execute(f"drop database if exists {DATABASE} with (force)")
    connection.execute(f"create database {DATABASE} owner peel_owner")
    command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"]
    subprocess.run([*command, "--skip-checks"], check=True, cwd=ROOT)
    with psycopg.connect(os.environ["PEEL_DATABASE_OWNER_URL"]) as owner:
        owner.execute(PEER)
    return connection


def _addresses(server: str) -> dict[str, str]:
    """The PEEL_DATABASE_* variables for a server that trusts its callers."""
    parts = urlparse(server)
    where = f"{parts.hostname}:{parts.port or 5432}"
    return {
        f"PEEL_DATABASE_{name}URL": urlunparse(
            ("postgres", f"peel_{role}@{where}", f"/{DATABASE}", "", "", "")
        )
        for name, role in (("", "web"), *((f"{r.upper()}_", r) for r in
                           ("owner", "door", "relay", "worker", "loader", "sealer")))
    }  # fmt: skip


def run(server: str, seconds: float) -> dict[str, Any]:
    """All measurements, one after the other."""
    connection = _prepare(server)
    import django

    django.setup()
    from peel.kernel.access.tests.factories import officer

    token = officer().token
    sealer = subprocess.Popen([sys.executable, "-c", _SEALER], cwd=ROOT)
    found: dict[str, Any] = {"version": connection.execute("select version()").fetchone()[0]}
    found["load"] = round(os.getloadavg()[0], 1)
    found["fsync"] = connection.execute("show fsync").fetchone()[0]
    try:
        for delay in (0, 1000):
            connection.execute(f"alter system set commit_delay = {delay}")
            connection.execute("alter system set commit_siblings = 0")
            connection.execute("select pg_reload_conf()")
            time.sleep(0.5)
            for way in ("door", "lanes", "chain"):
                found[f"{way}, commit_delay {delay}"] = measure(connection, way, seconds, token)
            if not delay:
                found["door, one transaction open for 20 s"] = held_open(
                    20, lambda: measure(connection, "door", 19, token)
                )
                found["alone"] = alone(token)
        time.sleep(3)
    finally:
        sealer.kill()
    with _database(server) as database:
        row = database.execute(SEALED).fetchone()
    found["sealed"] = dict(zip(("lines", "longest", "p99"), map(str, row), strict=True))
    found["verify"] = verify()
    return found


_SEALER = """
import django; django.setup()
from peel.kernel.audit.sealer import Sealer
Sealer().run()
"""


def _database(server: str) -> Any:
    import psycopg

    return psycopg.connect(urlunparse(urlparse(server)._replace(path=f"/{DATABASE}")))


def report(found: dict[str, Any]) -> str:
    """The page of results."""
    server = found["version"].split(" on ")[0]
    machine = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    machine = f"{machine}, {server}"
    lines = [
        "# The ledger",
        "",
        f"{machine}, fsync {found['fsync']}, load average {found['load']} before it began: the"
        " machine was shared with other work. Eight Python processes, each line a transaction of"
        " its own under a real session, the sealer beside them.",
        "",
        "| | lines a second | p50 ms | p95 ms | p99 ms | server µs a line | client µs a line |",
        "|---|---|---|---|---|---|---|",
    ]
    columns = ("p50", "p95", "p99", "server_us", "client_us")
    for name, each in found.items():
        if isinstance(each, dict) and "per_second" in each:
            rest = " | ".join(str(each[column]) for column in columns)
            lines.append(f"| {name} | **{each['per_second']:,}** | {rest} |")
    verified = found["verify"]
    lines += [
        "",
        "The µs are processor time, commits and the server's part of sealing included.",
        "",
        "`door` is `ledger.write_apart` through Django, `lanes` the same function called by the"
        " driver, `chain` the peer: the same with one lane, which is one global chain.",
        "",
        f"- One line when nobody else writes (what a page pays): p50 {found['alone']['p50']} ms,"
        f" p95 {found['alone']['p95']} ms.",
        f"- From a line's own time to its signed head, {found['sealed']['lines']} lines:"
        f" p99 {found['sealed']['p99']}, longest {found['sealed']['longest']}.",
        f"- Verifying {verified['lines']:,} lines of {verified['bytes_a_line']} bytes:"
        f" **{verified['verify_per_second']:,}** a second, {verified['found']} findings;"
        f" exporting {verified['export_per_second']:,} a second.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--server")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--writer")
    parser.add_argument("--token", default="")
    options = parser.parse_args()
    if options.writer:
        writer(options.writer, options.seconds, options.token)
        return
    with tempfile.TemporaryDirectory() as place:
        os.environ["PEEL_AUDIT_KEY"] = f"{place}/audit.pem"
        os.environ["PEEL_AUDIT_HEADS"] = f"{place}/heads.jsonl"
        os.environ["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        sys.path.insert(0, str(ROOT / "src"))
        if options.server:
            os.environ.update(_addresses(options.server))
            found = run(options.server, options.seconds)
        else:
            found = _on_our_own_server(options.seconds)
    print(json.dumps(found, indent=1))
    (ROOT / "benchmarks" / "results" / "ledger.md").write_text(report(found))


def _on_our_own_server(seconds: float) -> dict[str, Any]:
    from peel.site.server import database
    from peel.site.server.cluster import SUPERUSER, Cluster

    cluster = Cluster("bench-ledger", durable=True)
    cluster.start()
    try:
        database.ensure_roles(cluster)
        os.environ.update(database.environment(cluster, DATABASE))
        return run(database.address(cluster, SUPERUSER, "postgres"), seconds)
    finally:
        cluster.remove()


if __name__ == "__main__":
    main()
