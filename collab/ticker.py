"""When rooms send: at once where little happens, in batches where much does.

One timer for all rooms of the process. A round of flushes may take about a tenth of the time: the
window between two rounds is ten times what the last ones took. So an idle server answers in the
next turn of the loop, and a busy one merges what comes within some milliseconds into one frame.
The longest flush of a round counts twice: a large room has more to merge than many small ones.
"""

import asyncio
import time
from collections.abc import Callable

from collab.turns import Turns

WINDOW_FACTOR = 10
MAX_WINDOW_SECONDS = 0.033  # two frames of a screen; longer would be seen
LATE_SECONDS = 1.0  # stock clients give up a server that says nothing for 30 s
SMOOTHING = 0.25  # weight of the newest round


class Ticker:
    """Calls flushes; each at most once per round, in the order they were asked for."""

    def __init__(self) -> None:
        self.turns = Turns()
        """For what would keep a flush waiting for long."""
        self._due: dict[Callable[[], None], None] = {}
        self._timer: asyncio.Handle | None = None
        self._due_at = 0.0
        self._late: dict[Callable[[], None], None] = {}
        self._late_timer: asyncio.Handle | None = None
        self._last_round_at = 0.0
        self._round_seconds = 0.0

    @property
    def window_seconds(self) -> float:
        """The time between two rounds, as things are."""
        return min(MAX_WINDOW_SECONDS, WINDOW_FACTOR * self._round_seconds)

    def schedule(self, flush: Callable[[], None]) -> None:
        """Has `flush` called in the next round."""
        self._due[flush] = None
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        due_at = self._last_round_at + self.window_seconds
        if due_at <= now:
            self._due_at = now
            self._timer = loop.call_soon(self._round)
        else:
            self._due_at = due_at
            self._timer = loop.call_at(due_at, self._round)

    def schedule_late(self, flush: Callable[[], None]) -> None:
        """Has `flush` called within `LATE_SECONDS`: it can wait."""
        self._late[flush] = None
        if self._late_timer is None:
            loop = asyncio.get_running_loop()
            self._late_timer = loop.call_later(LATE_SECONDS, self._late_round)

    def catch_up(self, now: float) -> None:
        """Holds a round that is long overdue; `now` is `time.monotonic()`, or was just now.

        With a thousand sockets to read from, the loop comes back to its timers after seconds only
        (libuv polls up to 48 times before it does); so whoever reads calls this.
        """
        if self._timer is not None and now > self._due_at + MAX_WINDOW_SECONDS:
            self._timer.cancel()
            self._round()

    def _round(self) -> None:
        self._timer = None
        self._last_round_at = asyncio.get_running_loop().time()
        started = before = time.monotonic()
        longest = 0.0
        due, self._due = self._due, {}
        for flush in due:
            flush()
            after = time.monotonic()
            longest = max(longest, after - before)
            before = after
        spent = before - started + longest
        self._round_seconds += SMOOTHING * (spent - self._round_seconds)

    def _late_round(self) -> None:
        self._late_timer = None
        late, self._late = self._late, {}
        for flush in late:
            flush()
