"""A relay at work while a journey is walked."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from peel.kernel.base import relay


@contextmanager
def relaying() -> Iterator[None]:
    """Publish what is written, as the relay's process does; the numbers never start again."""
    with connections["relay"].cursor() as cursor:
        cursor.execute("update base_publication set last = %s", [int(time.time() * 1000)])
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=[stop], kwargs={"pause": 0.01})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
