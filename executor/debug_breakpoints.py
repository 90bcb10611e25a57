"""The breakpoints of one debug session: as wanted, as sent to each connection, as verified."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from executor.adapter import AdapterConnection
from executor.breakpoints import (
    Breakpoint,
    FunctionBreakpoint,
    Functions,
    Verification,
    emulation,
    expressions,
    filled_log_message,
    function_breakpoint,
    holds,
    is_called,
    is_hit,
    source_breakpoint,
)
from executor.dap import UNREADABLE, Body
from executor.debug_start import Start
from executor.errors import AdapterRefused
from executor.stops import ROOM_PREFIX, Frame, Stop, StopSign
from executor.words import plain

log = logging.getLogger(__name__)

MAX_MESSAGE = 1000  # characters
MAX_UPDATES = 10_000  # of one session; a program may send them in its debugger's name
NO_FUNCTIONS = "this debugger can't stop at functions by name"
NO_BREAKPOINTS = "the debugger does not take these breakpoints"
NO_CONDITIONS = "this debugger knows no conditions at functions"
TARGET = ""  # the id of the place that a program is to run to
Told = Mapping[str, tuple[Breakpoint, ...]]  # by path


class BreakpointTable:
    """See the module.

    Args:
        tell: is given what has become of all breakpoints, whenever that changes.
    """

    def __init__(self, start: Start, tell: Callable[[Sequence[Verification]], None]) -> None:
        self._log_end = start.debugger.log_end
        self._can_conditions = "functionConditions" not in start.debugger.without
        self._wanted = _by_path(start.breakpoints)
        self._functions = _by_name(start.functions)
        self._target: Breakpoint | None = None
        self._sent: dict[AdapterConnection, dict[str, tuple[Breakpoint, ...]]] = {}
        self._sent_functions: dict[AdapterConnection, Functions] = {}
        self._found: dict[AdapterConnection, dict[str, Verification]] = {}
        self._hits: defaultdict[str, int] = defaultdict(int)
        self._tell = tell
        self._updates_left = MAX_UPDATES

    def want(self, breakpoints: Iterable[Breakpoint], functions: Functions) -> None:
        """Have these and no others, once they are sent."""
        self._wanted = _by_path(breakpoints)
        self._functions = _by_name(functions)

    async def set_target(
        self, place: tuple[str, int] | None, connections: Sequence[AdapterConnection]
    ) -> None:
        """Have the program stop at a place once, or no longer."""
        target = None if place is None else Breakpoint(TARGET, *place)
        if target != self._target:
            self._target = target
            await self.send(connections)

    async def send(self, connections: Sequence[AdapterConnection]) -> None:
        """Tell the adapters what has changed."""
        for connection in connections:
            sent = self._sent.setdefault(connection, {})
            wanted = self._wanted_now()
            for path in sorted({*sent, *wanted}):
                if sent.get(path, ()) != wanted.get(path, ()):
                    sent[path] = wanted.get(path, ())
                    await self._send_file(connection, path, sent[path])
            if self._sent_functions.get(connection, ()) != self._functions:
                self._sent_functions[connection] = self._functions
                await self._send_functions(connection, self._functions)
        self._tell(self.verifications())

    def forget(self, connection: AdapterConnection) -> None:
        """A connection has ended."""
        self._sent.pop(connection, None)
        self._sent_functions.pop(connection, None)
        self._found.pop(connection, None)

    def update(self, connection: AdapterConnection, body: Body) -> None:
        """Take a `breakpoint` event: the adapter knows more of one now."""
        told = body.get("breakpoint")
        if not isinstance(told, dict):
            return
        self._updates_left -= 1
        if self._updates_left < 0:
            raise ValueError("it tells of breakpoints again and again")
        found = self._found.get(connection, {})
        by_number = [each.id for each in found.values() if each.number == told.get("id")]
        for id_ in by_number or self._there(connection, told):
            found[id_] = _verification(id_, {"line": found[id_].line, **told})
        self._tell(self.verifications())

    def _there(self, connection: AdapterConnection, told: Mapping[str, Any]) -> list[str]:
        """Return the ids of those in a place: some adapters number a breakpoint anew."""
        path = str((told.get("source") or {}).get("path") or "").removeprefix(ROOM_PREFIX)
        sent = self._sent.get(connection, {}).get(path, ())
        return [each.id for each in sent if each.line == told.get("line")]

    def verifications(self) -> list[Verification]:
        """Return what has become of each; one that any connection can stop at is good."""
        best: dict[str, Verification] = {}
        for found in self._found.values():
            for verification in found.values():
                known = best.get(verification.id)
                if known is None or verification.verified > known.verified:
                    best[verification.id] = verification
        return list(best.values())

    async def passes(
        self,
        connection: AdapterConnection,
        stop: Stop,
        sign: StopSign,
        say: Callable[[str, str], None],
    ) -> bool:
        """Whether the program is to go on from this stop, which only some log message is for.

        That message is told here, and the conditions are looked at that the adapter can't.
        """
        here: list[Breakpoint | FunctionBreakpoint] = []
        here += self._at(connection, stop, sign)
        here += self._called(connection, stop, sign)
        if not any(emulation(each, connection.capabilities).is_needed for each in here):
            return False
        frame = stop.frames[0]
        passed = [await self._passes(connection, each, frame, say) for each in here]
        return all(passed)

    async def _passes(
        self,
        connection: AdapterConnection,
        place: Breakpoint | FunctionBreakpoint,
        frame: Frame,
        say: Callable[[str, str], None],
    ) -> bool:
        emulated = emulation(place, connection.capabilities)
        if emulated.condition:
            value = await _evaluate(connection, place.condition, frame)
            if value is not None and not holds(value):  # one that fails stops, so that it is seen
                return True
        if emulated.hit_condition:
            self._hits[place.id] += 1
            if not is_hit(place.hit_condition, self._hits[place.id]):
                return True
        if not emulated.log_message:
            return False
        values = [
            await _evaluate(connection, expression, frame) or "?"
            for expression in expressions(place.log_message)
        ]
        say("console", filled_log_message(place.log_message, values) + "\n")
        return True

    def _at(self, connection: AdapterConnection, stop: Stop, sign: StopSign) -> list[Breakpoint]:
        """Return the breakpoints that a stop is for."""
        if "breakpoint" not in sign.reason or not stop.frames:
            return []
        frame, found = stop.frames[0], self._found.get(connection, {})
        numbers = sign.hit_ids
        known = self._sent.get(connection, {}).get(frame.file or "", ())
        return [
            each
            for each in known
            if (verified := found.get(each.id)) is not None
            and (verified.number in numbers or frame.line in {verified.line, each.line})
        ]

    def _called(
        self, connection: AdapterConnection, stop: Stop, sign: StopSign
    ) -> list[FunctionBreakpoint]:
        """Return the functions that a stop is for; not every adapter says which these are."""
        if "breakpoint" not in sign.reason or not stop.frames:
            return []
        found, name = self._found.get(connection, {}), stop.frames[0].name
        is_untold = sign.reason == "function breakpoint" and not sign.hit_ids
        return [
            each
            for each in self._sent_functions.get(connection, ())
            if (verified := found.get(each.id)) is not None
            and (verified.number in sign.hit_ids or (is_untold and is_called(each.name, name)))
        ]

    def _wanted_now(self) -> dict[str, tuple[Breakpoint, ...]]:
        if self._target is None:
            return self._wanted
        path = self._target.path
        others = [each for each in self._wanted.get(path, ()) if each.line != self._target.line]
        return {**self._wanted, path: (*others, self._target)}

    async def _send_file(
        self, connection: AdapterConnection, path: str, breakpoints: Sequence[Breakpoint]
    ) -> None:
        told = [
            source_breakpoint(each, connection.capabilities, self._log_end) for each in breakpoints
        ]
        arguments = {
            "source": {"path": ROOM_PREFIX + path, "name": path.rpartition("/")[2]},
            "breakpoints": told,
            "lines": [each.line for each in breakpoints],
            "sourceModified": False,
        }
        await self._set(connection, "setBreakpoints", arguments, [each.id for each in breakpoints])

    async def _send_functions(self, connection: AdapterConnection, functions: Functions) -> None:
        if not connection.can("supportsFunctionBreakpoints"):
            ids = [each.id for each in functions]
            self._kept(connection).update(_refused(ids, NO_FUNCTIONS))
            return
        able = [each for each in functions if not each.condition or self._can_conditions]
        told = [function_breakpoint(each, connection.capabilities) for each in able]
        ids = [each.id for each in able]
        await self._set(connection, "setFunctionBreakpoints", {"breakpoints": told}, ids)
        unable = [each.id for each in functions if each not in able]
        self._kept(connection).update(_refused(unable, NO_CONDITIONS))

    async def _set(
        self,
        connection: AdapterConnection,
        command: str,
        arguments: Mapping[str, Any],
        ids: Sequence[str],
    ) -> None:
        """Tell an adapter of the breakpoints with these ids, and note what it makes of them."""
        found = self._kept(connection)
        try:
            body = await connection.request(command, arguments)
            for id_, answer in zip(ids, body.get("breakpoints") or (), strict=False):
                found[id_] = _verification(id_, answer)
        except (AdapterRefused, *UNREADABLE) as error:
            log.info("%s was refused: %s", command, error)
            found.update(_refused(ids, plain(str(error), NO_BREAKPOINTS)))

    def _kept(self, connection: AdapterConnection) -> dict[str, Verification]:
        """Return what is known of a connection's breakpoints, without those that are gone."""
        found, ids = self._found.setdefault(connection, {}), self._ids()
        for id_ in [id_ for id_ in found if id_ not in ids]:
            del found[id_]
        return found

    def _ids(self) -> set[str]:
        lines = (each.id for breakpoints in self._wanted_now().values() for each in breakpoints)
        return {*lines, *(each.id for each in self._functions)}


