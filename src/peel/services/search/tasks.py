"""The background work of search: new hits are told, words that nothing has are forgotten."""

from django.db import connections, transaction
from procrastinate.contrib.django import app

from peel.kernel.base.tasks import QUEUE
from peel.services.search import telling


@app.periodic(cron="25 3 * * *")
@app.task(name="search.sweep_words", queue=QUEUE, queueing_lock="search.sweep_words")
def sweep_words(timestamp: int) -> int:
    """Forget the words of names and texts that were ended or erased; gives how many."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select search.sweep_words() + search.sweep_terms()")
        return int(cursor.fetchone()[0])


@app.periodic(cron="* * * * *")
@app.task(name="search.tell_new_hits", queue=QUEUE, queueing_lock="search.tell_new_hits")
def tell_new_hits(timestamp: int) -> None:
    """Tell officers what has become a hit of a search that they keep."""
    looked = telling.AT_ONCE
    while looked == telling.AT_ONCE:
        with transaction.atomic():
            looked = telling.tell_next()
