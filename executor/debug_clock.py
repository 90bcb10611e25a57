"""How long a debug session may last: pure bookkeeping, in seconds of any steady clock."""

from dataclasses import dataclass, fields

from executor.run import Outcome


@dataclass(frozen=True, slots=True)
class DebugLimits:
    """What a debug session may take; the server's policy.

    Attributes:
        idle_seconds: without anybody's step, look or keystroke.
        seconds: altogether, from its start or its last extension.
        max_seconds: however often it is extended.
        cpu_seconds: of debugger and program together.
        sessions: at the same time on this server.
    """

    idle_seconds: float = 900
    seconds: float = 3600
    max_seconds: float = 4 * 3600
    cpu_seconds: int = 300
    sessions: int = 8

    def within(self, most: "DebugLimits") -> "DebugLimits":
        """Return these limits, none of them above that of `most`."""
        names = [field.name for field in fields(self)]
        return DebugLimits(
            **{name: min(getattr(self, name), getattr(most, name)) for name in names}
        )


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Seconds until a session is over: for its time, for idleness, however often extended."""

    seconds: float
    idle_seconds: float
    max_seconds: float


class DebugClock:
    """Knows when a session is over, and why."""

    def __init__(self, limits: DebugLimits, now: float) -> None:
        self._limits = limits
        self._last = now + limits.max_seconds
        self._end = min(now + limits.seconds, self._last)
        self._idle_end = now + limits.idle_seconds

    @classmethod
    def resumed(cls, limits: DebugLimits, left: TimeLeft, now: float) -> "DebugClock":
        """Return one that shows what another does, which has so much left."""
        clock = cls(limits, now)
        clock._last = now + left.max_seconds
        clock._end = now + left.seconds
        clock._idle_end = now + left.idle_seconds
        return clock

    def left(self, now: float) -> TimeLeft:
        """Return how much is left."""
        return TimeLeft(self._end - now, self._idle_end - now, self._last - now)

    @property
    def deadline(self) -> float:
        """When it is over, if nothing is done."""
        return min(self._end, self._idle_end)

    def touch(self, now: float) -> None:
        """Note that somebody does something."""
        self._idle_end = now + self._limits.idle_seconds

    def extend(self, now: float) -> bool:
        """Give it as much time as it had at its start; return False if it has all it may have."""
        self.touch(now)
        end = min(now + self._limits.seconds, self._last)
        is_longer = end > self._end
        self._end = max(self._end, end)
        return is_longer

    def overdue(self) -> Outcome:
        """Return the outcome of a session that was not over at its deadline."""
        if self._idle_end < self._end:
            return Outcome(f"nobody did anything for {_in_words(self._limits.idle_seconds)}", None)
        return Outcome("the debug session's time was up", None)


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 and seconds % 60 == 0 else f"{seconds:g} s"
