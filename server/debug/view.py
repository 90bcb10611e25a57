"""A debug session as its room sees it: what everybody is told, and what a newcomer needs."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from collab.room import Room
from executor.breakpoints import Verification
from executor.inspection import Part
from executor.service import Handle
from executor.stops import Stop
from server.clock import milliseconds
from server.debug.answers import Answers, may_be_told
from server.debug.watches import Value, WatchedValues

KEPT_CONSOLE_CHARACTERS = 64 << 10  # that a newcomer is shown
CONSOLE_CHARACTERS = 1 << 20  # of one session; the log of events keeps them
OUTPUT_CHARACTERS = 16 << 10  # of one piece
PIECE_CHARACTERS = 32  # for which a piece counts besides: even empty ones cost something
MOMENT_SECONDS = 0.02  # in which nobody sees a difference: little more than a frame of a screen
DEADLINE_STEP_MS = 30_000  # by which a deadline moves before it is told again
_SHOWN = ("result", "variablesReference", "namedVariables", "indexedVariables")
CUT = "[the console's limit is reached; the rest is not shown]\n"


class DebugView:
    """Listens to a session (`executor.debug_session.DebugListener`) and tells its room."""

    def __init__(self, room: Room, by: str, driver: Callable[[], str | None]) -> None:
        self.run = 0
        self.handle: Handle | None = None
        self.state = "starting"
        self.scopes: Answers[int, object] = Answers()
        self.variables: Answers[Part, object] = Answers()
        self.watches: WatchedValues | None = None
        self._room = room
        self._by = by
        self._driver = driver
        self._capabilities: Mapping[str, Any] = {}
        self._chosen: Sequence[str] = ()
        self._evaluations: Answers[tuple[int, int | None, str], Mapping[str, object]] = Answers()
        self._stop: dict[str, object] = {}
        self._rests = asyncio.Event()
        """Cleared while the program runs."""
        self._told_deadline: int | None = None
        self._verified: Sequence[Verification] = ()
        self._unplaced: Sequence[Verification] = ()
        self._breakpoints: list[dict[str, object]] = []
        self._console: deque[dict[str, object]] = deque()
        self._console_characters = 0
        self._characters_left = CONSOLE_CHARACTERS

    @property
    def stop(self) -> int | None:
        """The number of the stop where the program stands; None if it does not."""
        number = self._stop.get("stop")
        return number if isinstance(number, int) else None

    def begin(self, run: int, handle: Handle | None) -> None:
        """The session was admitted, under that number."""
        self.run, self.handle = run, handle

    def starting(self) -> None:
        """Tells that it begins."""
        self._room.publish("debug.starting", run=self.run, driver=self._driver(), by=self._by)

    def running(self, capabilities: Mapping[str, Any], exceptions: Sequence[str]) -> None:
        """See `DebugListener`."""
        self.state = "running"
        self._capabilities, self._chosen = _told_capabilities(capabilities), exceptions
        self._told_deadline = self.deadline
        self._room.publish(
            "debug.started",
            run=self.run,
            capabilities=self._capabilities,
            exceptions=self._exceptions(),
            deadline=self._told_deadline,
        )

    def stopped(self, stop: Stop) -> None:
        """See `DebugListener`."""
        top = stop.top
        self.state = "stopped"
        self._stop = {
            "stop": stop.number,
            "reason": stop.reason,
            **({"description": stop.description} if stop.description else {}),
            **({"text": stop.text} if stop.text else {}),
            **({"hitBreakpointIds": list(stop.breakpoints)} if stop.breakpoints else {}),
            "threadId": stop.thread_id,
            "frameId": top and top.id,
            "file": top and top.file,
            "line": top and top.line,
            "column": top and top.column,
            "frames": [frame.as_json() for frame in stop.frames],
            "totalFrames": stop.total_frames,
            "threads": list(stop.threads),
        }
        self._room.publish("debug.stopped", **self._stop, driver=self._driver(), run=self.run)
        self._room.flush()  # it is what everybody waits for
        self._rests.set()
        if self.watches is not None:
            self.watches.stand()

    def continued(self, stop: int, thread_id: int | None, by: str | None) -> None:
        """See `DebugListener`."""
        self.state, self._stop = "running", {}
        for answers in (self.scopes, self.variables, self._evaluations):
            answers.clear()
        if self.watches is not None:
            self.watches.leave()
        self._rests.clear()
        # A step mostly ends within a moment, and then one write tells all of both.
        self._room.note("debug.continued", run=self.run, stop=stop, threadId=thread_id, by=by)
        asyncio.get_running_loop().call_later(MOMENT_SECONDS, self._room.flush)

    async def settle(self) -> None:
        """Returns when the program stands still, or has run for a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOMENT_SECONDS):
                await self._rests.wait()

    def console(self, category: str, text: str) -> None:
        """See `DebugListener`; no more than there is room for in the log of events."""
        if not text or self._characters_left <= 0:
            return
        self._characters_left -= len(text) + PIECE_CHARACTERS
        self.say(category, text if self._characters_left > 0 else CUT)

    def verified(self, verifications: Sequence[Verification]) -> None:
        """See `DebugListener`."""
        self._verified = verifications
        self._tell_breakpoints()

    def unplaced(self, verifications: Sequence[Verification]) -> None:
        """Tells of breakpoints that have no line in the text that runs."""
        self._unplaced = verifications
        self._tell_breakpoints()

    def choose(self, exceptions: Sequence[str]) -> None:
        """Tells which kinds of exceptions the program stops at."""
        self._chosen = exceptions
        self._room.publish("debug.exceptions", run=self.run, exceptions=self._exceptions())

    def changed(self) -> None:
        """Something was changed: no expression need be what it was."""
        self._evaluations.clear()
        if self.watches is not None:
            self.watches.change()

    def watched(self, stop: Stop, values: Sequence[Value]) -> None:
        """Tells what watched expressions are."""
        self._room.publish(
            "debug.watches",
            run=self.run,
            stop=stop.number,
            frameId=stop.top and stop.top.id,
            watches=values,
        )

    def say(self, category: str, text: str, **more: object) -> None:
        """Shows something in everybody's console: what people did there, always."""
        output = {"category": category, "output": text[:OUTPUT_CHARACTERS], **more}
        if more and self.handle is not None:
            self.handle.note(output)
        self.show(output)

    def show(self, output: dict[str, object]) -> None:
        """Shows an entry of the console, the fields of a `debug.output`."""
        self._console.append(output)
        self._console_characters += _characters(output)
        while self._console_characters > KEPT_CONSOLE_CHARACTERS:
            self._console_characters -= _characters(self._console.popleft())
        self._room.publish("debug.output", run=self.run, **output)

    def scoped(self, stop: int, frame: int, scopes: object) -> None:
        """Shows everybody the scopes of a frame that somebody looked at, unless they know them."""
        if self.scopes.put(frame, scopes):
            self._room.publish(
                "debug.scopes", run=self.run, stop=stop, frameId=frame, scopes=scopes
            )

    def opened(self, stop: int, part: Part, variables: object) -> None:
        """Shows everybody the variables that somebody looked at, unless they know them."""
        if not self.variables.put(part, variables):
            return
        self._room.publish(
            "debug.variables",
            run=self.run,
            stop=stop,
            variablesReference=part.reference,
            variables=variables,
            start=part.start,
            count=part.count,
            **({"filter": part.kind} if part.kind else {}),
        )

    def evaluation(
        self, stop: int, frame: int | None, expression: str
    ) -> Mapping[str, object] | None:
        """What an expression was found to be at this stop."""
        return self._evaluations.get((stop, frame, expression))

    def evaluated(
        self, stop: int, frame: int | None, expression: str, result: Mapping[str, object], by: str
    ) -> None:
        """Tells what an expression is, for all who look at it."""
        if not self._evaluations.put((stop, frame, expression), result):
            return
        self._room.publish(
            "debug.evaluated",
            run=self.run,
            stop=stop,
            frameId=frame,
            expression=expression,
            by=by,
            **{key: result[key] for key in _SHOWN if key in result},
            **value_type(result),
        )

    def ended(self, outcome: str | None) -> None:
        """Tells that it is over."""
        if self.watches is not None:
            self.watches.leave()
        self._rests.set()
        self._room.publish("debug.ended", run=self.run, outcome=outcome)

    def extended(self, by: str) -> None:
        """Tells that there is more time."""
        self._told_deadline = self.deadline
        self._room.publish("debug.extended", run=self.run, deadline=self._told_deadline, by=by)

    def touched(self, by: str) -> None:
        """Somebody did something; tells all if the session lasts longer by that than they know."""
        deadline, told = self.deadline, self._told_deadline
        if deadline is not None and told is not None and deadline - told >= DEADLINE_STEP_MS:
            self.extended(by)

    @property
    def deadline(self) -> int | None:
        """When it ends if nobody does anything, in milliseconds since the epoch."""
        left = None if self.handle is None else self.handle.seconds_left
        return None if left is None else milliseconds() + round(left * 1000)

    def as_json(self) -> dict[str, object]:
        """The session as a newcomer is shown it."""
        told: dict[str, object] = {
            "state": self.state,
            "run": self.run,
            "driver": self._driver(),
            "by": self._by,
            "capabilities": self._capabilities,
            "exceptions": self._exceptions(),
            "breakpoints": self._breakpoints,
            "console": list(self._console),
            "deadline": self.deadline,
        }
        if self.state != "stopped":
            return told
        opened = {"scopes": self.scopes.as_json(), "variables": self.variables.as_json()}
        watched = {"watches": [] if self.watches is None else self.watches.as_json()}
        return told | self._stop | opened | watched

    def _exceptions(self) -> dict[str, object]:
        filters = self._capabilities.get("exceptionBreakpointFilters") or []
        return {"filters": filters, "chosen": list(self._chosen)}

    def _tell_breakpoints(self) -> None:
        breakpoints = [_told(each) for each in (*self._verified, *self._unplaced) if each.id]
        if breakpoints != self._breakpoints:
            self._breakpoints = breakpoints
            self._room.publish("debug.breakpoints", run=self.run, breakpoints=breakpoints)


def value_type(result: Mapping[str, object]) -> dict[str, object]:
    """A value's type, by a name of its own: `type` is an event's."""
    return {"valueType": result["type"]} if "type" in result else {}


def _told(verification: Verification) -> dict[str, object]:
    told: dict[str, object] = {"id": verification.id, "verified": verification.verified}
    if verification.line is not None:
        told["line"] = verification.line
    return told | ({"message": verification.message} if verification.message else {})


def _characters(output: Mapping[str, object]) -> int:
    texts = output["output"], output.get("expression", "")
    return PIECE_CHARACTERS + sum(len(str(text)) for text in texts)


def _told_capabilities(claimed: Mapping[str, Any]) -> dict[str, object]:
    """What an adapter claims, as it was when it began, and as far as it may be told."""
    told = dict(claimed)
    return told if may_be_told(told) else {}
