"""Work that must be done in order, and not at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")

MAX_WAITING = 256


class Worker(Generic[_T]):
    """Hands items on in the order they came; its task exists only while there are any.

    `fail` is told what `handle` raises.
    """

    def __init__(
        self, handle: Callable[[list[_T]], Awaitable[None]], fail: Callable[[Exception], None]
    ) -> None:
        self._handle = handle
        self._fail = fail
        self._waiting: list[_T] = []
        self._task: asyncio.Task[None] | None = None

    def put(self, item: _T) -> bool:
        """Queues an item; False if too many are waiting."""
        if len(self._waiting) >= MAX_WAITING:
            return False
        self._waiting.append(item)
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        return True

    def cancel(self) -> None:
        """Stops what is being done, and forgets what waits."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _work(self) -> None:
        try:
            while self._waiting:
                items, self._waiting = self._waiting, []
                await self._handle(items)
        except Exception as error:  # noqa: BLE001 - it is logged there
            self._fail(error)
        finally:
            self._task = None
