"""The jobs of `base`: deliver an event, take up what a dead worker left, make partitions."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from peel.kernel.base.delivery import deliver

QUEUE = "events"
_SLOWEST = 3600


class BackOff(BaseRetryStrategy):
    """Tries again after 1, 2, 4 … seconds, at most an hour apart, a little out of step.

    After `attempts` tries (24: some 12 hours) the job is left as failed, for a person to look at.
    """

    def __init__(self, attempts: int = 24) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None: no more."""
        if job.attempts + 1 >= self.attempts:
            return None
        wait = min(_SLOWEST, 2**job.attempts) * random.uniform(0.75, 1.25)  # noqa: S311
        return RetryDecision(retry_in={"seconds": max(1, round(wait))})


@app.task(name="base.deliver", queue=QUEUE, retry=BackOff())
def deliver_event(event_id: str, handler: str) -> None:
    """Let one handler hear one event. A second delivery does nothing."""
    deliver(UUID(event_id), handler)


@app.periodic(cron="*/1 * * * *")
@app.task(name="base.take_up", queue=QUEUE, queueing_lock="base.take_up", pass_context=True)
async def take_up(context: Any, timestamp: int) -> None:
    """Queue again the jobs of workers that have died, found by their silent heartbeat."""
    await take_up_stalled(context.app, silent_for=timedelta(seconds=30))


async def take_up_stalled(worker_app: Any, *, silent_for: timedelta) -> int:
    """Queue again each running job whose worker is gone or silent; returns how many."""
    jobs = worker_app.job_manager
    stalled = await jobs.get_stalled_jobs(seconds_since_heartbeat=silent_for.total_seconds())
    for job in stalled:
        await jobs.retry_job(job)
    return len(stalled)


@app.periodic(cron="17 3 * * *")
@app.task(name="base.make_partitions", queue=QUEUE, queueing_lock="base.make_partitions",
          retry=BackOff())  # fmt: skip
def make_partitions(timestamp: int) -> None:
    """Make the monthly partitions of the coming three months."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select base.ensure_partitions()")
