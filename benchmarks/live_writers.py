"""Writers of the benchmark of live pages, in a process of their own: real commands, at a pace.

Prints one line of JSON for each: the record, its version, and when its commit was known.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")


def teller(redis: int) -> Callable[[str, int], None]:
    """What is done after a commit: nothing for Peel, a group message for Channels."""
    if not redis:
        return lambda record, version: None
    from asgiref.sync import async_to_sync
    from channels_redis.core import RedisChannelLayer

    layer = RedisChannelLayer(hosts=[("127.0.0.1", redis)], capacity=100_000)

    def tell(record: str, version: int) -> None:
        text = json.dumps({"record": record, "version": version})
        async_to_sync(layer.group_send)("crimes", {"type": "changed", "text": text})

    return tell


def write(number: int, token: str, options: Any, told: list[dict[str, Any]], begin: float) -> None:
    """Edit one crime after another, each writer his own."""
    from peel.kernel.access.identity import identify
    from peel.machine.commands.registry import commands
    from peel.machine.commands.runner import run

    who = identify(token)
    tell = teller(options.redis)
    crimes = [run(commands["investigation.crime.create"], who, {"category": "Burglary"})
              for _ in range(10)]  # fmt: skip
    step = 1 / options.rate
    due = begin + step * number / options.writers
    turn = 0
    while due < begin + options.seconds:
        time.sleep(max(0.0, due - time.time()))
        crime = crimes[turn % len(crimes)]
        values = {"record_id": crime.pk, "version": crime.version, "summary": f"Turn {turn}"}
        crime.version = run(commands["investigation.crime.edit"], who, values).version
        done = time.time()
        tell(str(crime.pk), crime.version)
        told.append({"record": str(crime.pk), "version": crime.version, "at": done})
        turn, due = turn + 1, due + step


def main() -> None:
    """Write for as long as asked, then print what was written and when."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1.0, help="commits a second of each")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--redis", type=int, default=0)
    parser.add_argument("tokens", nargs="+")
    options = parser.parse_args()
    import django

    django.setup()
    told: list[dict[str, Any]] = []
    begin = time.time() + 5
    threads = [
        threading.Thread(target=write, args=(n, token, options, told, begin))
        for n, token in enumerate(options.tokens[: options.writers])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
