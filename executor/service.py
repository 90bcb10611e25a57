"""What a server has of the executor: `Runner`, `RunHandle` and `DebugSession` are these."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
        limits: the server's policy.
    """

    start: Start
    listener: DebugListener
    limits: DebugLimits


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

    def let_go(self) -> None:
        """The server ends, and the run with it."""


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
