"""A connection between a server and its executor, after their greeting: calls, answers, news.

    {"call": 7, "do": name, …}      asks; {"cancel": 7} does not want the answer any more
    {"answer": 7, "ok": …}          or "error": [kind, message]; {"step": 7, "told": …} before it
    {"tell": name, …}               one way, in order

Whoever does not read, or says nothing for long, is hung up on: nothing piles up here.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from executor.dap import UNREADABLE
from executor.errors import EngineUnavailable, ExecutorError
from executor.remote import wire
from executor.remote.wire import Message

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
SILENCE_SECONDS = 20.0  # after which the other is taken for gone
MAX_UNREAD_BYTES = 64 << 20  # that wait for the other to read them: but what one run has left
UNREAD_SECONDS = 20.0  # may be more, so it is hung up on if there were as many for so long
MAX_CALLS = 1000  # of one side that are not answered yet
MAX_ASKED = MAX_CALLS // 2  # by us: what is cancelled here may go on there for a while
LOST = "the connection to the executor was lost"
BUSY = "the executor is asked too much at once; try again later"
DEFECT = "the executor failed to do this; it has logged why"

Step = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call comes to."""

    ok: Any = None
    body: bytes = b""


class Desk(Protocol):
    """Whoever sits at an end of a link. What can't be read (`UNREADABLE`) ends the link."""

    def tell(self, name: str, message: Message) -> None:
        """Be told something; must not block."""

    async def do(self, name: str, message: Message, step: Step) -> Answer:
        """Answer a call. Raises ExecutorError, which the caller gets."""

    def beat(self) -> None:
        """Say something, so that the other knows that somebody is here."""


class Link:
    """One end; `serve` runs as long as there is a connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silence: float
    ) -> None:
        self.is_open = True
        self._reader = reader
        self._writer = writer
        self._silence_seconds = silence
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[asyncio.Future[Answer], Step]] = {}
        self._called: dict[int, asyncio.Task[None]] = {}
        self._kept_up_at = asyncio.get_running_loop().time()
        """When the other had last read what it was to."""

    async def serve(self, desk: Desk) -> None:
        """Pass on what the other says, until either hangs up."""
        beating = asyncio.create_task(_beat(desk))
        try:
            while self.is_open and (message := await self._next()) is not None:
                self._take(desk, message)
        except (OSError, *UNREADABLE) as error:
            log.warning("an executor's connection ends: %r", error)
        finally:
            beating.cancel()
            self.close()
            for task in self._called.values():
                task.cancel()
            for future, _ in self._waiting.values():
                if not future.done():
                    future.set_exception(EngineUnavailable(LOST))
                    future.exception()  # nobody need wait for it any more

    def tell(self, name: str, body: bytes = b"", /, **told: object) -> None:
        """Say something; of no effect when the other has gone."""
        self._send({"tell": name, **told}, body)

    async def call(self, name: str, step: Step = lambda _: None, /, **told: object) -> Answer:
        """Ask for something; if this is cancelled, the other stops working on it.

        Raises:
            EngineUnavailable: the connection was lost.
            ExecutorError: what the other says.
        """
        if not self.is_open:
            raise EngineUnavailable(LOST)
        if len(self._waiting) >= MAX_ASKED:
            raise ExecutorError(BUSY)
        number = next(self._numbers)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future, step
        try:
            self._send({"call": number, "do": name, **told})
            return await future
        except asyncio.CancelledError:
            self._send({"cancel": number})
            raise
        finally:
            del self._waiting[number]

    def close(self) -> None:
        """Hang up, after what was said is sent."""
        self.is_open = False
        self._writer.close()

    async def _next(self) -> Message | None:
        async with asyncio.timeout(self._silence_seconds):
            return await wire.read(self._reader, wire.PEERS)

    def _send(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        transport = self._writer.transport
        if not self.is_open or transport.is_closing():
            return
        if self._is_stuck(transport.get_write_buffer_size()):
            log.warning("an executor's connection ends: the other side does not read")
            self.is_open = False
            transport.abort()
            return
        first, rest = wire.encode(head, body)
        self._writer.write(first)
        if rest:
            self._writer.write(rest)

    def _is_stuck(self, unread_bytes: int) -> bool:
        now = asyncio.get_running_loop().time()
        if unread_bytes <= MAX_UNREAD_BYTES:
            self._kept_up_at = now
        return now - self._kept_up_at > UNREAD_SECONDS

    def _take(self, desk: Desk, message: Message) -> None:
        head = message.head
        match head:
            case {"tell": str(name)}:
                desk.tell(name, message)
            case {"call": int(number), "do": str(name)}:
                self._begin(desk, number, name, message)
            case {"cancel": int(number)}:
                if (task := self._called.get(number)) is not None:
                    task.cancel()
            case {"answer": int(number)} | {"step": int(number)}:
                self._hear(number, message)
            case _:
                raise wire.MalformedFrame(f"a message of {sorted(head)[:5]}")

    def _hear(self, number: int, message: Message) -> None:
        """Take what a call of ours has come to, or how far it is; nobody may want that any more."""
        if number not in self._waiting:
            return
        future, step = self._waiting[number]
        if "step" in message.head:
            step(message.head.get("told"))
        elif not future.done():
            _settle(future, message)

    def _begin(self, desk: Desk, number: int, name: str, message: Message) -> None:
        if len(self._called) >= MAX_CALLS:
            raise wire.MalformedFrame("it asks for more and more")
        task = asyncio.create_task(self._answer(desk, number, name, message))
        self._called[number] = task
        task.add_done_callback(lambda _: self._called.pop(number, None))

    async def _answer(self, desk: Desk, number: int, name: str, message: Message) -> None:
        def step(told: Any) -> None:
            self._send({"step": number, "told": told})

        try:
            answer = await desk.do(name, message, step)
            self._send({"answer": number, "ok": answer.ok}, answer.body)
        except ExecutorError as error:
            self._refuse(number, error)
        except Exception:
            log.exception("%s could not be done", name)
            self._refuse(number, ExecutorError(DEFECT))

    def _refuse(self, number: int, error: ExecutorError) -> None:
        self._send({"answer": number, "error": [type(error).__name__, str(error)]})


def _settle(future: "asyncio.Future[Answer]", message: Message) -> None:
    error = message.head.get("error")
    if error is None:
        future.set_result(Answer(message.head.get("ok"), message.body))
    else:
        kind, text = error
        future.set_exception(_error(str(kind), str(text)))


def _error(kind: str, text: str) -> ExecutorError:
    kinds = {found.__name__: found for found in _kinds(ExecutorError)}
    found = kinds.get(kind, ExecutorError)
    try:
        return found(text)
    except TypeError:  # it has more to it; nobody here looks at that
        return ExecutorError(text)


def _kinds(base: type[ExecutorError]) -> list[type[ExecutorError]]:
    return [base, *(kind for each in base.__subclasses__() for kind in _kinds(each))]


async def _beat(desk: Desk) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        desk.beat()
