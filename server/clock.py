"""The time, in the unit that records and messages use."""

import time
from collections.abc import Callable

# Seconds since the epoch; what depends on time takes one, and tests pass their own.
Clock = Callable[[], float]


def milliseconds(clock: Clock = time.time) -> int:
    """Milliseconds since the epoch."""
    return int(clock() * 1000)
