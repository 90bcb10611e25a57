"""One peer in one room: takes its messages as they come, and writes to it without waiting.

A peer that reads slower than the room writes falls behind: updates are held back and sent as one
when it has caught up. Whatever ends a session (the peer leaves, a bad frame, too much waiting, an
expired token, `end`) ends its work too, and the room is left on every path. An idle session has no
task: what it holds is what its peer costs the server.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from collab import frames
from collab.budget import Budget
from collab.errors import CloseCode, SessionError
from collab.participant import Participant
from collab.protocol import saved
from collab.worker import Worker

logger = logging.getLogger(__name__)

MAX_COMMANDS = 256  # of one session that are not answered yet
EXPIRY_GRACE_SECONDS = 2.0  # a client renews in time; the promise is 5 s at most


class Peer(Protocol):
    """The socket side of a session; nothing here waits."""

    @property
    def is_congested(self) -> bool:
        """Whether the peer has not read what it was sent; it tells when it has (`drained`)."""

    @property
    def waiting_bytes(self) -> int:
        """How much it has not read."""

    def start(self, session: "Session") -> None:
        """Begins to hand what comes to the session."""

    def write(self, data: bytes) -> None:
        """Sends whole WebSocket frames."""

    def pause(self, seconds: float) -> None:
        """Reads nothing from the peer for a while."""

    def close(self, code: int, reason: str) -> None:
        """Closes the connection; a peer that reads nothing is cut off soon after."""


class Conversation(Protocol):
    """What a session needs of its room."""

    def join(self, session: "Session") -> None:
        """Greets the session and counts it in. Raises `SessionError`."""

    def receive(self, session: "Session", message: bytes, now: float) -> None:
        """Takes one message. Raises `SessionError` to end the session."""

    async def answer(self, session: "Session", command: bytes) -> bytes:
        """Carries out a command; returns the message to send back."""

    async def durable(self) -> None:
        """Returns once all that the room has accepted is durable."""

    def catch_up(self, session: "Session") -> None:
        """Sends what was held back while the peer was congested."""

    def leave(self, session: "Session") -> None:
        """Counts the session out."""


class Session:
    """A connected replica of a room's document; `participant` changes when its role does."""

    def __init__(
        self,
        peer: Peer,
        room: Conversation,
        participant: Participant,
        *,
        wants_events: bool,
        max_waiting_bytes: int,
    ) -> None:
        self.on_end: Callable[[CloseCode], None] = lambda _: None
        """Called once the session has left its room."""
        self.participant = participant
        self.wants_events = wants_events
        self.client_ids: set[int] = set()
        """Yjs client ids under which this session has edited."""
        self.held_since: bytes | None = None
        """The state vector that the peer had when it fell behind; None: it has all updates."""
        self.synced = asyncio.Event()
        """Cleared while edits of the peer are known to be missing; save barriers wait for it."""
        self.synced.set()
        self.is_asked = False
        """Whether the peer is to answer a step 1, by which all that is missing comes."""
        self.failed_syncs = 0
        self._peer = peer
        self._room = room
        self._max_waiting_bytes = max_waiting_bytes
        self._budget = Budget()
        self._commands: set[asyncio.Task[None]] = set()
        self._barriers = Worker(self._answer_barriers, self._fail)
        self._is_over = False
        self._expiry: asyncio.TimerHandle | None = None

    def send(self, message: bytes) -> None:
        """Sends a message."""
        self.write(frames.binary(message))

    def write(self, data: bytes) -> bool:
        """Sends WebSocket frames; ends the session when too much is waiting for its peer.

        Returns whether the peer is congested: updates and presence must be held back for now.
        """
        peer = self._peer
        if self._is_over:
            return peer.is_congested
        peer.write(data)
        if not peer.is_congested:
            return False
        # What was asked for may be larger than the limit; what comes on top of it may not.
        if peer.waiting_bytes - len(data) > self._max_waiting_bytes:
            self.end(CloseCode.SLOW_CONSUMER, "too much is waiting; connect again to catch up")
        return True

    def begin(self) -> None:
        """Enters the room, and is in it until one side ends it; call it once."""
        try:
            self._room.join(self)
            self._peer.start(self)
        except Exception as error:  # noqa: BLE001 - it is logged there
            self._fail(error)

    def end(self, code: CloseCode, reason: str) -> None:
        """Ends the session soon; the first call decides the code."""
        if not self._is_over:
            self._is_over = True
            # The caller may be looping over the sessions of the room.
            asyncio.get_running_loop().call_soon(self._leave, code, reason)

    def expire_at(self, moment: float) -> None:
        """Ends the session at that time (seconds since the epoch) unless it is called again."""
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(
            moment - time.time() + EXPIRY_GRACE_SECONDS,
            self.end,
            CloseCode.UNAUTHORISED,
            "the access token has expired",
        )

    def receive(self, message: bytes, started: float) -> float:
        """Takes a message from the peer; an error ends this session and nothing else.

        `started` is when work on it began, and returned is when it was done (`time.monotonic`).
        """
        if self._is_over:
            return time.monotonic()
        try:
            self._room.receive(self, message, started)
        except Exception as error:  # noqa: BLE001 - it is logged there
            self._fail(error)
        done = time.monotonic()
        if pause := self._budget.spend(len(message), done - started, done):
            self._peer.pause(pause)
        return done

    def drained(self) -> None:
        """The peer has read what it was sent."""
        if not self._is_over:
            self._room.catch_up(self)

    def gone(self) -> None:
        """The peer has left."""
        self.end(CloseCode.GOING_AWAY, "")

    def begin_command(self, command: bytes) -> None:
        """Begins a command, after those that came before it; it waits for none of them to end."""
        if len(self._commands) >= MAX_COMMANDS:
            self._refuse_more()
            return
        task = asyncio.create_task(self._answer(command))
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)

    def queue_barrier(self, number: int) -> None:
        """Queues a save barrier, to be answered once what came before it is durable."""
        if not self._barriers.put(number):
            self._refuse_more()

    async def _answer(self, command: bytes) -> None:
        try:
            self.send(await self._room.answer(self, command))
        except Exception as error:  # noqa: BLE001 - it is logged there
            self._fail(error)

    async def _answer_barriers(self, numbers: list[int]) -> None:
        await self.synced.wait()
        await self._room.durable()
        for number in numbers:
            self.send(saved(number))

    def _fail(self, error: Exception) -> None:
        if isinstance(error, SessionError):
            self.end(error.close_code, str(error))
        else:
            logger.error("a session failed", exc_info=error)
            self.end(CloseCode.TRY_AGAIN, "internal error")

    def _leave(self, code: CloseCode, reason: str) -> None:
        for command in self._commands:
            command.cancel()
        self._barriers.cancel()
        if self._expiry is not None:
            self._expiry.cancel()
        self._room.leave(self)
        self._peer.close(code, reason)
        self.on_end(code)

    def _refuse_more(self) -> None:
        self.end(CloseCode.OVERLOADED, "too many requests are waiting")
