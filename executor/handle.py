"""One run as its owner holds it: type into it, stop it, see where it is."""

import asyncio
from collections.abc import Mapping

from executor.debug_clock import DebugClock, DebugLimits, TimeLeft
from executor.debug_session import DebugSession
from executor.input import Inbox
from executor.output import Piece
from executor.run import (
    Leftovers,
    Outcome,
    RunLimits,
    RunListener,
    RunRequest,
    RunState,
    TerminalSize,
    compile_timed_out,
    stopped,
    timed_out,
)

END_OF_TRANSMISSION = b"\x04"  # ^D
SERVER_RESTARTED = Outcome("server restarted", None)


class RunHandle:
    """See executor.service.Handle.

    From `ends_with` on the methods are the runner's: they move the run on and tell the listener.
    """

    def __init__(
        self, request: RunRequest, listener: RunListener, session: DebugSession | None = None
    ) -> None:
        self.request = request
        self.session = session
        self.state = RunState.QUEUED
        self.verdict: Outcome | None = None
        self.overdue = stopped("the server")  # the outcome, should it take too long
        self.inbox = Inbox(request.stdin or b"")
        if request.stdin is not None:
            self.end_input()
        self._listener = listener
        self._deadline: asyncio.Timeout | None = None
        self._clock: DebugClock | None = None
        self._is_gone = False

    @property
    def is_open(self) -> bool:
        """See Handle.is_open."""
        return self.inbox.is_open

    def write(self, data: bytes) -> None:
        """See Handle.write."""
        self.inbox.write(data)

    def end_input(self) -> None:
        """See Handle.end_input."""
        if self.request.terminal is None:
            self.inbox.end()
        else:
            self.inbox.write(END_OF_TRANSMISSION)

    def resize(self, size: TerminalSize) -> None:
        """See Handle.resize."""
        if self.request.terminal is not None:
            self.inbox.resize(size)

    def stop(self, by: str) -> None:
        """See Handle.stop."""
        self.end_as(stopped(by))

    def end_as(self, verdict: Outcome) -> None:
        """See Handle.end_as."""
        if self.verdict is None and self.state is not RunState.FINISHED:
            self.verdict = verdict
            self._expire_in(0)

    def note(self, said: Mapping[str, object]) -> None:
        """See Handle.note: nobody adopts what ends with its server."""

    def stored(self, recorded_bytes: int, *, is_all: bool) -> None:
        """See Handle.stored: nothing is kept here."""

    def let_go(self) -> None:
        """See Handle.let_go: runs in the server's process end with it."""
        self.end_as(SERVER_RESTARTED)

    def ends_with(self, deadline: asyncio.Timeout) -> None:
        """Take the scope that the run lives in; its expiry ends the run."""
        self._deadline = deadline
        if self.verdict is not None:
            self._expire_in(0)

    def wait(self, position: int) -> None:
        """Tell where in the queue it is, still QUEUED."""
        self._listener.waiting(position)

    def prepare(self) -> None:
        """QUEUED to PREPARING."""
        self.state = RunState.PREPARING
        self._listener.preparing()

    def compile(self, limits: RunLimits) -> None:
        """Still PREPARING, for so long at most as compiling may take."""
        self._may_take(limits.compile_seconds, compile_timed_out(limits))

    def start(self, limits: RunLimits) -> None:
        """PREPARING to RUNNING, for so long at most as a run may take."""
        self.state = RunState.RUNNING
        self._may_take(limits.wall_seconds, timed_out(limits))
        self._listener.started()

    def debug(self, limits: DebugLimits) -> None:
        """PREPARING to RUNNING under a debugger, for as long as somebody is at it."""
        self.state = RunState.RUNNING
        self._clock = DebugClock(limits, asyncio.get_running_loop().time())
        self._keep_time()
        self._listener.started()

    def touch(self) -> None:
        """See Handle.touch."""
        if self._clock is not None:
            self._clock.touch(asyncio.get_running_loop().time())
            self._keep_time()

    def extend(self) -> bool:
        """See Handle.extend."""
        if self._clock is None:
            return False
        is_longer = self._clock.extend(asyncio.get_running_loop().time())
        self._keep_time()
        return is_longer

    @property
    def seconds_left(self) -> float | None:
        """See Handle.seconds_left."""
        if self._clock is None:
            return None
        return self._clock.deadline - asyncio.get_running_loop().time()

    @property
    def time_left(self) -> TimeLeft | None:
        """What the debug session's clock shows; None without one."""
        return None if self._clock is None else self._clock.left(asyncio.get_running_loop().time())

    def say(self, piece: Piece) -> None:
        """Pass output on."""
        self._listener.output(piece.stream, piece.data, piece.place)

    async def ready(self) -> None:
        """Wait until more output can be passed on."""
        await self._listener.ready()

    def finish(self, outcome: Outcome) -> None:
        """Any state to FINISHED; in FINISHED, of no effect."""
        if self.state is not RunState.FINISHED:
            self.state = RunState.FINISHED
            self._listener.finished(outcome)

    def leave(self, leftovers: Leftovers) -> None:
        """Pass on what the program has written."""
        self._listener.left(leftovers)

    def go(self) -> None:
        """Nothing more will be told; of no effect the second time."""
        if not self._is_gone:
            self._is_gone = True
            self._listener.gone()

    def _keep_time(self) -> None:
        if self._clock is not None and (left := self.seconds_left) is not None:
            self._may_take(left, self._clock.overdue())

    def _may_take(self, seconds: float, overdue: Outcome) -> None:
        self.overdue = overdue
        if self.verdict is None:
            self._expire_in(seconds)

    def _expire_in(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)
