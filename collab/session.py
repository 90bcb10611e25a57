"""One peer in one room: reads its frames, writes its outbox, and ends with a named code.

States: serving, then closed. Whatever ends it (the peer leaves, a bad frame, a full outbox, an
expired token, `end`) ends all of its tasks, and the room is left on every path.
"""

import asyncio
import logging
import time
from typing import Protocol, TypeVar

from collab.errors import CloseCode, SessionClosed, SessionError, SlowConsumer
from collab.outbox import Outbox
from collab.participant import Participant
from collab.protocol import saved

logger = logging.getLogger(__name__)

EXPIRY_GRACE_SECONDS = 2.0  # a client renews in time; the promise is 5 s at most
MAX_WAITING_COMMANDS = 64
MAX_WAITING_BARRIERS = 256

_T = TypeVar("_T")


class PeerGone(Exception):
    """The connection is closed or lost."""


class Peer(Protocol):
    """The socket side of a session."""

    async def receive(self) -> bytes:
        """Waits for one binary frame. Raises `PeerGone` when there will be none."""

    async def send(self, frame: bytes) -> None:
        """Sends one binary frame. Raises `PeerGone`."""

    async def close(self, code: int, reason: str) -> None:
        """Closes the connection; never raises, and does not wait long for a stalled peer."""


class Conversation(Protocol):
    """What a session needs of its room."""

    def join(self, session: "Session") -> None:
        """Greets the session and counts it in."""

    def receive(self, session: "Session", frame: bytes) -> None:
        """Takes one frame. Raises `SessionError` to end the session."""

    async def answer(self, session: "Session", command: bytes) -> bytes:
        """Carries out a command; returns the frame to send back."""

    async def durable(self) -> None:
        """Returns once all that the room has accepted is durable."""

    def leave(self, session: "Session") -> None:
        """Counts the session out."""


class Session:
    """A connected replica of a room's document; `participant` changes when its role does."""

    def __init__(
        self, peer: Peer, participant: Participant, *, wants_events: bool, max_outbox_bytes: int
    ) -> None:
        self.participant = participant
        self.wants_events = wants_events
        self.client_ids: set[int] = set()
        """Yjs client ids under which this session has edited."""
        self.synced = asyncio.Event()
        """Cleared while edits of the peer are known to be missing; save barriers wait for it."""
        self.synced.set()
        self.failed_syncs = 0
        self._peer = peer
        self._outbox = Outbox(max_outbox_bytes)
        self._commands: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING_COMMANDS)
        self._barriers: asyncio.Queue[int] = asyncio.Queue(MAX_WAITING_BARRIERS)
        self._ending: asyncio.Future[SessionClosed] = asyncio.get_running_loop().create_future()
        self._expiry: asyncio.TimerHandle | None = None

    def send(self, frame: bytes, *, bulk: bool = False) -> None:
        """Queues a frame; ends the session when its outbox is full. See `Outbox.put`."""
        try:
            self._outbox.put(frame, bulk=bulk)
        except SlowConsumer as error:
            self.end(error.close_code, str(error))

    def end(self, code: CloseCode, reason: str) -> None:
        """Ends the session soon; the first call decides the code."""
        if not self._ending.done():
            self._ending.set_result(SessionClosed(code, reason))

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

    def queue_command(self, command: bytes) -> None:
        """Queues a command, to be answered in order."""
        self._queue(self._commands, command)

    def queue_barrier(self, number: int) -> None:
        """Queues a save barrier, to be answered once what came before it is durable."""
        self._queue(self._barriers, number)

    async def serve(self, room: Conversation) -> CloseCode:
        """Talks to the peer until one side ends it; returns the code, the socket being closed."""
        ending = SessionClosed(CloseCode.GOING_AWAY, "")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch())
                tasks.create_task(self._write())
                tasks.create_task(self._answer_commands(room))
                tasks.create_task(self._answer_barriers(room))
                room.join(self)
                await self._read(room)
        except* PeerGone:
            pass
        except* SessionError as group:
            ending = _first(group)
        finally:
            room.leave(self)
            if self._expiry is not None:
                self._expiry.cancel()
            await self._peer.close(ending.close_code, str(ending))
        return ending.close_code

    async def _read(self, room: Conversation) -> None:
        while True:
            frame = await self._peer.receive()
            try:
                room.receive(self, frame)
            except SessionError:
                raise
            except Exception as error:
                logger.exception("a frame of %d bytes failed", len(frame))
                raise SessionClosed(CloseCode.TRY_AGAIN, "internal error") from error

    async def _write(self) -> None:
        while True:
            await self._peer.send(await self._outbox.get())
            self._outbox.sent()

    async def _watch(self) -> None:
        raise await self._ending

    async def _answer_commands(self, room: Conversation) -> None:
        while True:
            command = await self._commands.get()
            self.send(await room.answer(self, command))

    async def _answer_barriers(self, room: Conversation) -> None:
        while True:
            numbers = [await self._barriers.get()]
            while not self._barriers.empty():
                numbers.append(self._barriers.get_nowait())
            await self.synced.wait()
            await room.durable()
            for number in numbers:
                self.send(saved(number))

    def _queue(self, queue: asyncio.Queue[_T], item: _T) -> None:
        try:
            queue.put_nowait(item)
        except asyncio.QueueFull:
            self.end(CloseCode.OVERLOADED, "too many requests are waiting")


def _first(group: BaseExceptionGroup[SessionError]) -> SessionClosed:
    """The code and reason to close with, of errors that came at once."""
    error = group.exceptions[0]
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return SessionClosed(error.close_code, str(error))
