"""One debug session: the adapter's side of a program that a whole room debugs.

Whoever steps says which stop that is about, so that of two people who press Step at once one is
refused. What an adapter numbers (frames, variables) is valid for one stop.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from executor import dap
from executor.adapter import AdapterConnection
from executor.adapters import Adapters
from executor.breakpoints import TARGET, Breakpoint, Functions
from executor.dap import UNREADABLE, Body
from executor.debug_breakpoints import BreakpointTable
from executor.debug_start import Launch, Start
from executor.debug_state import DebugListener, DebugState, entered, standing, standing_at
from executor.debuggee import Debuggee
from executor.debuggers import FirstStop
from executor.errors import AdapterBroke, AdapterRefused, WrongState
from executor.looks import Looks
from executor.output import Throttle
from executor.steps import Step
from executor.stops import Stop, StopSign, first_thread
from executor.surroundings import code_in, code_of, exit_code, look_around, reason
from executor.words import GONE, plain

log = logging.getLogger(__name__)

MAX_EVENTS = 1000  # that wait; nobody's program stops so often while it is looked at once
NOT_HERE = "the debugger can't do this here"
STOPS_PER_SECOND = 50.0  # that a room is told of; a key that is held down steps 30 times


class DebugSession:
    """See the module and executor.service.Session; what comes from `drive` on is the runner's."""

    def __init__(self, start: Start, listener: DebugListener) -> None:
        self.state = DebugState.INITIALIZING
        self.stop: Stop | None = None
        self.exit_code: int | None = None
        """The program's, where the debugger tells it."""
        self.is_over = False
        """Whether the debugger has said that the program has ended."""
        self._start = start
        self._listener = listener
        self._breakpoints = BreakpointTable(start, listener.verified)
        self._adapters = Adapters(start, self._breakpoints, self._hear, self._lose)
        self._current: AdapterConnection | None = None
        self._looks = Looks(start, self._at, self._adapters.check_can)
        self._events: asyncio.Queue[tuple[AdapterConnection, dap.Event] | None] = asyncio.Queue()
        self._aiming = asyncio.Lock()  # there is one place to run to at a time
        self._stops = 0
        self._step = Step("continue", 0, 0)
        self._pace = Throttle(STOPS_PER_SECOND, now=0)
        self._is_at_first_stop = start.debugger.first_stop is FirstStop.PASSED

    @property
    def chosen_exceptions(self) -> list[str]:
        """See Session.chosen_exceptions."""
        return self._adapters.chosen_exceptions

    def check(self, command: str, stop: int) -> None:
        """See Session.check."""
        self._adapters.check_can(self._at(stop), command)

    async def resume(self, command: str, stop: int, thread_id: int | None, by: str) -> None:
        """See Session.resume."""
        await self._resume(self._leave(command, stop, thread_id, by), command, thread_id)

    async def run_to(self, stop: int, path: str, lines: Sequence[int], by: str) -> None:
        """See Session.run_to."""
        async with self._aiming:
            self.check("continue", stop)
            try:
                await self._breakpoints.aim(path, lines, self._adapters.open)
                left = self._leave("continue", stop, None, by)
            except (WrongState, AdapterRefused, asyncio.CancelledError) as error:
                await self._breakpoints.set_target(None, self._adapters.open)
                if isinstance(error, AdapterRefused):
                    self._at(stop)  # which tells more, if it is not that any more
                raise
        await self._resume(left, "continue", None)

    async def pause(self, thread_id: int | None) -> None:
        """See Session.pause."""
        if self.state is not DebugState.RUNNING or self._current is None:
            raise WrongState("the program does not run")
        if thread_id is None:
            thread_id = first_thread(await self._current.request("threads", {}))
        await self._current.pause(thread_id)

    async def stack_trace(self, stop: int, thread_id: int, first: int, levels: int) -> Body:
        """See Session.stack_trace."""
        return await self._looks.stack_trace(stop, thread_id, first, levels)

    async def scopes(self, stop: int, frame_id: int) -> Body:
        """See Session.scopes."""
        return await self._looks.scopes(stop, frame_id)

    async def variables(
        self, stop: int, reference: int, first: int, count: int, kind: str = ""
    ) -> Body:
        """See Session.variables."""
        return await self._looks.variables(stop, reference, first, count, kind)

    async def evaluate(
        self, stop: int, expression: str, frame_id: int | None, context: str, by: str
    ) -> Body:
        """See Session.evaluate."""
        return await self._looks.evaluate(stop, expression, frame_id, context, by)

    async def set_variable(self, stop: int, reference: int, name: str, value: str, by: str) -> Body:
        """See Session.set_variable."""
        return await self._looks.set_variable(stop, reference, name, value, by)

    async def completions(self, stop: int, frame_id: int | None, text: str, column: int) -> Body:
        """See Session.completions."""
        return await self._looks.completions(stop, frame_id, text, column)

    async def set_breakpoints(self, lines: Sequence[Breakpoint], functions: Functions = ()) -> None:
        """See Session.set_breakpoints."""
        self._breakpoints.want(lines, functions)
        if self.state in {DebugState.RUNNING, DebugState.STOPPED}:
            await self._adapters.send_breakpoints()

    async def set_exceptions(self, filters: Sequence[str]) -> None:
        """See Session.set_exceptions."""
        self._adapters.check_exceptions(filters)
        self._adapters.exceptions = tuple(filters)
        if self.state in {DebugState.RUNNING, DebugState.STOPPED}:
            await self._adapters.send_exceptions()

    async def drive(self, debuggee: Debuggee, launch: Launch) -> None:
        """Start the program under its debugger, and see it through to its end.

        Raises:
            AdapterRefused: the debugger could not start it.
            AdapterBroke: the debugger ended before the program.
        """
        connection = await self._adapters.start(
            debuggee, launch, lambda: self._enter(DebugState.CONFIGURING)
        )
        self._current = connection
        self._enter(DebugState.RUNNING)
        self._listener.running(self._adapters.capabilities, self.chosen_exceptions)
        await self._adapters.send_late_changes()
        if self._start.debugger.resumes_at_start:
            await connection.request("continue", {"threadId": 1})
        while (news := await self._events.get()) is not None:
            await self._handle(*news)
        code = await exit_code(connection, self._start, self.exit_code)
        self.exit_code = self.exit_code if code is None else code

    def end(self) -> None:
        """There is nothing more to come: have `drive` return."""
        self._events.put_nowait(None)

    def close(self) -> None:
        """Refuse whatever is asked from now on."""
        self._enter(DebugState.TERMINATED)
        self.stop = None

    def _note_end(self, connection: AdapterConnection, event: dap.Event) -> None:
        self.exit_code = code_of(event.body.get("exitCode"), self.exit_code)
        self.is_over = self.is_over or event.name == "exited"
        if event.name == "terminated":
            self._lose(connection, is_over=True)

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
            case "thread":
                connection.tells_of_threads, connection.threads = True, None
            case "exited" | "terminated":
                self._note_end(connection, event)
            case "capabilities":
                connection.capabilities |= event.body.get("capabilities") or {}
            case "stopped" | "continued":
                if self._events.qsize() >= MAX_EVENTS:
                    raise ValueError("it tells of more and more stops")
                self._events.put_nowait((connection, event))
            case _:
                pass  # of modules, processes, sources

    def _tell_output(self, body: Body) -> None:
        category, text = body.get("category") or "console", str(body.get("output") or "")
        if (code := code_in(text, self._start)) is not None:
            self.exit_code = code
        elif category != "telemetry" and category not in self._start.debugger.silent:
            self._listener.console("important" if category == "important" else "console", text)

    async def _handle(self, connection: AdapterConnection, event: dap.Event) -> None:
        try:
            if event.name == "stopped":
                await self._handle_stop(connection, StopSign(event.body))
            elif self.state is DebugState.STOPPED and self.stop is not None:
                self._go_on(self.stop, None, None)
        except (AdapterRefused, *UNREADABLE) as error:
            log.info("the debugger could not tell where the program is: %s", error)
        finally:
            connection.pausing.clear()

    async def _handle_stop(self, connection: AdapterConnection, sign: StopSign) -> None:
        stop = await look_around(connection, sign, self._stops + 1, self._start)
        if self._is_passed(sign):
            await connection.request("continue", {"threadId": stop.thread_id})
            return
        if sign.reason == "entry" and not stop.frames:  # it is not in any line yet
            await connection.request("stepIn", {"threadId": stop.thread_id})
            return
        hit = await self._breakpoints.reasons(connection, stop, sign, self._listener.console)
        if hit is None and not self._step.ends_at(stop):
            await connection.request(self._step.way_on(stop), {"threadId": stop.thread_id})
            return
        await self._breakpoints.set_target(None, self._adapters.open)
        await asyncio.sleep(self._pace.delay(1, asyncio.get_running_loop().time()))
        if self.stop is not None:  # it stood still, and has stopped again, or elsewhere
            self._go_on(self.stop, None, None)
        self._current = connection
        places = tuple(id_ for id_ in hit or () if id_ != TARGET)
        stop = replace(stop, reason=reason(stop, hit, self._start), breakpoints=places)
        self._stops, self.stop = stop.number, stop
        self._looks.begin(stop)
        self._enter(DebugState.STOPPED)
        self._listener.stopped(stop)

    def _is_passed(self, sign: StopSign) -> bool:
        """Whether a stop is only an adapter's way to begin."""
        is_first, self._is_at_first_stop = self._is_at_first_stop, False
        return is_first and not self._start.stop_on_entry and sign.reason != "exception"

    def _leave(
        self, command: str, stop: int, thread_id: int | None, by: str
    ) -> tuple[AdapterConnection, Stop]:
        """Go on from a stop at once, before anybody else can; the adapter is told after that."""
        connection = self._at(stop)
        self._adapters.check_can(connection, command)
        self._looks.check_thread(thread_id)
        left = standing(self.state, self.stop)
        self._step = Step.leaving(left, command, thread_id)
        self._go_on(left, thread_id, by)
        return connection, left

    def _go_on(self, left: Stop, thread_id: int | None, by: str | None) -> None:
        self._enter(DebugState.RUNNING)
        self.stop = None
        self._listener.continued(left.number, thread_id, by)

    async def _resume(
        self, place: tuple[AdapterConnection, Stop], command: str, thread_id: int | None
    ) -> None:
        connection, left = place
        try:
            await connection.request(command, {"threadId": thread_id or left.thread_id})
        except AdapterRefused as error:  # it has not moved, but its references may be void
            log.info("%s was refused: %s", command, error)
            why = plain(str(error), NOT_HERE)
            where = {"reason": "pause", "threadId": left.thread_id, "description": why}
            self._events.put_nowait((connection, dap.Event("stopped", where)))
            raise AdapterRefused(why) from None

    def _at(self, stop: int) -> AdapterConnection:
        standing_at(self.state, self.stop, stop)
        if self._current is None or not self._current.is_open:
            raise AdapterBroke(GONE)
        return self._current

    def _enter(self, state: DebugState) -> None:
        self.state = entered(self.state, state)
