"""The machine's background work: drafts and kept answers grow old and are dropped."""

from datetime import timedelta

from procrastinate.contrib.django import app

from peel.kernel.base import clock
from peel.kernel.base.tasks import QUEUE
from peel.machine.commands import once
from peel.machine.models import Draft, KeptAnswer

KEPT_FOR = timedelta(days=30)


@app.periodic(cron="41 3 * * *")
@app.task(name="machine.drop_drafts", queue=QUEUE, queueing_lock="machine.drop_drafts")
def drop_drafts(timestamp: int) -> int:
    """Drop the drafts that nobody has changed for thirty days; gives how many."""
    return Draft.objects.filter(changed_at__lt=clock.now() - KEPT_FOR).delete()[0]


@app.periodic(cron="*/30 * * * *")
@app.task(name="machine.drop_answers", queue=QUEUE, queueing_lock="machine.drop_answers")
def drop_answers(timestamp: int) -> int:
    """Drop the idempotency keys of more than a day ago; gives how many."""
    return KeptAnswer.objects.filter(made_at__lt=clock.now() - once.KEPT_FOR).delete()[0]
