"""The background work of access: what has expired is swept away."""

from django.db import connections
from procrastinate.contrib.django import app

from peel.kernel.base.tasks import QUEUE


@app.periodic(cron="41 * * * *")
@app.task(name="access.sweep", queue=QUEUE, queueing_lock="access.sweep")
def sweep(timestamp: int) -> None:
    """Remove tokens, sign-in sessions and counts that can no longer be used."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select access.sweep()")
