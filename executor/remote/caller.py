"""A server's connection to its executor: made again and again, as long as there is none."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from executor.dap import UNREADABLE
from executor.errors import EngineUnavailable
from executor.remote import greeting
from executor.remote.address import Address
from executor.remote.link import SILENCE_SECONDS, Answer, Link, Step
from executor.remote.wire import MalformedFrame, Message

log = logging.getLogger(__name__)

Json = Mapping[str, Any]

FIRST_SECONDS = 3.0  # that a server's start waits for its executor, which may be starting, too
FIRST_RETRY_SECONDS = 0.1
MAX_RETRY_SECONDS = 5.0
DISMISSED_SECONDS = 30.0  # before a server that another has replaced tries again
GRACE_SECONDS = 5.0  # in which a lost connection may come back before its runs are given up


class Hearer(Protocol):
    """What is told of the connection."""

    def connected(self, link: Link, welcome: Json) -> None:
        """There is one; `welcome` says what the executor has."""

    def disconnected(self) -> None:
        """There is none at the moment."""

    def given_up(self) -> None:
        """There is none for so long that what runs there is lost."""

    def run_told(self, told: Json, body: bytes) -> None:
        """The executor tells of a run."""

    def load_told(self, load: Json) -> None:
        """The executor tells how much it has to do."""


class Caller:
    """Keeps a connection while it is entered; entering waits a little for the first.

    Args:
        instance: names this server for good: it gets the runs back that it had when it ended.
    """

    def __init__(
        self,
        address: Address,
        instance: str,
        secret: str,
        *,
        silence_seconds: float = SILENCE_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._address = address
        self._instance = instance
        self._secret = secret
        self._silence_seconds = silence_seconds
        self._grace_seconds = grace_seconds
        self._trouble = ""
        self._is_dismissed = False
        self._link: Link | None = None
        self._hearer: Hearer | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._was_tried = asyncio.Event()
        self._giving_up: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._keep())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_SECONDS):
                await self._was_tried.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        if self._giving_up is not None:
            self._giving_up.cancel()

    def hear(self, hearer: Hearer) -> None:
        """Have this told of the connection; to be called before it is entered."""
        self._hearer = hearer

    @property
    def link(self) -> Link | None:
        """The connection; None without one."""
        return self._link

    @property
    def absence(self) -> str:
        """What people are told when there is no connection."""
        return self._trouble or self._no_answer()

    async def call(self, name: str, step: Step = lambda _: None, /, **told: object) -> Answer:
        """Ask the executor for something.

        Raises:
            EngineUnavailable: there is no executor.
            ExecutorError: what it says.
        """
        if self._link is None:
            raise EngineUnavailable(self.absence)
        return await self._link.call(name, step, **told)

    def tell(self, name: str, message: Message) -> None:
        """See Desk.tell."""
        if self._hearer is None:
            return
        match name:
            case "run":
                self._hearer.run_told(message.head, message.body)
            case "load":
                self._hearer.load_told(message.head)
            case "dismissed":
                self._is_dismissed = True
                self._fail(self._no_use(str(message.head["why"])))
            case _:
                raise MalformedFrame(f"news of {name}")

    async def do(self, name: str, message: Message, step: Step) -> Answer:
        """See Desk.do."""
        raise MalformedFrame("an executor asks for nothing")

    def beat(self) -> None:
        """See Desk.beat."""
        if self._link is not None:
            self._link.tell("alive")

    async def _keep(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while True:
            if await self._connect():
                pause = DISMISSED_SECONDS if self._is_dismissed else FIRST_RETRY_SECONDS
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(2 * pause, MAX_RETRY_SECONDS)

    async def _connect(self) -> bool:
        """See one connection through; return whether it came to one."""
        try:
            reader, writer = await self._address.connect()
        except OSError as error:
            self._fail(self._no_answer(error.strerror or str(error)))
            return False
        link = Link(reader, writer, self._silence_seconds)
        try:
            welcome = await greeting.introduce(reader, writer, self._instance, self._secret)
            self._begin(link, welcome)
            await link.serve(self)
        except (EngineUnavailable, OSError, *UNREADABLE) as error:
            self._fail(self._no_use(str(error)))
        except Exception:
            log.exception("the connection to the executor ends")
        finally:
            writer.close()
            is_connected = self._link is link
            self._end(link)
        return is_connected

    def _begin(self, link: Link, welcome: Json) -> None:
        log.info("connected to the executor at %s", self._address)
        self._link, self._trouble, self._is_dismissed = link, "", False
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
        if self._hearer is not None:
            self._hearer.connected(link, welcome)
        self._was_tried.set()

    def _end(self, link: Link) -> None:
        if self._link is not link:
            return
        self._link = None
        loop = asyncio.get_running_loop()
        self._giving_up = loop.call_later(self._grace_seconds, self._give_up)
        if self._hearer is not None:
            log.warning("the connection to the executor at %s is lost", self._address)
            self._hearer.disconnected()

    def _give_up(self) -> None:
        if self._hearer is not None:
            self._hearer.given_up()

    def _no_answer(self, why: str = "") -> str:
        told = f" ({why})" if why else ""
        return f"no executor answers at {self._address}{told}; start it with `codlab executor`"

    def _no_use(self, why: str) -> str:
        return f"the executor at {self._address} can't be used: {why}"

    def _fail(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("%s", trouble)
