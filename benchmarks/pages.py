"""A nominal's page with 20 links over HTTP, what its ledger line costs, and a worker's memory.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.pages [--requests N]

Serves Peel with one real uvicorn worker from the database that the environment names, which is
migrated and may hold anything. Prints milliseconds of the answer as a client on this machine sees
them, the share of the ledger line (the same statement timed on its own connection), and the
worker's resident memory before and after the requests. The peer in the same run is the page with
nothing in it, `/help/`: what the server, its middleware and the layout cost by themselves.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
LINKS = 20


def prepare() -> tuple[Any, str, dict[str, str]]:
    """An officer, a nominal with its links, and the cookies of a session."""
    from django.conf import settings

    from peel.kernel.access.tests.factories import officer, signed_in_client
    from peel.machine.commands import run
    from peel.machine.commands.registry import commands

    name = f"reader{time.time_ns()}"
    who = officer(role="supervisor", username=name, collar_number=name[-20:])
    person = {"family_name": "Benchmark", "given_names": "Page"}
    nominal = run(commands["pole.nominal.create"], who, person)
    for _ in range(LINKS):
        crime = run(commands["investigation.crime.create"], who, {"category": "Burglary"})
        link = {"record_id": nominal.pk, "other": crime, "reading": "suspect>"}
        run(commands["pole.link.create"], who, link)
    client = signed_in_client(who)
    names = (settings.SESSION_COOKIE_NAME, settings.PEEL_IDENTITY_COOKIE)
    cookies = {key: client.cookies[key].value for key in names}
    return who, f"/pole/nominal/{nominal.reference}/", cookies


def ask(port: int, path: str, cookies: dict[str, str], number: int) -> list[float]:
    """Milliseconds of each of `number` answers over one connection."""
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    header = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    taken = []
    for _ in range(number):
        begun = time.perf_counter()
        connection.request("GET", path, headers=header)
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    return taken


def line_cost(who: Any, number: int = 300) -> list[float]:
    """Milliseconds of one ledger line of a look at 21 records."""
    from peel.kernel.audit import ledger
    from peel.kernel.base.ids import uuid7

    subjects = [uuid7() for _ in range(LINKS + 1)]
    taken = []
    for _ in range(number):
        begun = time.perf_counter()
        ledger.write_apart(
            act=ledger.Act.CONSULTATION, name="benchmark", subjects=subjects, token=who.token
        )
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def resident_mebibytes(process: int) -> float:
    """Resident memory of a process."""
    with open(f"/proc/{process}/statm") as handle:
        return int(handle.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def figures(taken: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "n": len(taken),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
    }


def serve(port: int) -> "subprocess.Popen[bytes]":
    """One uvicorn worker; waits until it answers."""
    command = [sys.executable, "-m", "uvicorn", "peel.site.asgi:application"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "error"],
        env={**os.environ, "PEEL_POOL": "1", "PEEL_STATIC_FROM_SOURCE": "1"},
    )
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("localhost", port, timeout=5)
            connection.request("GET", "/help/")
            connection.getresponse().read()
            return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise RuntimeError("the server did not come up")


def main() -> None:
    """Measure and print JSON."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--port", type=int, default=8399)
    options = parser.parse_args()
    django.setup()
    who, path, cookies = prepare()
    server = serve(options.port)
    try:
        ask(options.port, path, cookies, 50)
        before = resident_mebibytes(server.pid)
        page = ask(options.port, path, cookies, options.requests)
        found = {
            "nominal page": figures(page[-1000:]),
            "peer: empty page": figures(ask(options.port, "/help/", cookies, 500)),
            "ledger line": figures(line_cost(who)),
            "worker MiB after 50 requests": round(before, 1),
            f"worker MiB after {options.requests + 50}": round(resident_mebibytes(server.pid), 1),
        }
    finally:
        server.terminate()
        server.wait(20)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
