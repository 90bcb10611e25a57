"""What an installation prints and receives, turned into progress."""

import re
from collections import deque
from collections.abc import Callable

from executor.packages.sets import InstallState, Progress

LOG_LINES = 400
MAX_LINE_BYTES = 4096
HALF_LINES = 20  # after so many lines a phase of unknown length counts as half done

Watch = Callable[[Progress], None]


class Telling:
    """Tells one watcher of one installation.

    Args:
        news: finds what is worth telling in a line, as its first group.
    """

    def __init__(self, watch: Watch, news: re.Pattern[str]) -> None:
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self._watch = watch
        self._news = news
        self._line = ""
        self._state = InstallState.PREPARING
        self._low = self._high = self._percent = 0
        self._pattern: re.Pattern[str] | None = None
        self._count = self._done = 0
        self._received_bytes = 0
        self._unended = b""

    def enter(
        self,
        state: InstallState,
        low: int,
        high: int,
        pattern: re.Pattern[str] | None = None,
        count: int = 0,
    ) -> None:
        """Begin a phase between two percentages.

        The pattern finds the lines of which `count` will come; without it, any line counts.
        """
        self._state, self._low, self._high = state, low, high
        self._pattern, self._count, self._done = pattern, count, 0
        self._line = ""
        self.log.clear()
        self._tell()

    def feed(self, data: bytes) -> None:
        """Take what was printed for people."""
        *lines, rest = (self._unended + data).split(b"\n")
        self._unended = rest[-MAX_LINE_BYTES:]
        for line in lines:
            self._hear(line[:MAX_LINE_BYTES].decode(errors="replace").rstrip())

    def received(self, total_bytes: int) -> None:
        """Take how much has come over the network."""
        self._received_bytes = total_bytes
        self._tell()

    def _hear(self, line: str) -> None:
        if not line:
            return
        self.log.append(line)
        self._done += self._pattern is None or self._pattern.match(line) is not None
        if found := self._news.match(line):
            self._line = found[1]
            self._tell()

    def _tell(self) -> None:
        whole = self._count or self._done + HALF_LINES
        share = min(1.0, self._done / whole)
        self._percent = max(self._percent, int(self._low + (self._high - self._low) * share))
        done = f"{min(self._done, self._count)} of {self._count}" if self._count else ""
        line = ": ".join(part for part in (done, self._line) if part)
        self._watch(Progress(self._state, self._percent, self._received_bytes, line))
