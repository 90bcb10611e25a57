"""A run in another process: the twin of executor.handle."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from executor.debug_clock import DebugClock
from executor.errors import InputFull
from executor.input import MAX_PENDING_BYTES
from executor.remote import values
from executor.remote.link import Link
from executor.remote.remote_session import RemoteSession
from executor.run import (
    Leftovers,
    Outcome,
    Place,
    RunListener,
    RunState,
    SourceFile,
    Stream,
    TerminalSize,
    failed_to_start,
    stopped,
)
from executor.service import DebugRequest

Json = Mapping[str, Any]

ENDED = Outcome("lost: the executor ended", None)
FORGOTTEN = Outcome("lost: the executor has it no longer", None)
NOT_THERE = "the executor does not answer at the moment"


@dataclass(frozen=True, slots=True)
class RunName:
    """A run's name, unknown to all but its server and the executor, and where it belongs.

    Attributes:
        has_terminal: whether the end of its input is a key.
    """

    key: str
    room: str
    has_terminal: bool


class RemoteRun:
    """See executor.service.Handle. What is told without a connection is told when there is one.

    Args:
        on_done: is called when nobody here need know of it any more.
    """

    def __init__(
        self,
        name: RunName,
        listener: RunListener,
        debug: DebugRequest | None,
        on_done: Callable[["RemoteRun"], None],
    ) -> None:
        self.key = name.key
        self.room = name.room
        self.state = RunState.QUEUED
        self.session: RemoteSession | None = None
        self.is_open = True
        self.is_admitted = False
        """Whether the executor has taken it in, as far as is known."""
        self.is_stored = False
        """Whether all of it is stored, for good."""
        self._has_terminal = name.has_terminal
        self._recorded_bytes = 0
        self._listener = listener
        self._debug = debug
        self._on_done = on_done
        self._link: Link | None = None
        self._verdict: Outcome | None = None
        self._size: TerminalSize | None = None
        self._pending_bytes = 0
        self._stored_bytes = 0
        self._clock: DebugClock | None = None
        self._files: list[SourceFile] = []
        self._has_left = False
        self._is_gone = False
        self._is_let_go = False
        """Whether more may come of it, but for others."""
        self._heard: Mapping[str, Callable[[Json, bytes], None]] = {
            "admitted": self._admit,
            "refused": self._refuse,
            "standing": self._stand,
            "typed": self._take,
            "output": self._print,
            "waiting": self._wait,
            "preparing": self._prepare,
            "started": self._start,
            "finished": self._hear_end,
            "file": self._take_file,
            "left": self._leave,
            "gone": self._hear_last,
        }

    @property
    def is_debugged(self) -> bool:
        """Whether it is a debug session."""
        return self._debug is not None

    @property
    def seconds_left(self) -> float | None:
        """See Handle.seconds_left."""
        if self._clock is None:
            return None
        return self._clock.deadline - asyncio.get_running_loop().time()

    def write(self, data: bytes) -> None:
        """See Handle.write."""
        if not self.is_open:
            return
        if self._link is None:
            raise InputFull(NOT_THERE)
        if self._pending_bytes + len(data) > MAX_PENDING_BYTES:
            raise InputFull(f"the program has not read the {self._pending_bytes} bytes before")
        self._pending_bytes += len(data)
        self._link.tell("write", data, run=self.key)

    def end_input(self) -> None:
        """See Handle.end_input."""
        if self.is_open:
            self.is_open = self._has_terminal
            self._tell("end_input")

    def resize(self, size: TerminalSize) -> None:
        """See Handle.resize."""
        if self._has_terminal:
            self._size = size
            self._tell("resize", size=size)

    def stop(self, by: str) -> None:
        """See Handle.stop."""
        self.end_as(stopped(by))

    def end_as(self, verdict: Outcome) -> None:
        """See Handle.end_as."""
        if self._verdict is None and self.state is not RunState.FINISHED:
            self._verdict = verdict
            self._tell("end", text=verdict.text, exit_code=verdict.exit_code)

    def touch(self) -> None:
        """See Handle.touch."""
        if self._clock is not None:
            self._clock.touch(asyncio.get_running_loop().time())
            self._tell("touch")

    def extend(self) -> bool:
        """See Handle.extend."""
        if self._clock is None:
            return False
        self._tell("extend")
        return self._clock.extend(asyncio.get_running_loop().time())

    def note(self, said: Mapping[str, object]) -> None:
        """See Handle.note."""
        self._tell("note", said=said)

    def stored(self, recorded_bytes: int, *, is_all: bool) -> None:
        """See Handle.stored."""
        if is_all and not self._is_let_go:
            self.is_stored = True
            self._forget()
        elif recorded_bytes > self._stored_bytes:
            self._stored_bytes = recorded_bytes
            self._tell("stored", bytes=recorded_bytes)

    def let_go(self) -> None:
        """See Handle.let_go."""
        self._is_let_go = not self._is_gone
        self._tell("leave")
        self._on_done(self)
        self._go()

    # What follows is for executor.remote.runs.

    def attach(self, state: RunState, recorded_bytes: int) -> None:
        """Be the handle of a run in this state, of which so much output is stored."""
        self.state = state
        self._recorded_bytes = self._stored_bytes = recorded_bytes

    def connect(self, link: Link) -> None:
        """There is a connection: a first one, before the run is submitted."""
        self._link = link

    def follow(self, link: Link) -> None:
        """There is a connection, again perhaps: be told what is new, and tell it."""
        self._link = link
        if self.is_stored:
            self._forget()
        elif not self._is_gone:
            self._files = []
            self._tell("follow", known=self.state, recorded_bytes=self._recorded_bytes)
            self._tell("stored", bytes=self._stored_bytes)
            self._tell_again()

    def _tell_again(self) -> None:
        """Say what was said while nobody heard it, or what may have been lost on its way."""
        if not self.is_open:
            self._tell("end_input")
        if self._size is not None:
            self._tell("resize", size=self._size)
        if self.session is not None and (marks := self.session.take_unsent()) is not None:
            self._tell("breakpoints", arguments=marks)
        if (verdict := self._verdict) is not None:
            self._tell("end", text=verdict.text, exit_code=verdict.exit_code)

    def disconnect(self) -> None:
        """There is none."""
        self._link = None

    def lose(self, outcome: Outcome) -> None:
        """Nobody has it any more."""
        self._finish(outcome)
        self._go()

    def hear(self, told: Json, body: bytes) -> None:
        """Take what the executor tells of it."""
        event = str(told["event"])
        if event in self._heard:
            self._heard[event](told, body)
        elif self.session is not None:  # else it is over, and nobody follows it any more
            self.session.hear(event, told)

    def _admit(self, _told: Json, _body: bytes) -> None:
        self.is_admitted = True

    def _refuse(self, told: Json, _body: bytes) -> None:
        self.lose(failed_to_start(str(told["reason"])))

    def _stand(self, told: Json, _body: bytes) -> None:
        self.is_open = bool(told["is_open"])
        self._pending_bytes = int(told["pending_bytes"])
        left = values.optional(values.read_time_left, told["time_left"])
        if left is not None and self._debug is not None:
            now = asyncio.get_running_loop().time()
            self._clock = DebugClock.resumed(self._debug.limits, left, now)

    def _take(self, told: Json, _body: bytes) -> None:
        self._pending_bytes = max(0, self._pending_bytes - int(told["count"]))

    def _print(self, told: Json, body: bytes) -> None:
        stream, place = Stream(told["stream"]), Place(told["place"])
        if place is not Place.PASSING:
            self._recorded_bytes += len(body)
        self._listener.output(stream, body, place)

    def _wait(self, told: Json, _body: bytes) -> None:
        self._listener.waiting(int(told["position"]))

    def _prepare(self, _told: Json, _body: bytes) -> None:
        self.state = RunState.PREPARING
        self._listener.preparing()

    def _start(self, _told: Json, _body: bytes) -> None:
        self.state = RunState.RUNNING
        self._listener.started()

    def _hear_end(self, told: Json, _body: bytes) -> None:
        outcome = told["outcome"]
        self._finish(Outcome(str(outcome["text"]), outcome["exit_code"]))

    def _take_file(self, told: Json, body: bytes) -> None:
        size = int(told["path_bytes"])
        path = body[:size].decode(errors="surrogateescape")
        self._files.append(SourceFile(path, body[size:], bool(told["is_executable"])))

    def _leave(self, told: Json, _body: bytes) -> None:
        files, self._files = tuple(self._files), []
        if not self._has_left:
            self._has_left = True
            self._listener.left(Leftovers(files, int(told["missed"])))

    def _hear_last(self, _told: Json, _body: bytes) -> None:
        self._go()

    def _finish(self, outcome: Outcome) -> None:
        if self.state is not RunState.FINISHED:
            self.state = RunState.FINISHED
            if self.session is not None:
                self.session.close()
            self._listener.finished(outcome)

    def _go(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._listener.gone()

    def _forget(self) -> None:
        if self._link is not None:
            self._tell("forget")
            self._on_done(self)

    def _tell(self, name: str, /, **told: object) -> None:
        if self._link is not None:
            self._link.tell(name, run=self.key, **told)
