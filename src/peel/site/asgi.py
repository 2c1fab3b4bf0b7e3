"""Peel as an ASGI application."""

import os
import signal
import threading
from types import FrameType

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
application = get_asgi_application()


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
