"""A run: what is asked for, what it may use, how it ended. Values only, no I/O.

A run goes through these states, and may jump from any of them to FINISHED:

    QUEUED      waits for one of the server's places
    PREPARING   its image is being made, or its sandbox is starting
    RUNNING     the program has its files and runs
    FINISHED    ended; the outcome says how
"""

import math
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum, StrEnum
from typing import Protocol

from executor.languages import Needs, Runtime
from executor.packages.sets import Lock

MIB = 1 << 20
SIGNAL_EXIT_BASE = 128  # 128 + n is how shells tell "killed by signal n"

OUT_OF_MEMORY_MARK = "a process was killed: out of memory"


class RunState(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    PREPARING = "preparing"
    RUNNING = "running"
    FINISHED = "finished"


class Stream(IntEnum):
    """Where a piece of output comes from; the numbers are those of the wire."""

    STDOUT = 1
    STDERR = 2
    TERMINAL = 3
    SYSTEM = 4
    SCREEN = 5
    """Drawn on the terminal's alternate screen, and of use only as long as that is shown."""
    REDRAWN = 6
    """The alternate screen as it stands, in the place of all that was drawn on it before."""


class Place(IntEnum):
    """What a piece of output belongs to."""

    BOTH = 0
    SHOWN = 1  # stands, for who looks, for what is kept but not shown
    KEPT = 2  # is not shown
    PASSING = 3  # is shown as it comes, and then of no use


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file; the path is relative, with slashes."""

    path: str
    content: bytes
    is_executable: bool = False


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What a program wrote into its workspace.

    Attributes:
        missed: how many more files there are, too large or too many to be taken.
    """

    files: tuple[SourceFile, ...] = ()
    missed: int = 0


@dataclass(frozen=True, slots=True)
class TerminalSize:
    """Size in character cells."""

    cols: int
    rows: int


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What a sandbox is made with; it holds for all that runs there.

    Attributes:
        inodes: files and directories in the workspace; and as many in /tmp.
    """

    memory_bytes: int = 256 * MIB
    pids: int = 128
    cpus: float = 1.0
    open_files: int = 1024
    file_bytes: int = 64 * MIB
    inodes: int = 20_000
    workspace_bytes: int = 64 * MIB
    tmp_bytes: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class ArtefactLimits:
    """Of what a program wrote, how much is taken when it has ended."""

    files: int
    file_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class RunLimits(SandboxLimits):
    """What one run may use; the server's policy, which a request can only lower.

    CPU seconds are those of all its processes together, the dead included. Output beyond
    `output_bytes` is not shown, and beyond `kept_output_bytes` not kept; output faster than
    `output_bytes_per_second` is slowed down.

    Attributes:
        compile_seconds: for compiling, before `wall_seconds` begin.
        max_memory_bytes: what a language may get that can't work with `memory_bytes`.
    """

    wall_seconds: float = 10
    cpu_seconds: int = 10
    compile_seconds: float = 60
    max_memory_bytes: int = 1024 * MIB
    output_bytes: int = MIB
    kept_output_bytes: int = 16 * MIB
    output_bytes_per_second: int = MIB
    artefacts: int = 20
    artefact_bytes: int = 4 * MIB
    artefact_total_bytes: int = 16 * MIB

    @property
    def artefact_limits(self) -> ArtefactLimits:
        """Those of what the program writes."""
        return ArtefactLimits(self.artefacts, self.artefact_bytes, self.artefact_total_bytes)

    @property
    def sandbox(self) -> SandboxLimits:
        """Those that a sandbox is made with, before it is known what else holds for its run."""
        names = (field.name for field in fields(SandboxLimits))
        return SandboxLimits(**{name: getattr(self, name) for name in names})

    def within(self, most: "RunLimits") -> "RunLimits":
        """Return these limits, none of them above that of `most`."""
        names = [field.name for field in fields(self)]
        return RunLimits(**{name: min(getattr(self, name), getattr(most, name)) for name in names})

    def covering(self, needs: Needs) -> "RunLimits":
        """Return these limits with what a language can't work without, as far as policy allows."""
        needed_bytes = min(needs.memory_bytes, self.max_memory_bytes)
        memory_bytes = max(self.memory_bytes, needed_bytes)
        tmp_bytes = max(self.tmp_bytes, min(needs.tmp_bytes, memory_bytes))
        return replace(self, memory_bytes=memory_bytes, tmp_bytes=tmp_bytes)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One program to run.

    Attributes:
        by: who wants it; people of a room take turns.
        entry: the path of the file to start; one of `files`.
        stdin: what the program reads; None leaves its input open for `RunHandle.write`.
        terminal: size of the terminal to run in; None runs it on pipes, with stderr apart.
        limits: lower ones than the runner's; None for just those.
        packages: what it finds installed; None for nothing.
        keepsake: given back with a run that has outlived its server; nobody here reads it.
    """

    room: str
    runtime: Runtime
    files: tuple[SourceFile, ...]
    entry: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes | None = None
    terminal: TerminalSize | None = None
    by: str = ""
    limits: RunLimits | None = None
    packages: Lock | None = None
    keepsake: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, in words, and its exit code where the program ended by itself."""

    text: str
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Exit:
    """How a sandbox ended, as its engine tells it.

    Attributes:
        out_of_memory: a process was killed for want of it.
        out_of_processes: one was not started, for there were as many as may be.
    """

    code: int
    out_of_memory: bool
    out_of_processes: bool = False


class RunListener(Protocol):
    """Is told of a run's life: on the event loop, in order. Must neither block nor raise."""

    async def ready(self) -> None:
        """Wait until more output can be taken; meanwhile the program waits in its writes."""

    def waiting(self, position: int) -> None:
        """All places are taken; the run is so far from the next (1) that gets free."""

    def preparing(self) -> None:
        """The run's sandbox is being made."""

    def started(self) -> None:
        """The program runs."""

    def output(self, stream: Stream, data: bytes, place: Place) -> None:
        """The program wrote, or (SYSTEM) the server has something to say about its output."""

    def finished(self, outcome: Outcome) -> None:
        """The run is over. Comes exactly once; of the others, only the two below may follow."""

    def left(self, leftovers: Leftovers) -> None:
        """The program, which has ended, had written files. Comes at most once."""

    def gone(self) -> None:
        """Nothing more will be told. Comes exactly once, and last."""


def exited(end: Exit, limits: RunLimits) -> Outcome:
    """Name how a program ended that the server did not end."""
    number = end.code - SIGNAL_EXIT_BASE
    if end.out_of_memory and number == signal.SIGKILL:
        return Outcome(f"out of memory at {limits.memory_bytes // MIB} MiB", None)
    if number == signal.SIGXCPU:
        return Outcome(f"CPU time limit of {limits.cpu_seconds} s", None)
    if number == signal.SIGXFSZ:
        return Outcome(f"file size limit of {limits.file_bytes // MIB} MiB", None)
    if number in signal.valid_signals():
        return Outcome(f"killed by signal {number} ({signal_name(number)})", end.code)
    return Outcome(f"exited({end.code})", end.code)


def out_of_processes(limits: RunLimits) -> str:
    """What to tell of a program that could not start as many processes as it wanted."""
    return f"a process or thread was not started: limit of {limits.pids}"


def signal_name(number: int) -> str:
    """Return SIGSEGV for 11; real-time signals, which have no name of their own, as SIG40."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def timed_out(limits: RunLimits) -> Outcome:
    """The outcome of a run that was still going at its deadline."""
    return Outcome(f"timed out after {limits.wall_seconds:g} s", None)


def compile_failed(end: Exit, limits: RunLimits) -> Outcome:
    """The outcome of a run whose compiler did not succeed."""
    if end.out_of_memory:  # of its processes one, for want of which the others gave up
        return Outcome(f"compile failed: out of memory at {limits.memory_bytes // MIB} MiB", None)
    compiler_limits = replace(limits, cpu_seconds=math.ceil(limits.compile_seconds * limits.cpus))
    return Outcome(f"compile failed: {exited(end, compiler_limits).text}", None)


def compile_timed_out(limits: RunLimits) -> Outcome:
    """The outcome of a run whose compiler was still going at its deadline."""
    return Outcome(f"compile failed: timed out after {limits.compile_seconds:g} s", None)


def stopped(by: str) -> Outcome:
    """The outcome of a run that somebody stopped."""
    return Outcome(f"stopped by {by}", None)


def failed_to_start(reason: str) -> Outcome:
    """The outcome of a run whose program never came to life."""
    return Outcome(f"failed to start: {reason}", None)
