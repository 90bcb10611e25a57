"""Removes the packages that no room has any more, and what is too much."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from executor.errors import ExecutorError
from executor.packages.service import Upkeep
from server.packages.records import PackageRecords

logger = logging.getLogger(__name__)

PERIOD_SECONDS = 3600.0
RETRY_SECONDS = 15.0  # for what a run still holds


class PackageSweep:
    """Sweeps `once`; or, while `running`, every hour and whenever somebody says that it is time."""

    def __init__(self, records: PackageRecords, upkeep: Upkeep) -> None:
        self._records = records
        self._upkeep = upkeep
        self._is_due = asyncio.Event()

    def soon(self) -> None:
        """Something is not needed any more, or was added."""
        self._is_due.set()

    async def once(self) -> int:
        """Removes what is due; returns how much of it has to stay as yet."""
        return await self._upkeep.sweep(await self._records.digests())

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Sweeps in the background."""
        task = asyncio.create_task(self._keep_going())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep_going(self) -> None:
        period = PERIOD_SECONDS
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(period):
                    await self._is_due.wait()
            self._is_due.clear()
            try:
                period = RETRY_SECONDS if await self.once() else PERIOD_SECONDS
            except (ExecutorError, SQLAlchemyError, OSError) as error:
                logger.warning("packages are not swept, it will be tried again: %s", error)
                period = PERIOD_SECONDS
