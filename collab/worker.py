"""Work that must be done in order, and not at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")

MAX_WAITING = 256


class Worker(Generic[_T]):
    """Hands items on in the order they came; its task exists only while there are any."""

    def __init__(
        self, tasks: asyncio.TaskGroup, handle: Callable[[list[_T]], Awaitable[None]]
    ) -> None:
        self._tasks = tasks
        self._handle = handle
        self._waiting: list[_T] = []
        self._is_at_work = False

    def put(self, item: _T) -> bool:
        """Queues an item; False if too many are waiting."""
        if len(self._waiting) >= MAX_WAITING:
            return False
        self._waiting.append(item)
        if not self._is_at_work:
            self._is_at_work = True
            self._tasks.create_task(self._work())
        return True

    async def _work(self) -> None:
        while self._waiting:
            items, self._waiting = self._waiting, []
            await self._handle(items)
        self._is_at_work = False
