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
from executor.run import Exit, SandboxLimits, SourceFile, TerminalSize


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """What a sandbox is made from, before its program or whose it will be is known."""

    runtime: Runtime
    limits: SandboxLimits


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


class Sandbox(Protocol):
    """One sandbox; its owner must `close` it."""

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

    async def end(self) -> Exit:
        """Return how the program ended, after `read` returned None.

        Raises:
            SandboxBroke: the sandbox ended before it, and not for want of memory.
        """

    async def collect(self, max_bytes: int) -> tuple[SourceFile, ...] | None:
        """Return what lies in BUILD_DIRECTORY, after `end`.

        None if it is more than that, or something else than plain files and directories is there.
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
