"""The machine's background work: drafts that nobody went on with are dropped."""

from datetime import timedelta

from procrastinate.contrib.django import app

from peel.kernel.base import clock
from peel.kernel.base.tasks import QUEUE
from peel.machine.models import Draft

KEPT_FOR = timedelta(days=30)


@app.periodic(cron="41 3 * * *")
@app.task(name="machine.drop_drafts", queue=QUEUE, queueing_lock="machine.drop_drafts")
def drop_drafts(timestamp: int) -> int:
    """Drop the drafts that nobody has changed for thirty days; gives how many."""
    return Draft.objects.filter(changed_at__lt=clock.now() - KEPT_FOR).delete()[0]
