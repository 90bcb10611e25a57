"""What a server has of an executor, be that in its own process or in another.

`Runner`, `RunHandle` and `DebugSession` are these in process, `executor.remote` has their twins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from executor.breakpoints import Breakpoint, Functions
from executor.dap import Body
from executor.debug_clock import DebugLimits
from executor.debug_start import Start
from executor.debug_state import DebugListener, DebugState
from executor.languages import Runtime
from executor.packages.sets import Lock
from executor.run import (
    Outcome,
    RunLimits,
    RunListener,
    RunRequest,
    RunState,
    TerminalSize,
)
from executor.stops import Stop


@dataclass(frozen=True, slots=True)
class DebugRequest:
    """What makes a run a debug session.

    Attributes:
        limits: the server's policy; an executor of its own has one of its own, too.
    """

    start: Start
    listener: DebugListener
    limits: DebugLimits


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody read of a stop: `command` names a method of `Session`, `read` is its answer."""

    command: str
    arguments: Mapping[str, Any]
    read: Body


Recall = Callable[[Sequence[Mapping[str, Any]], Sequence[Looked]], None]
"""Is given what was said in a debug session's console, and what was looked at at its stop."""


class Session(Protocol):
    """What participants do in a debug session.

    All raise WrongState if the program is not where they take it to be (AdapterBusy if the debugger
    is at somebody else's question), AdapterRefused if it can't, and AdapterBroke if it has ended.
    """

    @property
    def state(self) -> DebugState:
        """Where the session is, as far as is known here."""

    @property
    def stop(self) -> Stop | None:
        """Where the program stands still; None if it does not."""

    @property
    def chosen_exceptions(self) -> list[str]:
        """The kinds that it stops at."""

    def check(self, command: str, stop: int) -> None:
        """Let a command pass that goes on from a stop."""

    async def resume(self, command: str, stop: int, thread_id: int | None, by: str) -> None:
        """Step or continue from a stop; `command` is `next`, `continue` and the like."""

    async def run_to(self, stop: int, path: str, lines: Sequence[int], by: str) -> None:
        """Continue up to the first of these lines that has code, or to where it stops before."""

    async def pause(self, thread_id: int | None) -> None:
        """Have the program stand still, wherever it is."""

    async def stack_trace(self, stop: int, thread_id: int, first: int, levels: int) -> Body:
        """Return frames of a thread: `frames`, and `totalFrames` if it is known."""

    async def scopes(self, stop: int, frame_id: int) -> Body:
        """Return a frame's `scopes`."""

    async def variables(
        self, stop: int, reference: int, first: int, count: int, kind: str = ""
    ) -> Body:
        """Return the `variables` of a scope or a value; see Part."""

    async def evaluate(
        self, stop: int, expression: str, frame_id: int | None, context: str, by: str
    ) -> Body:
        """Return the `result` of an expression. In a console (`repl`) it may change things.

        `by` is the name of who asks, for others whom that keeps waiting.
        """

    async def set_variable(self, stop: int, reference: int, name: str, value: str, by: str) -> Body:
        """Change a variable; return its new `value`. `by` is as for `evaluate`."""

    async def completions(self, stop: int, frame_id: int | None, text: str, column: int) -> Body:
        """Return `targets` that complete a text."""

    async def set_breakpoints(self, lines: Sequence[Breakpoint], functions: Functions = ()) -> None:
        """Have these breakpoints and no others, from the program's start on or from now."""

    async def set_exceptions(self, filters: Sequence[str]) -> None:
        """Stop at these kinds of exceptions and no others."""


class Handle(Protocol):
    """A submitted run. Nothing here waits; its owner may call all of it in any state."""

    @property
    def state(self) -> RunState:
        """Where it is, as far as is known here."""

    @property
    def session(self) -> Session | None:
        """The debug session, if it is one."""

    @property
    def is_open(self) -> bool:
        """Whether more can be typed, if the run goes on."""

    @property
    def seconds_left(self) -> float | None:
        """Until the debug session ends, if nobody does anything; None without one."""

    def write(self, data: bytes) -> None:
        """Type into the program, or ahead of it.

        Raises:
            InputFull: it has not read what was typed before.
        """

    def end_input(self) -> None:
        """End the program's input; on a terminal, type ^D, after which more can be typed."""

    def resize(self, size: TerminalSize) -> None:
        """Give the terminal another size; of no effect without one."""

    def stop(self, by: str) -> None:
        """Have the run ended at once, on behalf of somebody. Of no effect on an ended run."""

    def end_as(self, verdict: Outcome) -> None:
        """Have the run ended with this outcome, unless it has one already."""

    def touch(self) -> None:
        """Somebody does something in the debug session."""

    def extend(self) -> bool:
        """Give the debug session more time; return False if it has all that it may have."""

    def note(self, said: Mapping[str, object]) -> None:
        """Note what people said in the debug console, for a server that adopts the session."""

    def stored(self, recorded_bytes: int, *, is_all: bool) -> None:
        """So much of its output is stored; `is_all`: and everything else, for good."""

    def let_go(self) -> None:
        """The server ends. So does the run, unless it outlives that; then it is told no more."""


@dataclass(frozen=True, slots=True)
class AdoptedDebug:
    """Who is told of a debug session that has outlived its server.

    Attributes:
        request: what it was submitted with, with another listener.
        recall: is called once, after that was told where the program is.
    """

    request: DebugRequest
    recall: Recall


class Adopted(Protocol):
    """A run that has outlived its server, and is to be told to one again."""

    @property
    def keepsake(self) -> bytes:
        """What its server gave with the request."""

    @property
    def kept_from(self) -> int:
        """How much of its output is not kept any more, for it was stored."""

    @property
    def started_seconds_ago(self) -> float | None:
        """Since its program was started; None if it was not."""

    @property
    def finished_seconds_ago(self) -> float | None:
        """Since it was over; None if it is not."""

    @property
    def terminal(self) -> TerminalSize | None:
        """The size that its terminal has now."""

    def follow(
        self,
        listener: RunListener,
        known: RunState,
        recorded_bytes: int,
        debug: AdoptedDebug | None = None,
    ) -> Handle:
        """Be told of it: of all that came after what is known already, and of what will come.

        Args:
            listener: is told.
            known: the last of its states that is known.
            recorded_bytes: of its output, that are known.
            debug: for a debug session.
        """

    def abandon(self) -> None:
        """Have it ended and forgotten."""


class Runs(Protocol):
    """Runs programs."""

    def submit(
        self, request: RunRequest, listener: RunListener, debug: DebugRequest | None = None
    ) -> Handle:
        """Take a run in, or a debug session; it is QUEUED when this returns.

        Raises:
            InvalidRun: it can't be run as it is.
            QueueFull: there are too many already.
        """

    def expect(
        self, runtime: Runtime, limits: RunLimits | None = None, packages: Lock | None = None
    ) -> None:
        """Be told that such a run may soon be wanted; see RunRequest."""

    on_outliving: Callable[[], None]
    """Is called when it is known anew which runs have outlived a server; to be set once."""

    @property
    def interrupted(self) -> Outcome:
        """The outcome of a run that its server left unfinished, and that is not there any more."""

    @property
    def outliving(self) -> Mapping[str, Sequence[str]] | None:
        """The runs that nobody is told of, for they have outlived a server: their keys by room.

        None as long as nobody knows.
        """

    async def adopt(self, key: str) -> Adopted | None:
        """Return one of these; None if it is not there any more.

        Raises:
            EngineUnavailable: nobody answers.
        """

    def abandon(self, key: str) -> None:
        """Have one of these ended and forgotten."""
