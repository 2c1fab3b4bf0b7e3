"""The worker: does queued jobs under its own role, deliveries of events above all.

In this process the aliases `default` and `audit` are the worker's role too, so that a handler's
plain queries run under it.
"""

import argparse
import asyncio
import logging
import random
import signal
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django

logger = logging.getLogger(__name__)

_LONGEST_WAIT = 10.0


def main(argv: Sequence[str] | None = None) -> int:
    """Work until SIGTERM or SIGINT, which lets running jobs end first; 0 when it ended well."""
    parser = argparse.ArgumentParser(prog="peel worker", description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=4, help="how many jobs at once")
    parser.add_argument(
        "--silent-for", type=float, default=30.0, metavar="SECONDS",
        help="how long a worker is silent before its jobs are taken up",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="do the jobs that wait, then end")
    options = parser.parse_args(argv)
    django.setup()
    _take_the_role()
    asyncio.run(_work_on(options))
    return 0


def _take_the_role() -> None:
    """Let the aliases of the web role lead to the worker's, before anything has connected."""
    from django.db import connections

    connections.close_all()
    for alias in ("default", "audit"):
        for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
            connections.settings[alias][key] = connections.settings["worker"][key]
        # A connection for each job would cost more than most jobs; each is tried before use.
        connections.settings[alias] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
        # Each thread keeps its own; Django refuses that together with a pool, as the web has one.
        connections.settings[alias]["OPTIONS"].pop("pool", None)


async def _work_on(options: argparse.Namespace) -> None:
    """Run one worker after another until asked to stop: each ends when the database goes away."""
    stop = asyncio.Event()
    for signalled in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signalled, stop.set)
    wait = 0.25
    while not stop.is_set():
        try:
            await _work(options, stop)
            wait = 0.25
        except Exception as error:
            if options.once:
                raise
            logger.warning("The worker lost the database, tries again: %s", error)
            wait = min(_LONGEST_WAIT, wait * 2)
        if options.once:
            return
        await _sleep(stop, wait * random.uniform(0.75, 1.25))  # noqa: S311


async def _work(options: argparse.Namespace, stop: asyncio.Event) -> None:
    """One worker: first takes up what dead ones left, then works until `stop` or a failure."""
    from procrastinate.contrib.django import app

    from peel.kernel.base.tasks import take_up_stalled

    silent_for = timedelta(seconds=options.silent_for)
    with app.replace_connector(_connector()) as working:
        async with working.open_async():
            await take_up_stalled(working, silent_for=silent_for)
            worker = asyncio.create_task(
                working.run_worker_async(
                    concurrency=options.jobs,
                    wait=not options.once,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=max(0.5, options.silent_for / 3),
                    stalled_worker_timeout=options.silent_for,
                )
            )
            await _first(worker, stop)


async def _first(worker: "asyncio.Task[Any]", stop: asyncio.Event) -> None:
    """Wait for the worker to end; when asked to stop, let it finish its jobs and end."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not worker.done():
        worker.cancel()
    stopping.cancel()
    try:
        await worker
    except asyncio.CancelledError:
        logger.info("The worker ends")


def _connector() -> Any:
    """A connector of the role peel_worker that gives up soon when the database is away."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django.utils import connector_params

    return PsycopgConnector(
        kwargs=connector_params("worker"), min_size=1, max_size=8, timeout=10, reconnect_timeout=5
    )


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


if __name__ == "__main__":
    raise SystemExit(main())
