"""A sandbox: a locked-down place that is made ahead, takes one program, and is thrown away.

Making one costs a container's start; giving it a program costs next to nothing. So the two are
apart, and sandboxes that wait for their program can be kept ready.

    Sandboxes.open -> Sandbox.begin -> read until None, write, resize ... -> end -> close

After `end` a second program may begin in the same sandbox: what a compiler made. Not one process of
the first is left then; its files are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from executor.frames import Chunk
from executor.languages import Runtime
from executor.news import News
from executor.run import (
    ArtefactLimits,
    Exit,
    Leftovers,
    SandboxLimits,
    SourceFile,
    TerminalSize,
)


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """What a sandbox is made from, before its program or whose it will be is known.

    Attributes:
        packages: the digest of the layer that it has; empty without one.
    """

    runtime: Runtime
    limits: SandboxLimits
    packages: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a sandbox runs.

    Attributes:
        argv: looked up in the sandbox's PATH.
        env: on top of what every program gets.
        files: to be put into the workspace first.
        built: to be put into BUILD_DIRECTORY first, which is made for it; None for neither.
        terminal: the size at the start; None is for pipes.
        wall_seconds: when its owner ends it; it is over some time later if its owner fails to.
        cpu_seconds: for each of its processes.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    files: tuple[SourceFile, ...] = ()
    built: tuple[SourceFile, ...] | None = None
    terminal: TerminalSize | None = None
    wall_seconds: float
    cpu_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """What a sandbox runs for a debug session, beside the program that is debugged.

    Attributes:
        argv: looked up in the sandbox's PATH.
        env: on top of what every program gets.
        files: to be put into the workspace first.
        built: to be put into BUILD_DIRECTORY first, which is made for it; None for neither.
        terminal: the size of the terminal that is made for the program.
        is_on_terminal: the adapter's own streams are that terminal; else they are channels.
        wall_seconds: when its owner ends it; it is over some time later if its owner fails to.
        cpu_seconds: for each process.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    files: tuple[SourceFile, ...] = ()
    built: tuple[SourceFile, ...] | None = None
    terminal: TerminalSize
    is_on_terminal: bool = False
    wall_seconds: float
    cpu_seconds: int


class Sandbox(Protocol):
    """One sandbox; its owner must `close` it.

    Instead of a program a debug session may begin in it:

        debug -> hear until None, connect, say, spawn, grant, write, resize ... -> finish -> end
    """

    @property
    def is_alive(self) -> bool:
        """Whether, as far as is known, it can still take a program."""

    async def begin(self, program: Program) -> None:
        """Put the files in and start the program; once, and again after each `end`.

        Raises:
            StartFailed: the files did not fit, or the sandbox ended before the program began.
        """

    async def read(self) -> Chunk | None:
        """Return the next output as soon as there is any, at most 128 KiB; None at its end.

        As long as nobody reads, the program is held up in its writes, and nothing piles up.
        """

    async def write(self, data: bytes) -> None:
        """Type into the program; waits while it doesn't read. No error if it has ended."""

    async def end_input(self) -> None:
        """Let the program see the end of its input. On a terminal, ^D is typed instead."""

    async def resize(self, size: TerminalSize) -> None:
        """Give the terminal another size. No effect if the program has ended."""

    async def debug(self, adapter: Adapter) -> str:
        """Put the files in, start the adapter and make a terminal; return the terminal's path.

        Raises:
            StartFailed: the files did not fit, or the sandbox ended before the adapter began.
        """

    async def hear(self) -> News | None:
        """Return what happens next in a debug session; None at its end, or at its adapter's.

        Of the program's output no more comes than was granted: a program that prints without end
        must not keep its debugger from being heard.
        """

    async def grant(self, count: int) -> None:
        """Let so many more bytes of output come."""

    async def connect(self, channel: int, address: str, seconds: float) -> None:
        """Connect a channel to a port or a path; `Connected` or `HungUp` tells how it went."""

    async def say(self, channel: int, data: bytes) -> None:
        """Give bytes to a channel. No error if it has hung up."""

    async def spawn(self, argv: tuple[str, ...], env: Mapping[str, str]) -> None:
        """Begin the program on the terminal, with `env` as in `Program`; `Spawned` will tell.

        Raises:
            StartFailed: the command is too long.
        """

    async def finish(self) -> None:
        """Kill every process of the debug session; `hear` returns None when that is done."""

    async def end(self) -> Exit:
        """Return how the program, or the adapter, ended, after `read` or `hear` returned None.

        Raises:
            SandboxBroke: the sandbox ended before it, and not for want of memory.
        """

    async def collect(self, max_bytes: int) -> tuple[SourceFile, ...] | None:
        """Return what lies in BUILD_DIRECTORY, after `end`.

        None if it is more than that, or something else than plain files and directories is there.
        """

    async def gather(self, limits: ArtefactLimits) -> Leftovers:
        """Return what the last program has written into the workspace, after `end`.

        Left out are hidden files, what is no plain file, and what tools keep there for themselves.
        """

    async def close(self) -> None:
        """Kill every process at once and leave nothing behind. May come at any time, and again."""


class Sandboxes(Protocol):
    """Makes sandboxes."""

    async def ensure(self, runtime: Runtime) -> None:
        """Have the runtime's image; this may take minutes.

        Raises:
            BuildFailed: it can't be made.
            EngineUnavailable: nobody is there to make it.
        """

    def expect(self, spec: SandboxSpec) -> None:
        """Be told that somebody may soon want to open one like this."""

    async def open(self, spec: SandboxSpec) -> Sandbox:
        """Return a sandbox that waits for its program. If cancelled, nothing is left.

        Raises:
            EngineUnavailable: no engine answers.
            EngineRefused: the engine could not make it.
            StartFailed: it was made, but did not come up.
        """

    async def remove_leftovers(self) -> int:
        """Remove the sandboxes of this server that nobody owns any more; return how many.

        To be called while this server has none open.
        """
