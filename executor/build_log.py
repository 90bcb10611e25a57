"""A build under way: its log turned into progress, for everybody who follows it."""

import contextlib
import re
from collections import deque
from collections.abc import Callable, Iterator

from executor.images import BuildProgress

ProgressListener = Callable[[BuildProgress], None]

ERROR_LINES = 12  # of a failed build's log, to be told
HALF_LINES = 40  # after so many lines a step counts as half done
_STEP = re.compile(r"Step (\d+)/(\d+) :")


class BuildLog:
    """The log of one image's build, which may make several images, one on the other."""

    def __init__(self) -> None:
        self.last_lines: deque[str] = deque(maxlen=ERROR_LINES)
        self._listeners: list[ProgressListener] = []
        self._image = ""
        self._layer = ""
        self._image_floor = self._image_share = 0.0  # in percent of the whole
        self._floor = self._share = 0.0  # of the step under way
        self._lines = 0

    @contextlib.contextmanager
    def followed_by(self, listener: ProgressListener) -> Iterator[None]:
        """Tell this listener too, within the block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def enter(self, image: str, number: int, count: int) -> None:
        """Begin one of `count` images, the first of which has the number 0."""
        self._image = self._layer = image
        self._image_floor, self._image_share = 100 * number / count, 100 / count
        self._begin(self._image_floor, self._image_share)

    def tell(self, line: str) -> None:
        """Take a line of the log. How long a step will be nobody knows: it gets ever slower."""
        if found := _STEP.match(line):
            step, steps = int(found[1]), int(found[2])
            self._layer = f"{self._image} {step}/{steps}"
            share = self._image_share / steps
            self._begin(self._image_floor + share * (step - 1), share)
        if not (line := line.strip()):
            return
        self.last_lines.append(line)
        self._lines += 1
        done = self._share * self._lines / (self._lines + HALF_LINES)
        progress = BuildProgress(int(self._floor + done), self._layer, line)
        for listener in self._listeners:
            listener(progress)

    def _begin(self, floor: float, share: float) -> None:
        self._floor, self._share, self._lines = floor, share, 0
