"""What a server and the first process of a sandbox say to each other, without I/O.

deploy/runtimes/entry is the other side, and its frames.h says what each frame holds. The server
puts files and begins a program; output comes back until the program has ended; then the next can
begin. The stream's end is the sandbox's.
"""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from executor.run import ArtefactLimits, SourceFile, TerminalSize

HEADER = struct.Struct(">BxxxI")
MAX_INPUT_BYTES = 1 << 16
MAX_FRAME_BYTES = 1 << 18
TOOLS_OWN = ("__pycache__", "node_modules")  # names of what tools keep in a workspace
NO_TERMINAL = TerminalSize(0, 0)


class ToSandbox(IntEnum):
    """The kinds of frames that a server sends."""

    DIRECTORY = ord("d")
    FILE = ord("f")
    EXECUTABLE = ord("x")
    BEGIN = ord("b")
    DEBUG = ord("g")
    SPAWN = ord("p")
    CONNECT = ord("n")
    SAY = ord("s")
    GRANT = ord("m")
    FINISH = ord("q")
    INPUT = ord("i")
    END_INPUT = ord("e")
    RESIZE = ord("w")
    COLLECT = ord("c")
    GATHER = ord("h")


class FromSandbox(IntEnum):
    """The kinds of frames that a sandbox sends."""

    READY = ord("R")
    FAULT = ord("F")
    BEGUN = ord("B")
    OUT = ord("1")
    ERR = ord("2")
    TERMINAL = ord("3")
    SPAWNED = ord("P")
    CONNECTED = ord("N")
    SAID = ord("S")
    HUNG_UP = ord("H")
    TAKEN = ord("T")
    LEFT = ord("L")
    ENDED = ord("E")
    FILE = ord("f")
    EXECUTABLE = ord("x")
    COLLECTED = ord("C")


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that is given to what is begun.

    Attributes:
        cpu_seconds: of each process, and of all together.
        lifetime_seconds: the sandbox ends itself when it takes longer.
    """

    cpu_seconds: int
    lifetime_seconds: float

    @property
    def numbers(self) -> tuple[int, int]:
        """Return them as a frame has them."""
        return math.ceil(self.lifetime_seconds), self.cpu_seconds


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame from a sandbox."""

    kind: FromSandbox
    content: bytes

    def words(self) -> list[str]:
        """Return the content of a frame that is made of words."""
        return self.content.decode(errors="replace").split("\0")[:-1]

    def number(self) -> int:
        """Return the content of a frame that is one number."""
        return int(self.words()[0])

    def file(self) -> SourceFile:
        """Return what a FILE or EXECUTABLE frame brings."""
        path, _, content = self.content.partition(b"\0")
        is_executable = self.kind is FromSandbox.EXECUTABLE
        return SourceFile(path.decode(errors="surrogateescape"), content, is_executable)


