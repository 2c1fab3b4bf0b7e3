"""The background work of notices: what was read long ago goes, alarms ring again."""

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from peel.kernel.base import clock
from peel.kernel.base.tasks import QUEUE
from peel.services.notify import rules, telling
from peel.services.notify.commands import forget_read


@app.periodic(cron="41 3 * * *")
@app.task(name="notify.forget_read", queue=QUEUE, queueing_lock="notify.forget_read")
def forget(timestamp: int) -> None:
    """Remove what was read ninety days ago and more."""
    forget_read(clock.now() - timedelta(days=rules.READ_KEPT_DAYS))


@app.periodic(cron="*/5 * * * *")
@app.task(name="notify.ring_again", queue=QUEUE, queueing_lock="notify.ring_again")
def ring_again(timestamp: int) -> None:
    """Ring the alarms again that have waited for a judgement for an hour."""
    with transaction.atomic():
        telling.ring_again(clock.now())
