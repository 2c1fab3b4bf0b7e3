"""Peel as an ASGI application."""

import os
import signal
import threading
from types import FrameType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
django.setup(set_prefix=False)

from peel.kernel.files.receiving import Handler  # noqa: E402 - what it imports reads the settings

application = Handler()


def _end_streams_on(number: int) -> None:
    """Before the server waits for its open answers: end those that would never end by themselves.

    The server's own handler is in place when it loads this module, and is called as before.
    """
    from peel.machine.live.hub import hub

    before = signal.getsignal(number)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        return

    def stop(received: int, frame: FrameType | None) -> None:
        hub.close_soon()
        before(received, frame)

    signal.signal(number, stop)


for _number in (signal.SIGTERM, signal.SIGINT):
    _end_streams_on(_number)