def _verification(id_: str, told: Mapping[str, Any]) -> Verification:
    line = told.get("line")
    return Verification(
        id_,
        verified=told.get("verified") is True,
        line=line if isinstance(line, int) and line > 0 else None,
        message=plain(str(told.get("message") or ""), "")[:MAX_MESSAGE],
        number=told.get("id"),
    )


def _refused(ids: Iterable[str], message: str) -> dict[str, Verification]:
    return {id_: Verification(id_, verified=False, message=message) for id_ in ids}


def _by_path(breakpoints: Iterable[Breakpoint]) -> dict[str, tuple[Breakpoint, ...]]:
    """Return them by file, one for each line: adapters take no more."""
    found: defaultdict[str, dict[int, Breakpoint]] = defaultdict(dict)
    for each in breakpoints:
        found[each.path].setdefault(each.line, each)
    return {path: tuple(lines[line] for line in sorted(lines)) for path, lines in found.items()}


def _by_name(functions: Functions) -> Functions:
    """Return one for each name, as `_by_path` does for each line."""
    found: dict[str, FunctionBreakpoint] = {}
    for each in functions:
        found.setdefault(each.name, each)
    return tuple(found.values())


async def _evaluate(connection: AdapterConnection, expression: str, frame: Frame) -> str | None:
    arguments = {"expression": expression, "frameId": frame.id, "context": "watch"}
    try:
        return str((await connection.request("evaluate", arguments)).get("result", ""))
    except AdapterRefused as error:
        log.debug("%s can't be evaluated: %s", expression, error)
        return None
