"""Where a debug session is, and who is told of it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from executor.breakpoints import Verification
from executor.errors import WrongState
from executor.stops import Stop


class DebugState(StrEnum):
    """States of a session.

    INITIALIZING   adapter and program are being started
    CONFIGURING    the adapter takes breakpoints; nothing of the program has run
    RUNNING        the program runs
    STOPPED        it stands still; what it looks like can be asked for
    TERMINATED     it is over
    """

    INITIALIZING = "initializing"
    CONFIGURING = "configuring"
    RUNNING = "running"
    STOPPED = "stopped"
    TERMINATED = "terminated"


_FOLLOWING = {
    DebugState.INITIALIZING: {DebugState.CONFIGURING, DebugState.TERMINATED},
    DebugState.CONFIGURING: {DebugState.RUNNING, DebugState.TERMINATED},
    DebugState.RUNNING: {DebugState.STOPPED, DebugState.TERMINATED},
    DebugState.STOPPED: {DebugState.RUNNING, DebugState.TERMINATED},
    DebugState.TERMINATED: {DebugState.TERMINATED},
}


def entered(before: DebugState, after: DebugState) -> DebugState:
    """Return the state `after`, into which a session may go.

    Raises:
        AssertionError: it may not: a defect of ours.
    """
    if after not in _FOLLOWING[before]:
        raise AssertionError(f"a debug session can't go from {before} to {after}")
    return after


def standing(state: DebugState, stop: Stop | None) -> Stop:
    """Return where the program stands. Raises WrongState if it does not."""
    if state is DebugState.TERMINATED:
        raise WrongState("the debug session is over")
    if stop is None:
        has_begun = state is DebugState.RUNNING
        raise WrongState(f"the program has {'moved on: it runs' if has_begun else 'not begun'}")
    return stop


def standing_at(state: DebugState, stop: Stop | None, number: int) -> Stop:
    """Return where the program stands. Raises WrongState if it is not at that stop."""
    here = standing(state, stop)
    if here.number != number:
        raise WrongState(f"the program has moved on: it is at stop {here.number}, not {number}")
    return here


class DebugListener(Protocol):
    """Is told of a session: on the event loop, in order. Must neither block nor raise."""

    def running(self, capabilities: Mapping[str, Any], exceptions: Sequence[str]) -> None:
        """The program begins: what its debugger can do, and which exceptions it stops at."""

    def stopped(self, stop: Stop) -> None:
        """The program stands still."""

    def continued(self, stop: int, thread_id: int | None, by: str | None) -> None:
        """It goes on from that stop; `by` is who said so."""

    def console(self, category: str, text: str) -> None:
        """The debugger, or a log message, says something."""

    def verified(self, verifications: Sequence[Verification]) -> None:
        """What has become of all breakpoints."""
