"""Tells a room in time that its debug session is about to end."""

import asyncio
from collections.abc import Callable

MINUTES_FROM_SECONDS = 90.0
AHEAD_SECONDS = 120.0  # enough to come back to the page, and to press a button


def in_words(seconds: float) -> str:
    """A duration as people say it."""
    return f"{seconds / 60:.0f} min" if seconds >= MINUTES_FROM_SECONDS else f"{seconds:.0f} s"


class Reminder:
    """Tells once for each time that the end comes near; it may be put off again and again.

    Args:
        seconds_left: returns what is left if nobody does anything; None before it has begun.
        tell: is given that, once it is not more than `ahead_seconds`.
    """

    def __init__(
        self,
        seconds_left: Callable[[], float | None],
        tell: Callable[[float], None],
        ahead_seconds: float = AHEAD_SECONDS,
    ) -> None:
        self._seconds_left = seconds_left
        self._tell = tell
        self._ahead_seconds = ahead_seconds
        self._timer: asyncio.TimerHandle | None = None
        self.look()

    def look(self) -> None:
        """The end may have been put off."""
        self.close()
        left = self._seconds_left()
        if left is None or left > self._ahead_seconds:
            wait = self._ahead_seconds if left is None else left - self._ahead_seconds
            self._timer = asyncio.get_running_loop().call_later(wait, self._remind)

    def close(self) -> None:
        """It has ended."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _remind(self) -> None:
        self._timer = None
        left = self._seconds_left()
        if left is not None and left <= self._ahead_seconds:
            self._tell(left)
        else:
            self.look()
