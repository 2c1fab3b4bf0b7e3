"""Whom tokens stand for, asked for many at once: after a worker died hundreds come together."""

import asyncio

from peel.machine.live import reading
from peel.machine.live.audience import Viewer

PATIENCE = 5.0


class Asking:
    """Gathers the tokens that come while a question is on its way, and asks for them together."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Viewer | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def viewer(self, token: str) -> Viewer | None:
        """What a token stands for; None for nobody. Raises TimeoutError or a psycopg.Error."""
        if token not in self._waiting:
            self._waiting[token] = asyncio.get_running_loop().create_future()
        answer = self._waiting[token]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ask())
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(answer)

    async def _ask(self) -> None:
        asked: dict[str, asyncio.Future[Viewer | None]] = {}
        try:
            async with await reading.connect() as connection:
                while self._waiting:
                    asked, self._waiting = self._waiting, {}
                    found = await reading.viewers(connection, asked)
                    for token, answer in asked.items():
                        answer.set_result(found.get(token))
        except Exception as failure:
            for answer in (asked | self._waiting).values():
                if not answer.done():
                    answer.set_exception(failure)
                    answer.exception()  # whoever waits gets it; nobody may be left
            self._waiting = {}
