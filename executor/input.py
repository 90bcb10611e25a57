"""What was typed for a program that has not taken it yet: bounded, in order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from executor.errors import InputFull
from executor.run import TerminalSize

MAX_PENDING_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class EndOfInput:
    """Comes after the last input."""


Event = bytes | TerminalSize | EndOfInput


class Inbox:
    """Input on its way. A new size overtakes what was typed, and only the latest counts."""

    def __init__(self, typed: bytes = b"") -> None:
        self.on_taken: Callable[[int], None] = lambda _: None
        """Is told of how many bytes the program gets."""
        self._typed = bytearray(typed)
        self._size: TerminalSize | None = None
        self._has_ended = False
        self._is_end_told = False
        self._wake = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether more can be typed."""
        return not self._has_ended

    @property
    def pending_bytes(self) -> int:
        """What was typed and not taken yet."""
        return len(self._typed)

    def write(self, data: bytes) -> None:
        """Add input; what comes after its end is dropped.

        Raises:
            InputFull: too much is waiting already; none of it was added.
        """
        if self._has_ended:
            return
        if len(self._typed) + len(data) > MAX_PENDING_BYTES:
            raise InputFull(f"the program has not read the {len(self._typed)} bytes before")
        self._typed += data
        self._wake.set()

    def end(self) -> None:
        """Nothing more will be typed."""
        self._has_ended = True
        self._wake.set()

    def resize(self, size: TerminalSize) -> None:
        """Note the terminal's new size."""
        self._size = size
        self._wake.set()

    async def next(self) -> Event:
        """Return what the program is to get next, as soon as there is something."""
        while (event := self._take()) is None:
            self._wake.clear()
            await self._wake.wait()
        return event

    def _take(self) -> Event | None:
        if self._size is not None:
            size, self._size = self._size, None
            return size
        if self._typed:
            typed = bytes(self._typed)
            self._typed.clear()
            self.on_taken(len(typed))
            return typed
        if self._has_ended and not self._is_end_told:
            self._is_end_told = True
            return EndOfInput()
        return None
