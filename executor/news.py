"""What a sandbox tells while a program is debugged in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from executor.entry import Frame, FromSandbox
from executor.frames import Chunk
from executor.run import Stream

ADAPTER_CHANNEL = 0
ADAPTER_ERRORS_CHANNEL = 1
FIRST_CONNECTION_CHANNEL = 2
LAST_CHANNEL = 15


@dataclass(frozen=True, slots=True)
class Said:
    """Bytes of a channel: an adapter's stream, or a connection to where it listens."""

    channel: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Connected:
    """A channel has found who listens."""

    channel: int


@dataclass(frozen=True, slots=True)
class HungUp:
    """Nothing more comes from a channel, or nobody listened in time."""

    channel: int


@dataclass(frozen=True, slots=True)
class Spawned:
    """The program was begun; its process number within the sandbox."""

    pid: int


@dataclass(frozen=True, slots=True)
class Left:
    """What was spawned has ended."""

    code: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The terminal has taken what was typed; the next may be written."""


News = Chunk | Said | Connected | HungUp | Spawned | Left | Taken


_READ: Mapping[FromSandbox, Callable[[Frame], News]] = {
    FromSandbox.TERMINAL: lambda frame: Chunk(Stream.TERMINAL, frame.content),
    FromSandbox.SAID: lambda frame: Said(frame.content[0], frame.content[1:]),
    FromSandbox.CONNECTED: lambda frame: Connected(frame.number()),
    FromSandbox.HUNG_UP: lambda frame: HungUp(frame.number()),
    FromSandbox.SPAWNED: lambda frame: Spawned(frame.number()),
    FromSandbox.LEFT: lambda frame: Left(frame.number()),
    FromSandbox.TAKEN: lambda _: Taken(),
}


def news_of(frame: Frame) -> News | None:
    """Return what a frame tells of a debug session; None if it is its last."""
    read = _READ.get(frame.kind)
    return None if read is None else read(frame)
