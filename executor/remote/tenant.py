"""One server, as the executor knows it: its runs, and the connection over which it has them."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from executor.remote.held_run import HeldRun
from executor.remote.link import Link
from executor.run import Outcome

log = logging.getLogger(__name__)

ABANDONED = Outcome("lost: its server did not come back", None)
REPLACED = "another server of the same data directory has come"


class Connection(Protocol):
    """What a server is connected by."""

    @property
    def link(self) -> Link:
        """The connection itself."""

    def dismiss(self, why: str) -> None:
        """Tell the server why it is hung up on."""


class Tenant:
    """See the module. Its runs stay for a while when it goes; the latest to come has them all.

    Args:
        on_end: is called when it has not come back in time.
    """

    def __init__(self, instance: str, on_end: Callable[["Tenant"], None]) -> None:
        self.instance = instance
        self._on_end = on_end
        self.runs: dict[str, HeldRun] = {}
        self._connection: Connection | None = None
        self._abandoning: asyncio.TimerHandle | None = None

    def come(self, connection: Connection) -> None:
        """It is here, again perhaps."""
        if self._connection is not None:
            self._let_go(self._connection)
            self._connection.dismiss(REPLACED)
        self._connection = connection
        if self._abandoning is not None:
            self._abandoning.cancel()

    def leave(self, connection: Connection, abandon_seconds: float) -> None:
        """A connection has ended; if it was the one that counts, the time runs."""
        if self._connection is not connection:
            return
        self._let_go(connection)
        self._connection = None
        loop = asyncio.get_running_loop()
        self._abandoning = loop.call_later(abandon_seconds, self._abandon)

    def forget(self, key: str) -> None:
        """Nobody will ask for a run any more; one that goes on is ended."""
        run = self.runs.pop(key, None)
        if run is not None and run.handle is not None:
            run.handle.end_as(ABANDONED)

    def end(self, outcome: Outcome) -> None:
        """End all its runs."""
        if self._abandoning is not None:
            self._abandoning.cancel()
        for run in self.runs.values():
            run.require().end_as(outcome)

    async def until_gone(self) -> None:
        """Wait until nothing more will be told of any."""
        for run in list(self.runs.values()):
            await run.gone_for_good.wait()

    def _let_go(self, connection: Connection) -> None:
        for run in self.runs.values():
            run.leave(connection.link)

    def _abandon(self) -> None:
        if self.runs:
            log.warning("server %s did not come back: its runs are ended", self.instance)
        for key in list(self.runs):
            self.forget(key)
        self._on_end(self)
