"""Tells what a program draws on its terminal's alternate screen from what it prints.

Full-screen programs (editors, monitors) switch to the alternate screen, draw on it again and again,
and switch back: then the terminal shows what was printed before. What they drew is of no use any
more, and while they draw, only the latest screen is.
"""

import re
from collections.abc import Iterator

_SWITCH = re.compile(rb"\x1b\[\?([0-9;]{1,32})([hl])|\x1bc")
_PARTIAL = re.compile(rb"\x1b(?:\[(?:\?[0-9;]{0,32})?)?\Z")
_MODES = {b"47", b"1047", b"1049"}


class AlternateScreen:
    """Follows one terminal's output."""

    def __init__(self) -> None:
        self.is_shown = False
        self._held = b""

    def split(self, data: bytes) -> Iterator[tuple[bool, bytes]]:
        """Yield the output in pieces, each with whether it was drawn on the alternate screen.

        The switches themselves were not. A sequence that is not whole yet is held back.
        """
        data, at = self._held + data, 0
        for match in _SWITCH.finditer(data):
            shows = _shows(match)
            if shows is None or shows is self.is_shown:
                continue
            cut = match.end() if shows else match.start()
            if cut > at:
                yield self.is_shown, data[at:cut]
            at, self.is_shown = cut, shows
        partial = _PARTIAL.search(data, at)
        end = partial.start() if partial else len(data)
        self._held = data[end:]
        if end > at:
            yield self.is_shown, data[at:end]

    def rest(self) -> bytes:
        """Return what was held back, at the end of the output."""
        held, self._held = self._held, b""
        return held


def _shows(match: re.Match[bytes]) -> bool | None:
    """Whether a sequence shows the alternate screen (True) or the usual one; None: neither."""
    if match[1] is None:  # a full reset
        return False
    return match[2] == b"h" if _MODES.intersection(match[1].split(b";")) else None
