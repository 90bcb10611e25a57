"""A sandbox with a debug session in it: its channels, its terminal, its program."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from executor.adapter import AdapterConnection, OnEvent, OnRequest
from executor.errors import AdapterBroke, StartFailed
from executor.frames import Chunk
from executor.news import (
    ADAPTER_CHANNEL,
    ADAPTER_ERRORS_CHANNEL,
    FIRST_CONNECTION_CHANNEL,
    LAST_CHANNEL,
    Connected,
    HungUp,
    Left,
    News,
    Said,
    Spawned,
    Taken,
)
from executor.sandbox import Sandbox

Value = TypeVar("Value")

CONNECT_SECONDS = 20.0  # until an adapter listens; a JVM on a machine under load
KEPT_ERROR_BYTES = 4 << 10


class Debuggee:
    """Owns the sandbox's stream while `listen` runs.

    Args:
        hear: is given the program's output.
    """

    def __init__(
        self, sandbox: Sandbox, hear: Callable[[Chunk], None], tasks: asyncio.TaskGroup
    ) -> None:
        self.exit_code: int | None = None
        """The spawned program's, once it has left."""
        self.has_spawned = False
        self.has_left = asyncio.Event()
        self.is_typed = asyncio.Event()
        """Set while the terminal takes input."""
        self.is_typed.set()
        self._sandbox = sandbox
        self._hear = hear
        self._tasks = tasks
        self._connections: dict[int, AdapterConnection] = {}
        self._found: dict[int, asyncio.Future[bool]] = {}
        self._spawned: deque[asyncio.Future[int]] = deque()  # the sandbox answers in order
        self._errors = bytearray()

    @property
    def errors(self) -> str:
        """The last that the adapter wrote to its standard error."""
        return self._errors.decode(errors="replace").strip()

    async def listen(self) -> None:
        """Pass on what the sandbox tells, until it ends."""
        try:
            while (news := await self._sandbox.hear()) is not None:
                self._take(news)
        finally:
            for connection in self._connections.values():
                connection.close()
            pending: list[asyncio.Future[Any]] = [*self._found.values(), *self._spawned]
            for waiting in pending:
                if not waiting.done():
                    waiting.set_exception(AdapterBroke("the debugger has ended"))
                    waiting.exception()  # nobody need wait for it any more

    async def open(
        self, address: str, on_event: OnEvent, on_request: OnRequest
    ) -> AdapterConnection:
        """Return a connection to the adapter: to where it listens, or to its own streams.

        Raises:
            AdapterBroke: nobody listens there.
        """
        channel = ADAPTER_CHANNEL if not address else self._next_channel()

        async def send(data: bytes) -> None:
            await self._sandbox.say(channel, data)

        connection = AdapterConnection(send, on_event, on_request, self._tasks)
        self._connections[channel] = connection
        if address:
            found = self._found[channel] = asyncio.get_running_loop().create_future()
            await self._sandbox.connect(channel, address, CONNECT_SECONDS)
            if not await found:
                raise AdapterBroke(f"the debugger does not listen on {address}")
        return connection

    async def spawn(self, argv: tuple[str, ...], env: Mapping[str, str]) -> int:
        """Begin the program on the terminal; return its process number."""
        self.has_spawned = True
        spawned: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._spawned.append(spawned)
        try:
            await self._sandbox.spawn(argv, env)
        except StartFailed:  # it was not told of it
            self._spawned.remove(spawned)
            raise
        return await spawned

    def _next_channel(self) -> int:
        used = self._connections
        for channel in range(FIRST_CONNECTION_CHANNEL, LAST_CHANNEL + 1):
            if channel not in used or not used[channel].is_open:
                return channel
        raise AdapterBroke("the program has too many parts to be debugged")

    def _take(self, news: News) -> None:
        match news:
            case Chunk():
                self._hear(news)
            case Said(channel, data):
                self._give(channel, data)
            case Connected(channel) | HungUp(channel):
                self._note(channel, is_open=isinstance(news, Connected))
            case Spawned(pid):
                _settle(self._spawned.popleft(), value=pid)
            case Left(code):
                self.exit_code = code
                self.has_left.set()
            case Taken():
                self.is_typed.set()

    def _note(self, channel: int, *, is_open: bool) -> None:
        """Somebody listens at the other end of a channel, or nobody does any more."""
        _settle(self._found.pop(channel, None), value=is_open)
        if not is_open and channel in self._connections:
            self._connections[channel].close()

    def _give(self, channel: int, data: bytes) -> None:
        if channel == ADAPTER_ERRORS_CHANNEL:
            self._errors += data
            del self._errors[:-KEPT_ERROR_BYTES]
        elif channel in self._connections:
            self._connections[channel].feed(data)


def _settle(future: "asyncio.Future[Value] | None", *, value: Value) -> None:
    if future is not None and not future.done():
        future.set_result(value)
