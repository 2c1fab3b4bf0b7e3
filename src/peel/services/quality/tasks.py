"""The nightly count."""

from procrastinate.contrib.django import app

from peel.kernel.base.tasks import QUEUE
from peel.services.quality.measuring import measure


@app.periodic(cron="10 3 * * *")
@app.task(name="quality.measure", queue=QUEUE, queueing_lock="quality.measure")
def measure_again(timestamp: int) -> int:
    """Count every fault anew; gives how many there are."""
    return measure("default")
