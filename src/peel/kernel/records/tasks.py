"""The background work of records: the facet counters are summed every few minutes."""

from django.db import connections
from procrastinate.contrib.django import app

from peel.kernel.base.tasks import QUEUE


@app.periodic(cron="*/5 * * * *")
@app.task(name="records.fold_tallies", queue=QUEUE, queueing_lock="records.fold_tallies")
def fold_tallies(timestamp: int) -> None:
    """Sum the differences that writers appended, so that counting stays short."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select records.fold_tallies()")


@app.periodic(cron="*/2 * * * *")
@app.task(name="records.scan_again", queue=QUEUE, queueing_lock="records.scan_again")
def scan_again(timestamp: int) -> None:
    """Show the virus scanner the files that wait for it."""
    from peel.kernel.records import previews

    previews.scan_again()
