"""What one session may cost: bytes, messages and computing time, each per second."""

MAX_BYTES = 8 << 20
MAX_MESSAGES = 2000
MAX_SECONDS = 0.25  # of computing; a person who types costs about a thousandth of that
_PERIOD_SECONDS = 1.0


class Budget:
    """Counts by whole periods; whoever overdraws one pays with a pause that lasts it out."""

    def __init__(self) -> None:
        self._ends_at = 0.0
        self._bytes = 0
        self._messages = 0
        self._seconds = 0.0

    def spend(self, size: int, seconds: float, now: float) -> float:
        """Books one message that took so many seconds, and is dealt with at `now`.

        Returns for how many seconds the session has to pause; 0 as long as there is budget left.
        """
        if now >= self._ends_at:
            self._ends_at = now + _PERIOD_SECONDS
            self._bytes = self._messages = 0
            self._seconds = 0.0
        self._bytes += size
        self._messages += 1
        self._seconds += seconds
        if (
            self._bytes <= MAX_BYTES
            and self._messages <= MAX_MESSAGES
            and self._seconds <= MAX_SECONDS
        ):
            return 0.0
        # A single large message may take more than the whole budget, and is paid for in full.
        return max(self._ends_at - now, self._seconds / MAX_SECONDS * _PERIOD_SECONDS)
