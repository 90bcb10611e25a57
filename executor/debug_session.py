"""One debug session: the adapter's side of a program that a whole room debugs.

    INITIALIZING   adapter and program are being started
    CONFIGURING    the adapter takes breakpoints; nothing of the program has run
    RUNNING        the program runs
    STOPPED        it stands still; what it looks like can be asked for
    TERMINATED     it is over

Whoever steps says which stop that is about, so that of two people who press Step at once one is
refused. What an adapter numbers (frames, variables) is valid for one stop.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from executor import dap
from executor.adapter import AdapterConnection
from executor.adapters import Adapters
from executor.breakpoints import Breakpoint, Verification
from executor.dap import Body
from executor.debug_breakpoints import BreakpointTable
from executor.debug_start import Launch, Start
from executor.debuggee import Debuggee
from executor.debuggers import FirstStop
from executor.errors import AdapterBroke, AdapterRefused, WrongState
from executor.inspection import Inspection
from executor.stops import Frame, Stop, StopSign, frames_of, threads_of

log = logging.getLogger(__name__)

STACK_LEVELS = 50  # that everybody is shown at once; more are fetched when looked for
NEEDED = {
    "stepBack": "supportsStepBack",
    "setVariable": "supportsSetVariable",
    "completions": "supportsCompletionsRequest",
}


class DebugState(StrEnum):
    """See the module."""

    INITIALIZING = "initializing"
    CONFIGURING = "configuring"
    RUNNING = "running"
    STOPPED = "stopped"
    TERMINATED = "terminated"


_NEXT = {
    DebugState.INITIALIZING: {DebugState.CONFIGURING, DebugState.TERMINATED},
    DebugState.CONFIGURING: {DebugState.RUNNING, DebugState.TERMINATED},
    DebugState.RUNNING: {DebugState.STOPPED, DebugState.TERMINATED},
    DebugState.STOPPED: {DebugState.STOPPED, DebugState.RUNNING, DebugState.TERMINATED},
    DebugState.TERMINATED: {DebugState.TERMINATED},
}


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


class DebugSession:
    """See the module. The server makes it; `drive` is the executor's."""

    def __init__(self, start: Start, listener: DebugListener) -> None:
        self.state = DebugState.INITIALIZING
        self.stop: Stop | None = None
        self.exit_code: int | None = None
        """The program's, where the debugger tells it."""
        self.is_over = False
        """Whether the debugger has said that the program has ended."""
        self._start = start
        self._listener = listener
        self._breakpoints = BreakpointTable(start.breakpoints, listener.verified)
        self._adapters = Adapters(start, self._breakpoints, self._hear, self._lose)
        self._current: AdapterConnection | None = None
        self._inspection = Inspection()
        self._turn = asyncio.Lock()
        self._events: asyncio.Queue[tuple[AdapterConnection, dap.Event] | None] = asyncio.Queue()
        self._stops = 0
        self._is_at_first_stop = start.debugger.first_stop is FirstStop.PASSED

    @property
    def exception_filters(self) -> list[Mapping[str, Any]]:
        """The kinds of exceptions that the debugger can stop at."""
        return self._adapters.exception_filters

    @property
    def chosen_exceptions(self) -> list[str]:
        """The kinds that it stops at."""
        return self._adapters.chosen_exceptions

    # For participants. All raise WrongState if the program is not where the command takes it to be,
    # AdapterRefused if the debugger can't, and AdapterBroke if it has ended.

    def check(self, command: str, stop: int) -> None:
        """Let a command pass that goes on from a stop."""
        self._check_can(self._at(stop), command)

    async def resume(self, command: str, stop: int, thread_id: int | None, by: str) -> None:
        """Step or continue from a stop; `command` is `next`, `continue` and the like."""
        connection, thread_id = self._leave(command, stop, thread_id, by)
        await self._resume(connection, command, thread_id)

    async def run_to(self, stop: int, path: str, line: int, by: str) -> None:
        """Continue up to a line, or to where it stops before that."""
        connection, thread_id = self._leave("continue", stop, None, by)
        await self._breakpoints.set_target((path, line), self._adapters.open)
        await self._resume(connection, "continue", thread_id)

    async def pause(self, thread_id: int | None) -> None:
        """Have the program stand still, wherever it is."""
        if self.state is not DebugState.RUNNING or self._current is None:
            raise WrongState("the program does not run")
        if thread_id is None:
            threads = threads_of(await self._current.request("threads", {}))
            thread_id = next((int(str(thread["id"])) for thread in threads), 1)
        await self._current.request("pause", {"threadId": thread_id})

    async def stack_trace(self, stop: int, thread_id: int, first: int, levels: int) -> Body:
        """Return frames of a thread: `frames`, and `totalFrames` if it is known."""
        arguments = {"threadId": thread_id, "startFrame": first, "levels": levels}
        body = await self._look(stop, "stackTrace", arguments)
        told = {"frames": [frame.as_json() for frame in self._frames(body)]}
        total = body.get("totalFrames")
        return told | ({"totalFrames": total} if isinstance(total, int) else {})

    async def scopes(self, stop: int, frame_id: int) -> Body:
        """Return a frame's `scopes`."""
        return await self._look(stop, "scopes", {"frameId": frame_id})

    async def variables(self, stop: int, reference: int, first: int, count: int) -> Body:
        """Return the `variables` of a scope or a value; `count` 0 is for all."""
        page = {"start": first, "count": count} if count else {}
        return await self._look(stop, "variables", {"variablesReference": reference, **page})

    async def evaluate(
        self, stop: int, expression: str, frame_id: int | None, context: str
    ) -> Body:
        """Return the `result` of an expression. In a console (`repl`) it may change things."""
        if context == "hover" and not self._at(stop).can("supportsEvaluateForHovers"):
            context = "watch"
        arguments = {"expression": expression, "context": context, **_in_frame(frame_id)}
        if context != "repl":
            return await self._look(stop, "evaluate", arguments)
        return await self._change(stop, "evaluate", arguments)

    async def set_variable(self, stop: int, reference: int, name: str, value: str) -> Body:
        """Change a variable; return its new `value`."""
        arguments = {"variablesReference": reference, "name": name, "value": value}
        return await self._change(stop, "setVariable", arguments)

    async def completions(self, stop: int, frame_id: int | None, text: str, column: int) -> Body:
        """Return `targets` that complete a text."""
        arguments = {"text": text, "column": column, **_in_frame(frame_id)}
        return await self._look(stop, "completions", arguments)

    async def set_breakpoints(self, breakpoints: Sequence[Breakpoint]) -> None:
        """Have these breakpoints and no others, from the program's start on or from now."""
        self._breakpoints.want(breakpoints)
        if self.state in {DebugState.RUNNING, DebugState.STOPPED}:
            await self._adapters.send_breakpoints()

    async def set_exceptions(self, filters: Sequence[str]) -> None:
        """Stop at these kinds of exceptions and no others."""
        self._adapters.exceptions = tuple(filters)
        if self.state in {DebugState.RUNNING, DebugState.STOPPED}:
            await self._adapters.send_exceptions()

    # For the executor

    async def drive(self, debuggee: Debuggee, launch: Launch) -> None:
        """Start the program under its debugger, and see it through to its end.

        Raises:
            AdapterRefused: the debugger could not start it.
            AdapterBroke: the debugger ended before the program.
        """
        await self._adapters.start(debuggee, launch, lambda: self._enter(DebugState.CONFIGURING))
        self._current = self._adapters.open[-1]
        self._enter(DebugState.RUNNING)
        self._listener.running(self._adapters.capabilities, self.chosen_exceptions)
        if self._start.debugger.resumes_at_start:
            await self._current.request("continue", {"threadId": 1})
        while (news := await self._events.get()) is not None:
            await self._handle(*news)

    def end(self) -> None:
        """There is nothing more to come: have `drive` return."""
        self._events.put_nowait(None)

    def close(self) -> None:
        """Refuse whatever is asked from now on."""
        self._enter(DebugState.TERMINATED)
        self.stop = None

    def _lose(self, connection: AdapterConnection, *, is_over: bool = False) -> None:
        """A connection has nothing more to tell; with the first of them the session is over."""
        if connection is self._adapters.first:
            self.is_over |= is_over
            self.end()
        self._adapters.lose(connection)

    def _hear(self, connection: AdapterConnection, event: dap.Event) -> None:
        """Take an event: what is only told on is told at once, the rest in its turn."""
        match event.name:
            case "output":
                self._tell_output(event.body)
            case "breakpoint":
                self._breakpoints.update(connection, event.body)
            case "exited":
                code = event.body.get("exitCode")
                self.exit_code = code if isinstance(code, int) else self.exit_code
                self.is_over = True
            case "capabilities":
                connection.capabilities |= event.body.get("capabilities") or {}
            case "terminated":
                self._lose(connection, is_over=True)
            case "stopped" | "continued":
                self._events.put_nowait((connection, event))
            case _:
                pass  # of threads, modules, processes: asked for when it matters

    def _tell_output(self, body: Body) -> None:
        category, text = body.get("category") or "console", body.get("output")
        silent = self._start.debugger.silent
        if isinstance(text, str) and category != "telemetry" and category not in silent:
            self._listener.console("important" if category == "important" else "console", text)

    async def _handle(self, connection: AdapterConnection, event: dap.Event) -> None:
        try:
            if event.name == "stopped":
                await self._handle_stop(connection, StopSign(event.body))
            elif self.state is DebugState.STOPPED and self.stop is not None:
                self._go_on(self.stop, None, None)
        except AdapterRefused as error:
            log.info("the debugger could not tell where the program is: %s", error)

    async def _handle_stop(self, connection: AdapterConnection, sign: StopSign) -> None:
        stop = await self._look_around(connection, sign)
        await self._breakpoints.set_target(None, self._adapters.open)
        is_first, self._is_at_first_stop = self._is_at_first_stop, False
        is_passed = is_first and not self._start.stop_on_entry and sign.reason != "exception"
        if is_passed or await self._breakpoints.passes(
            connection, stop, sign, self._listener.console
        ):
            await connection.request("continue", {"threadId": stop.thread_id})
            return
        self._current = connection
        self._stops = stop.number
        self._inspection.forget()
        self._enter(DebugState.STOPPED)
        self.stop = stop
        self._listener.stopped(stop)

    async def _look_around(self, connection: AdapterConnection, sign: StopSign) -> Stop:
        """Ask where the program stands."""
        threads_asked = await connection.post("threads", {})
        thread_id = sign.thread_id
        if thread_id is None:
            found = threads_of(await threads_asked)
            thread_id = next((int(str(thread["id"])) for thread in found), 1)
        levels = {"threadId": thread_id, "startFrame": 0, "levels": STACK_LEVELS}
        body = await connection.request("stackTrace", levels)
        description, text = await self._why(connection, sign, thread_id)
        total = body.get("totalFrames")
        return Stop(
            number=self._stops + 1,
            reason=sign.reason,
            description=description,
            text=text,
            thread_id=thread_id,
            frames=self._frames(body),
            threads=threads_of(await threads_asked),
            total_frames=total if isinstance(total, int) else None,
        )

    async def _why(
        self, connection: AdapterConnection, sign: StopSign, thread_id: int
    ) -> tuple[str, str]:
        """Return why it stopped, in short and in full."""
        description, text = sign.text("description"), sign.text("text")
        if sign.reason == "exception" and connection.can("supportsExceptionInfoRequest"):
            told = await connection.request("exceptionInfo", {"threadId": thread_id})
            description = str(told.get("exceptionId") or description)
            text = str(told.get("description") or text)
        return description, text

    def _leave(
        self, command: str, stop: int, thread_id: int | None, by: str
    ) -> tuple[AdapterConnection, int]:
        """Go on from a stop at once, before anybody else can; the adapter is told after that."""
        connection = self._at(stop)
        self._check_can(connection, command)
        left = self._here()
        self._go_on(left, thread_id, by)
        return connection, thread_id or left.thread_id

    def _go_on(self, left: Stop, thread_id: int | None, by: str | None) -> None:
        self._enter(DebugState.RUNNING)
        self.stop = None
        self._listener.continued(left.number, thread_id, by)

    async def _resume(self, connection: AdapterConnection, command: str, thread_id: int) -> None:
        try:
            await connection.request(command, {"threadId": thread_id})
        except AdapterRefused as error:  # it has not moved, but its references may be void
            where = {"reason": "pause", "threadId": thread_id, "description": str(error)}
            self._events.put_nowait((connection, dap.Event("stopped", where)))
            raise

    async def _look(self, stop: int, command: str, arguments: Mapping[str, Any]) -> Body:
        """Ask for something that stays the same during a stop; what is known is not asked again."""
        async with self._turn:
            connection = self._at(stop)
            self._check_can(connection, command)
            answer = await self._inspection.once(command, arguments, connection.request)
            self._at(stop)
            return answer

    async def _change(self, stop: int, command: str, arguments: Mapping[str, Any]) -> Body:
        """Ask for something after which nothing may be as it was."""
        async with self._turn:
            connection = self._at(stop)
            self._check_can(connection, command)
            try:
                return await connection.request(command, arguments)
            finally:
                self._inspection.forget()

    def _at(self, stop: int) -> AdapterConnection:
        here = self._here()
        if here.number != stop:
            raise WrongState(f"the program has moved on: it is at stop {here.number}, not {stop}")
        if self._current is None:
            raise AdapterBroke("the debugger has ended")
        return self._current

    def _here(self) -> Stop:
        if self.state is DebugState.TERMINATED:
            raise WrongState("the debug session is over")
        if self.stop is None:
            raise WrongState("the program has moved on: it runs")
        return self.stop

    def _check_can(self, connection: AdapterConnection, command: str) -> None:
        needed = NEEDED.get(command)
        is_denied = command in self._start.debugger.without
        if is_denied or (needed is not None and not connection.can(needed)):
            raise AdapterRefused(f"{self._start.debugger.name} can't do this ({command})")

    def _frames(self, body: Body) -> tuple[Frame, ...]:
        return frames_of(body, self._start.files)

    def _enter(self, state: DebugState) -> None:
        if state not in _NEXT[self.state]:
            raise AssertionError(f"a debug session can't go from {self.state} to {state}")
        self.state = state


def _in_frame(frame_id: int | None) -> dict[str, int]:
    return {} if frame_id is None else {"frameId": frame_id}
