"""One connection to a debug adapter: requests with their answers, events, and what it asks for."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from executor import dap
from executor.dap import UNREADABLE, Body
from executor.errors import AdapterBroke, AdapterRefused, ExecutorError, RefusedByAdapter
from executor.questions import ANSWER_SECONDS, answered

log = logging.getLogger(__name__)

MAX_ASKED = 64  # by an adapter, and not answered yet
RUNNING_CODE = frozenset({"evaluate", "setVariable"})  # the program's, maybe
CALLED = "function call"  # the reason of a stop that is the end of a call for an expression

OnEvent = Callable[["AdapterConnection", dap.Event], None]
OnRequest = Callable[[dap.Request], Awaitable[Body]]


class AdapterConnection:
    """A connection; whoever reads the sandbox's stream feeds it.

    Args:
        send: writes to the adapter.
        on_event: is told of every event, in order; must not block. What it can't read (one of
            `dap.UNREADABLE`) ends the connection.
        on_request: answers what the adapter asks for.
    """

    def __init__(
        self,
        send: Callable[[bytes], Awaitable[None]],
        on_event: OnEvent,
        on_request: OnRequest,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.capabilities: dict[str, Any] = {}
        self.tells_of_threads = False
        """Whether it has told of any that came or went."""
        self.threads: asyncio.Future[Body] | None = None
        """What it answered last about them, if it has told of no change since."""
        self.pausing: set[int] = set()
        """The threads that it was asked to have stand still, until it is known what came of it."""
        self.exceptions: list[str] | None = None
        """The filters that it was told of."""
        self.exception_ids: set[object] = set()
        """What the adapter calls the breakpoints that it makes of exceptions, if it does."""
        self.initialized = asyncio.Event()
        self.is_open = True
        self.on_closed: Callable[[AdapterConnection], None] = lambda _: None
        self._send = send
        self._on_event = on_event
        self._on_request = on_request
        self._tasks = tasks
        self._reader = dap.MessageReader()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Body]] = {}
        self._evaluating: set[int] = set()
        self._asked = 0

    def can(self, capability: str) -> bool:
        """Whether the adapter claims this: `supportsSetVariable`, say."""
        return self.capabilities.get(capability) is True

    async def request(
        self, command: str, arguments: Mapping[str, Any], seconds: float = ANSWER_SECONDS
    ) -> Body:
        """Ask, and return the answer's body.

        Raises:
            AdapterRefused: it said no; `AdapterSilent`: nothing in time.
            AdapterBroke: it is gone.
        """
        return await answered(await self.post(command, arguments), seconds)

    async def post(self, command: str, arguments: Mapping[str, Any]) -> asyncio.Future[Body]:
        """Ask, and return what will be the answer."""
        answer: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_retrieve)
        if not self.is_open:
            answer.set_exception(AdapterBroke("the debugger has ended"))
            return answer
        number = next(self._numbers)
        self._waiting[number] = answer
        if command in RUNNING_CODE:
            self._evaluating.add(number)
            answer.add_done_callback(lambda _: self._evaluating.discard(number))
        await self._send(dap.request(number, command, arguments))
        return answer

    async def pause(self, thread_id: int) -> None:
        """Have a thread stand still. Raises as `request`.

        Who asks while that is on its way has what they want: some adapters would stop again.
        """
        if thread_id in self.pausing:
            return
        self.pausing.add(thread_id)
        try:
            await self.request("pause", {"threadId": thread_id})
        except AdapterRefused:
            self.pausing.discard(thread_id)
            raise

    def feed(self, data: bytes) -> None:
        """Take what came from the adapter. What is no message ends the connection."""
        try:
            for message in self._reader.feed(data):
                self._take(message)
        except UNREADABLE as error:
            # A program may write here in its debugger's name: nothing need be what it should be.
            log.warning("a debug adapter sent what is no message: %s", error)
            self.close()

    def close(self) -> None:
        """Note that there will be no more."""
        if not self.is_open:
            return
        self.is_open = False
        self.on_closed(self)
        self.initialized.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(AdapterBroke("the debugger has ended"))
        self._waiting.clear()

    def _take(self, message: dap.Message) -> None:
        match message:
            case dap.Response(request_seq=number) as response:
                self._settle(self._waiting.pop(number, None), response)
            case dap.Event(name="initialized"):
                self.initialized.set()
            case dap.Event() as event if not self._is_of_evaluation(event):
                self._on_event(self, event)
            case dap.Event():
                pass
            case dap.Request() as asked:
                if self._asked >= MAX_ASKED:
                    raise ValueError("it asks for more and more")
                self._asked += 1
                self._tasks.create_task(self._answer(asked))

    def _settle(self, answer: "asyncio.Future[Body] | None", response: dap.Response) -> None:
        if answer is None or answer.done():
            return
        if response.success:
            answer.set_result(response.body)
        else:
            words = response.message or f"{response.command} failed"
            answer.set_exception(RefusedByAdapter(words))

    def _is_of_evaluation(self, event: dap.Event) -> bool:
        """Whether the program only runs, or has run, a function for an expression.

        It stands where it stood then, with the same frames; gdb tells of it all the same.
        """
        is_call = event.name == "continued" or event.body.get("reason") == CALLED
        return is_call and bool(self._evaluating)

    async def _answer(self, asked: dap.Request) -> None:
        try:
            body, error = await self._on_request(asked), ""
        except (ExecutorError, *UNREADABLE) as refusal:
            body, error = {}, str(refusal)
        finally:
            self._asked -= 1
        await self._send(dap.response(next(self._numbers), asked, body, error))


def _retrieve(answer: "asyncio.Future[Body]") -> None:
    """An answer that nobody waits for any more is not worth a warning."""
    if not answer.cancelled():
        answer.exception()
