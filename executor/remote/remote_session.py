"""A debug session that another process drives: the twin of executor.debug_session."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from executor.adapters import check_can
from executor.breakpoints import Breakpoint, Functions
from executor.dap import Body
from executor.debug_start import Start
from executor.debug_state import DebugListener, DebugState, standing_at
from executor.errors import AdapterBroke, EngineUnavailable, WrongState
from executor.remote import values
from executor.remote.link import Answer
from executor.service import Looked, Recall
from executor.stops import Stop

Json = Mapping[str, Any]
Ask = Callable[[str, Json], Awaitable[Answer]]

FINISHED = "the debug session is over"


class RemoteSession:
    """See executor.service.Session. Knows what it was told; what is to be is decided there.

    Args:
        ask: has the executor carry out a command.
        recall: see AdoptedDebug; None where the listener was there from the beginning.
    """

    def __init__(
        self, start: Start, listener: DebugListener, ask: Ask, recall: Recall | None = None
    ) -> None:
        self.state = DebugState.INITIALIZING
        self.stop: Stop | None = None
        self.chosen_exceptions: list[str] = []
        self._start = start
        self._listener = listener
        self._ask = ask
        self._recall_once = recall
        self._capabilities: Json = {}
        self._left = 0
        """The stop that somebody here goes on from, before that is told."""
        self._last_said = 0
        self._unsent: tuple[Sequence[Breakpoint], Functions] | None = None
        """The breakpoints that the executor could not be told of."""

    def check(self, command: str, stop: int) -> None:
        """See Session.check."""
        standing_at(self.state, self.stop, stop)
        if self._left == stop:
            raise WrongState("the program has moved on: it runs")
        check_can(self._start.debugger, self._capabilities, command)

    async def resume(self, command: str, stop: int, thread_id: int | None, by: str) -> None:
        """See Session.resume."""
        told = {"command": command, "stop": stop, "thread_id": thread_id, "by": by}
        await self._leave(stop, "resume", told)

    async def run_to(self, stop: int, path: str, lines: Sequence[int], by: str) -> None:
        """See Session.run_to."""
        await self._leave(stop, "run_to", {"stop": stop, "path": path, "lines": lines, "by": by})

    async def pause(self, thread_id: int | None) -> None:
        """See Session.pause."""
        await self._command("pause", thread_id=thread_id)

    async def stack_trace(self, stop: int, thread_id: int, first: int, levels: int) -> Body:
        """See Session.stack_trace."""
        told = {"stop": stop, "thread_id": thread_id, "first": first, "levels": levels}
        return await self._look("stack_trace", **told)

    async def scopes(self, stop: int, frame_id: int) -> Body:
        """See Session.scopes."""
        return await self._look("scopes", stop=stop, frame_id=frame_id)

    async def variables(
        self, stop: int, reference: int, first: int, count: int, kind: str = ""
    ) -> Body:
        """See Session.variables."""
        told = {"stop": stop, "reference": reference, "first": first, "count": count}
        return await self._look("variables", **told, kind=kind)

    async def evaluate(
        self, stop: int, expression: str, frame_id: int | None, context: str, by: str
    ) -> Body:
        """See Session.evaluate."""
        told = {"stop": stop, "expression": expression, "frame_id": frame_id, "context": context}
        return await self._look("evaluate", **told, by=by)

    async def set_variable(self, stop: int, reference: int, name: str, value: str, by: str) -> Body:
        """See Session.set_variable."""
        told = {"stop": stop, "reference": reference, "name": name, "value": value}
        return await self._look("set_variable", **told, by=by)

    async def completions(self, stop: int, frame_id: int | None, text: str, column: int) -> Body:
        """See Session.completions."""
        told = {"stop": stop, "frame_id": frame_id, "text": text, "column": column}
        return await self._look("completions", **told)

    async def set_breakpoints(self, lines: Sequence[Breakpoint], functions: Functions = ()) -> None:
        """See Session.set_breakpoints; without a connection they are told when there is one."""
        self._unsent = (lines, functions)
        await self._command("set_breakpoints", lines=lines, functions=functions)
        self._unsent = None

    async def set_exceptions(self, filters: Sequence[str]) -> None:
        """See Session.set_exceptions."""
        self.chosen_exceptions = list((await self._command("set_exceptions", filters=filters)).ok)

    def hear(self, event: str, told: Json) -> None:
        """Take what the executor tells."""
        match event:
            case "running":
                self._begin(told)
            case "stopped":
                self._stop_at(values.read_stop(told["stop"]))
            case "continued":
                self._go_on(told["thread_id"], told["by"])
            case "console":
                self._last_said = int(told["number"])
                self._listener.console(str(told["category"]), str(told["text"]))
            case "verified":
                self._listener.verified(values.read_verifications(told["breakpoints"]))
            case "session":
                self._recall(told)
            case _:
                raise ValueError(f"news of {event}")

    def close(self) -> None:
        """It is over."""
        self.state, self.stop = DebugState.TERMINATED, None

    def take_unsent(self) -> Json | None:
        """Return the arguments of `set_breakpoints` that the executor could not be told."""
        unsent, self._unsent = self._unsent, None
        return None if unsent is None else {"lines": unsent[0], "functions": unsent[1]}

    def _begin(self, told: Json) -> None:
        self.state = DebugState.RUNNING
        self._capabilities = told["capabilities"]
        self.chosen_exceptions = list(told["exceptions"])
        self._listener.running(self._capabilities, self.chosen_exceptions)

    def _stop_at(self, stop: Stop) -> None:
        self.state, self.stop = DebugState.STOPPED, stop
        self._listener.stopped(stop)

    def _go_on(self, thread_id: int | None, by: str | None) -> None:
        left, self.stop = self.stop, None
        self.state = DebugState.RUNNING
        if left is not None:
            self._listener.continued(left.number, thread_id, by)

    def _recall(self, told: Json) -> None:
        """Take the whole state, and tell what of it is news."""
        if told["begun"] is not None and self.state is DebugState.INITIALIZING:
            self._begin(told["begun"])
        stop = values.optional(values.read_stop, told["stop"])
        if self.stop is not None and (stop is None or stop.number != self.stop.number):
            self._go_on(None, None)
        if stop is not None and self.stop is None:
            self._stop_at(stop)
        self._listener.verified(values.read_verifications(told["verified"]))
        missed = [said for number, said in told["console"] if number > self._last_said]
        self._last_said = max((number for number, _ in told["console"]), default=self._last_said)
        if self._recall_once is not None:
            self._recall_once(missed, [Looked(**each) for each in told["looked"]])
            self._recall_once = None
        else:
            for said in missed:
                if said.keys() == {"category", "output"}:  # others were said by us
                    self._listener.console(said["category"], said["output"])

    async def _leave(self, stop: int, name: str, told: Json) -> None:
        self._left = stop
        try:
            await self._command(name, **told)
        finally:
            self._left = 0

    async def _look(self, name: str, /, **told: object) -> Body:
        body: Body = (await self._command(name, **told)).ok
        return body

    async def _command(self, name: str, /, **told: object) -> Answer:
        if self.state is DebugState.TERMINATED:
            raise WrongState(FINISHED)
        try:
            return await self._ask(name, told)
        except EngineUnavailable as error:
            raise AdapterBroke(str(error)) from error
