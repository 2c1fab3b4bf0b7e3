"""The background work of search: words that no name has any more are forgotten by night."""

from django.db import connections
from procrastinate.contrib.django import app

from peel.kernel.base.tasks import QUEUE


@app.periodic(cron="25 3 * * *")
@app.task(name="search.sweep_words", queue=QUEUE, queueing_lock="search.sweep_words")
def sweep_words(timestamp: int) -> int:
    """Forget the words of names that were ended or erased; gives how many."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select search.sweep_words()")
        return int(cursor.fetchone()[0])