class FrameReader:
    """Cuts a sandbox's stream into frames; holds no more than one that is not whole yet."""

    def __init__(self) -> None:
        self._unread = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole now.

        Raises:
            ValueError: the bytes are no frames.
        """
        self._unread += data
        while len(self._unread) >= HEADER.size:
            kind, length = HEADER.unpack_from(self._unread)
            end = HEADER.size + length
            if len(self._unread) < end:
                return
            frame = Frame(FromSandbox(kind), bytes(memoryview(self._unread)[HEADER.size : end]))
            del self._unread[:end]
            yield frame


def put(directory: str, files: Iterable[SourceFile]) -> Iterator[bytes]:
    """Yield the frames that make a directory with these files, which `check_files` let through."""
    yield _frame(ToSandbox.DIRECTORY, directory.encode())
    for file in files:
        kind = ToSandbox.EXECUTABLE if file.is_executable else ToSandbox.FILE
        path = f"{directory}/{file.path}".encode(errors="surrogateescape")
        yield _frame(kind, path + b"\0" + file.content)


def begin(
    argv: tuple[str, ...],
    env: Mapping[str, str],
    terminal: TerminalSize | None,
    budget: Budget,
) -> bytes:
    """Return the frame that begins a program.

    Args:
        argv: looked up in the PATH of `env`.
        env: all of the program's environment.
        terminal: None for pipes.
        budget: for the program.
    """
    size = terminal or NO_TERMINAL
    numbers = (*budget.numbers, size.cols, size.rows)
    return _frame(ToSandbox.BEGIN, _words(*numbers, *_command(argv, env)))


def debug(
    argv: tuple[str, ...],
    env: Mapping[str, str],
    terminal: TerminalSize,
    budget: Budget,
    *,
    is_on_terminal: bool,
) -> bytes:
    """Return the frame that begins a debug session with its adapter.

    Args:
        argv: the adapter's.
        env: the adapter's.
        terminal: what the program will get.
        budget: for the session.
        is_on_terminal: the adapter's own streams are that terminal, too.
    """
    numbers = (*budget.numbers, terminal.cols, terminal.rows)
    return _frame(ToSandbox.DEBUG, _words(*numbers, int(is_on_terminal), *_command(argv, env)))


def spawn(argv: tuple[str, ...], env: Mapping[str, str]) -> bytes:
    """Return the frame that begins a program on the terminal of a debug session.

    Raises:
        ValueError: the command is too long.
    """
    words = _words(*_command(argv, env))
    if len(words) > MAX_FRAME_BYTES:
        raise ValueError(f"a command of {len(words)} bytes")
    return _frame(ToSandbox.SPAWN, words)


def connect(channel: int, address: str, seconds: float) -> bytes:
    """Return the frame that connects a channel to a port, or to a path, in the sandbox."""
    return _frame(ToSandbox.CONNECT, _words(channel, address, round(seconds * 1000)))


def say(channel: int, data: bytes) -> Iterator[bytes]:
    """Yield the frames that bring bytes to an adapter."""
    for at in range(0, len(data), MAX_INPUT_BYTES):
        yield _frame(ToSandbox.SAY, bytes([channel]) + data[at : at + MAX_INPUT_BYTES])


def grant(count: int) -> bytes:
    """Return the frame that lets so many more bytes of output come."""
    return _frame(ToSandbox.GRANT, _words(count))


def finish() -> bytes:
    """Return the frame that ends a debug session."""
    return _frame(ToSandbox.FINISH, b"")


def typed(data: bytes) -> Iterator[bytes]:
    """Yield the frames that bring input."""
    for at in range(0, len(data), MAX_INPUT_BYTES):
        yield _frame(ToSandbox.INPUT, data[at : at + MAX_INPUT_BYTES])


def end_input() -> bytes:
    """Return the frame that ends the input of a program on pipes."""
    return _frame(ToSandbox.END_INPUT, b"")


def resize(size: TerminalSize) -> bytes:
    """Return the frame that gives a terminal another size."""
    return _frame(ToSandbox.RESIZE, _words(size.cols, size.rows))


def collect(directory: str, max_bytes: int) -> bytes:
    """Return the frame that asks for all files below a directory, up to so many bytes."""
    return _frame(ToSandbox.COLLECT, _words(directory, max_bytes))


def gather(directory: str, limits: ArtefactLimits) -> bytes:
    """Return the frame that asks for what the last program wrote below a directory."""
    numbers = (limits.total_bytes, limits.files, limits.file_bytes)
    return _frame(ToSandbox.GATHER, _words(directory, *numbers, *TOOLS_OWN))


def _command(argv: tuple[str, ...], env: Mapping[str, str]) -> Iterator[str | int]:
    yield len(env)
    yield from (f"{name}={value}" for name, value in env.items())
    yield from argv


def _words(*words: str | int) -> bytes:
    return b"".join(str(word).encode() + b"\0" for word in words)


def _frame(kind: ToSandbox, content: bytes) -> bytes:
    return HEADER.pack(kind, len(content)) + content
