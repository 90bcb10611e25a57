"""The adapter connections of one debug session: one, or one for each part of the program."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from executor import dap
from executor.adapter import AdapterConnection
from executor.dap import Body, tables
from executor.debug_breakpoints import BreakpointTable
from executor.debug_start import Launch, Start
from executor.debuggee import Debuggee
from executor.debuggers import Debugger
from executor.errors import AdapterBroke, AdapterRefused

NEEDED = {
    "stepBack": "supportsStepBack",
    "setVariable": "supportsSetVariable",
    "completions": "supportsCompletionsRequest",
}
START_SECONDS = 60.0  # for a program to be loaded by its debugger on a machine under load
INITIALIZE = {
    "clientID": "codlab",
    "clientName": "CodLabStudio",
    "adapterID": "codlab",
    "locale": "en",
    "linesStartAt1": True,
    "columnsStartAt1": True,
    "pathFormat": "path",
    "supportsVariableType": True,
    "supportsVariablePaging": True,
    "supportsRunInTerminalRequest": True,
    "supportsStartDebuggingRequest": True,
}


class Adapters:
    """Opens connections and has them configured; answers what adapters ask for.

    Args:
        on_event: is told of every event of any of them, in order.
        on_closed: is told of one that has ended.
    """

    def __init__(
        self,
        start: Start,
        breakpoints: BreakpointTable,
        on_event: Callable[[AdapterConnection, dap.Event], None],
        on_closed: Callable[[AdapterConnection], None],
    ) -> None:
        self.capabilities: Mapping[str, Any] = {}
        self.open: list[AdapterConnection] = []
        self.first: AdapterConnection | None = None
        self.exceptions = start.exceptions
        self._start = start
        self._breakpoints = breakpoints
        self._on_event = on_event
        self._on_closed = on_closed
        self._debuggee: Debuggee | None = None
        self._launch: Launch | None = None

    @property
    def exception_filters(self) -> list[Mapping[str, Any]]:
        """The kinds of exceptions that the debugger can stop at."""
        return tables(self.capabilities, "exceptionBreakpointFilters", "filter")

    @property
    def chosen_exceptions(self) -> list[str]:
        """The kinds that it stops at."""
        offered = [str(each["filter"]) for each in self.exception_filters]
        chosen = self._start.debugger.exceptions if self.exceptions is None else self.exceptions
        return [name for name in offered if name in chosen]

    async def start(
        self, debuggee: Debuggee, launch: Launch, configuring: Callable[[], None]
    ) -> AdapterConnection:
        """Start the program under its debugger; return the connection that is about all of it.

        Raises:
            AdapterRefused: the debugger could not start it.
            AdapterBroke: the debugger ended.
        """
        self._debuggee, self._launch = debuggee, launch
        debugger = self._start.debugger
        if debugger.program:
            await debuggee.spawn(launch.program(debugger), launch.env)
        connection = await self._connect(debuggee)
        self.capabilities = connection.capabilities
        await self._begin(connection, debugger.request, launch.arguments(self._start), configuring)
        return connection

    def check_can(self, connection: AdapterConnection, command: str) -> None:
        """Let a command pass that the debugger knows. Raises AdapterRefused."""
        check_can(self._start.debugger, connection.capabilities, command)

    def check_exceptions(self, filters: Sequence[str]) -> None:
        """Let kinds of exceptions pass that the debugger knows. Raises AdapterRefused."""
        offered = [str(each["filter"]) for each in self.exception_filters]
        unknown = [name for name in filters if name not in offered]
        if self.capabilities and unknown:  # before that, nobody knows
            known = ", ".join(offered) or "none"
            raise AdapterRefused(f"there are no exceptions {unknown[0]!r} to stop at, but: {known}")

    async def send_breakpoints(self) -> None:
        """Tell them what has changed."""
        await self._breakpoints.send(self.open)

    async def send_exceptions(self) -> None:
        """Tell them what to stop at."""
        for connection in self.open:
            await self._send_exceptions(connection)

    async def send_late_changes(self) -> None:
        """Tell them what has changed since they were configured."""
        await self.send_breakpoints()
        for connection in self.open:
            if connection.exceptions != self.chosen_exceptions:
                await self._send_exceptions(connection)

    def lose(self, connection: AdapterConnection) -> None:
        """A connection has ended."""
        if connection in self.open:
            self.open.remove(connection)
        self._breakpoints.forget(connection)

    async def _connect(self, debuggee: Debuggee) -> AdapterConnection:
        address = self._start.debugger.address
        connection = await debuggee.open(address, self._on_event, self._answer)
        connection.on_closed = self._on_closed
        self.open.append(connection)
        self.first = self.first or connection
        connection.capabilities |= await connection.request("initialize", INITIALIZE, START_SECONDS)
        for name in self._start.debugger.without:
            connection.capabilities.pop(name, None)
        return connection

    async def _begin(
        self,
        connection: AdapterConnection,
        request: str,
        arguments: Mapping[str, Any],
        configuring: Callable[[], None],
    ) -> None:
        """Have the program, or a part of it, launched or attached to.

        The answer to that comes after the configuration with some adapters, before it with others.
        """
        started = await connection.post(request, arguments)
        initialized = asyncio.ensure_future(connection.initialized.wait())
        either: list[asyncio.Future[Any]] = [started, initialized]
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if started.done():
                    await started
                await initialized
                configuring()
                await self._configure(connection)
                await started
        except TimeoutError:
            raise AdapterRefused("the debugger did not start the program in time") from None
        finally:
            initialized.cancel()

    async def _configure(self, connection: AdapterConnection) -> None:
        await self._breakpoints.send([connection])
        await self._send_exceptions(connection)
        if connection.can("supportsConfigurationDoneRequest"):
            await connection.request("configurationDone", {})

    async def _send_exceptions(self, connection: AdapterConnection) -> None:
        connection.exceptions = self.chosen_exceptions
        if self.exception_filters:
            chosen = {"filters": connection.exceptions}
            body = await connection.request("setExceptionBreakpoints", chosen)
            told = tables(body, "breakpoints", "id")
            connection.exception_ids = {each["id"] for each in told if isinstance(each["id"], int)}

    async def _answer(self, asked: dap.Request) -> Body:
        """Do what an adapter asks for."""
        if self._debuggee is None or self._launch is None:
            raise AdapterBroke("the session has not started")
        match asked.command:
            case "runInTerminal":
                env = dict(self._launch.env) | _env(asked.arguments.get("env"))
                return {"processId": await self._debuggee.spawn(_words(asked), env)}
            case "startDebugging":
                arguments = asked.arguments
                connection = await self._connect(self._debuggee)
                configuration = arguments.get("configuration") or {}
                request = str(arguments.get("request") or "launch")
                await self._begin(connection, request, configuration, lambda: None)
                return {}
            case other:
                raise AdapterRefused(f"{other} is not supported")


def check_can(debugger: Debugger, capabilities: Mapping[str, Any], command: str) -> None:
    """Let a command pass that a debugger with these capabilities knows. Raises AdapterRefused."""
    needed = NEEDED.get(command)
    if command in debugger.without or (needed and capabilities.get(needed) is not True):
        raise AdapterRefused(f"{debugger.name} can't do this ({command})")


def _words(asked: dap.Request) -> tuple[str, ...]:
    words = asked.arguments.get("args")
    if not isinstance(words, Sequence) or not words:
        raise AdapterRefused("there is no command")
    return tuple(map(str, words))


def _env(told: object) -> dict[str, str]:
    if not isinstance(told, Mapping):
        return {}
    return {str(name): str(value) for name, value in told.items() if value is not None}
