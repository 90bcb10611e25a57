"""What stands on a terminal's alternate screen, for who comes while a program draws on it.

What was drawn is kept as it came, and played again, until that is too much. From then on the screen
itself is kept: pyte follows what is drawn. What a program may cost by that is bounded.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any
from unicodedata import east_asian_width

import pyte
from pyte import graphics
from pyte.screens import Char

from executor.run import TerminalSize

logger = logging.getLogger(__name__)

RAW_BYTES = 64 << 10
# pyte takes 1 ms for a KiB as programs write it; hostile ones are told by a multiple of that.
MAX_SECONDS_PER_BYTE = 2e-6
SPARE_SECONDS = 0.25
SLICE_CELLS = 1 << 17  # what a slice may touch, should each three bytes of it fill the screen
CLEAR = b"\x1b[m\x1b(B\x1b[r\x1b[?6l\x1b[H\x1b[2J"
NOT_KEPT = b"What stood on this screen came too fast to be kept.\r\n"
_RGB = re.compile("[0-9a-f]{6}")
_MODE = re.compile(rb"\x1b\[\?([0-9;]{1,32})([hl])")
_SWITCHES = {b"6", b"47", b"1047", b"1048", b"1049"}  # which the drawing does not repeat
MAX_MODES = 32
_INKS = {name: code for code, name in (graphics.FG | graphics.FG_AIXTERM).items()}
_GROUNDS = {name: code for code, name in (graphics.BG | graphics.BG_AIXTERM).items()}
_STYLES = {"bold": 1, "italics": 3, "underscore": 4, "blink": 5, "reverse": 7, "strikethrough": 9}


class FilledScreen(pyte.Screen):
    """One that does as terminals do where pyte's does not.

    Erasing colours every cell; pyte's passes over unused ones. A control sequence that makes no
    sense has no effect; pyte's raises.
    """

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        for name in set(pyte.Stream.csi.values()):
            setattr(self, name, _lenient(getattr(self, name)))

    def erase_in_display(self, how: int = 0, *args: Any, **kwargs: Any) -> None:
        """See `pyte.Screen`."""
        for y in range(self.lines):
            self._fill(y)
        super().erase_in_display(how, *args, **kwargs)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """See `pyte.Screen`."""
        self._fill(self.cursor.y)
        super().erase_in_line(how, private)

    def _fill(self, y: int) -> None:
        row = self.buffer[y]
        if len(row) < self.columns:
            for x in range(self.columns):
                row.setdefault(x, self.default_char)


class LiveScreen:
    """One showing of the alternate screen.

    Args:
        size: of the terminal.
        raw_bytes: how much is kept as it came.
    """

    def __init__(self, size: TerminalSize, raw_bytes: int = RAW_BYTES) -> None:
        self._size = size
        self._raw_bytes = raw_bytes
        self._raw: bytearray | None = bytearray()
        """All that was drawn; None: it was too much."""
        self._screen: pyte.Screen | None = None
        self._stream = pyte.ByteStream()
        self._modes: dict[bytes, bytes] = {}
        self._fed_bytes = 0
        self._fed_seconds = 0.0

    def draw(self, data: bytes) -> None:
        """Takes what the program draws."""
        self._note_modes(data)
        if self._raw is None:
            self._feed(data)
            return
        self._raw += data
        if len(self._raw) > self._raw_bytes:
            self._fold()

    def resize(self, size: TerminalSize) -> None:
        """Gives the screen another size; the program will draw it anew, if it knows how."""
        if self._raw is not None:
            self._fold()
        self._size = size
        if self._screen is not None:
            self._screen.resize(size.rows, size.cols)

    def drawing(self) -> bytes:
        """What draws the screen as it stands, on a terminal of its size."""
        if self._raw is not None:
            return CLEAR + bytes(self._raw)
        if self._screen is None:
            return CLEAR + NOT_KEPT
        return CLEAR + b"".join(_lines(self._screen)) + self._state(self._screen)

    def _fold(self) -> None:
        """Keeps the screen from now on, and no longer what was drawn."""
        raw, self._raw = bytes(self._raw or b""), None
        self._screen = FilledScreen(self._size.cols, self._size.rows)
        self._stream.attach(self._screen)
        self._feed(raw)

    def _feed(self, data: bytes) -> None:
        slice_bytes = max(4, 3 * SLICE_CELLS // (self._size.cols * self._size.rows))
        for at in range(0, len(data), slice_bytes):
            if self._screen is None:
                return
            started = time.thread_time()
            self._stream.feed(data[at : at + slice_bytes])
            self._fed_seconds += time.thread_time() - started
            self._fed_bytes += slice_bytes
            if self._fed_seconds > SPARE_SECONDS + self._fed_bytes * MAX_SECONDS_PER_BYTE:
                self._stream.detach(self._screen)
                self._screen = None

    def _note_modes(self, data: bytes) -> None:
        for numbers, setting in _MODE.findall(data):
            for number in set(numbers.split(b";")) - _SWITCHES:
                if number in self._modes or len(self._modes) < MAX_MODES:
                    self._modes[number] = setting

    def _state(self, screen: pyte.Screen) -> bytes:
        """What a program can change besides the cells."""
        margins, cursor = screen.margins, screen.cursor
        parts = [f"\x1b[{margins.top + 1};{margins.bottom + 1}r"] if margins else []
        parts.append(f"\x1b[{cursor.y + 1};{min(cursor.x, screen.columns - 1) + 1}H")
        parts.append(_style(cursor.attrs))
        return "".join(parts).encode() + b"".join(
            b"\x1b[?%b%b" % mode for mode in sorted(self._modes.items())
        )


def _lenient(control: Callable[..., None]) -> Callable[..., None]:
    def obey(*parameters: Any, **named: Any) -> None:
        try:
            control(*parameters, **named)
        except (TypeError, ValueError, LookupError, UnboundLocalError) as error:
            logger.debug("a control sequence without sense: %s", error)

    return obey


def _lines(screen: pyte.Screen) -> Iterator[bytes]:
    for y in range(screen.lines):
        row = screen.buffer[y]
        cells = list(_whole([row[x] for x in range(screen.columns)]))
        while cells and cells[-1] == screen.default_char:
            cells.pop()
        runs = groupby(cells, key=lambda cell: cell._replace(data=""))
        text = "".join(_style(look) + "".join(cell.data for cell in run) for look, run in runs)
        if text:
            yield f"\x1b[{y + 1};1H{text}".encode()


def _whole(cells: Sequence[Char]) -> Iterator[Char]:
    """The cells, without halves of wide characters of which the other half was overwritten."""
    for before, cell, after in zip((None, *cells), cells, (*cells[1:], None), strict=False):
        is_half = not cell.data and not (before and _is_wide(before))
        is_cut = _is_wide(cell) and (after is None or after.data != "")
        yield cell._replace(data=" ") if is_half or is_cut else cell


def _is_wide(cell: Char) -> bool:
    return bool(cell.data) and east_asian_width(cell.data[0]) in {"W", "F"}


def _style(look: Char) -> str:
    codes = [0, *(code for name, code in _STYLES.items() if getattr(look, name))]
    words = [*map(str, codes), *_colour(look.fg, _INKS, 38), *_colour(look.bg, _GROUNDS, 48)]
    return f"\x1b[{';'.join(words)}m"


def _colour(name: str, codes: dict[str, int], rgb: int) -> list[str]:
    if name in codes:
        return [] if name == "default" else [str(codes[name])]
    if not _RGB.fullmatch(name):  # a program may name more than there is
        return []
    return [f"{rgb};2;{';'.join(map(str, bytes.fromhex(name)))}"]
