"""The breakpoints of one debug session: as wanted, as sent to each connection, as verified."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from executor.adapter import AdapterConnection
from executor.breakpoints import (
    TARGET,
    Breakpoint,
    Emulation,
    FunctionBreakpoint,
    Functions,
    Verification,
    by_name,
    by_path,
    emulation,
    function_breakpoint,
    in_order,
    is_called,
    line_breakpoint,
    read_verification,
    unverified,
)
from executor.dap import UNREADABLE, Body
from executor.debug_start import Start
from executor.emulator import Emulator
from executor.errors import AdapterRefused, AdapterSilent
from executor.questions import ANSWER_SECONDS
from executor.stops import ROOM_PREFIX, Stop, StopSign
from executor.words import plain

log = logging.getLogger(__name__)

MAX_UPDATES = 10_000  # of one session; a program may send them in its debugger's name
NO_FUNCTIONS = "this debugger can't stop at functions by name"
NO_BREAKPOINTS = "the debugger does not take these breakpoints"
NO_CONDITIONS = "this debugger knows no conditions at functions"


class BreakpointTable:
    """See the module.

    Args:
        tell: is given what has become of all breakpoints, whenever that changes.
    """

    def __init__(self, start: Start, tell: Callable[[Sequence[Verification]], None]) -> None:
        self._log_end = start.debugger.log_end
        self._can_conditions = "functionConditions" not in start.debugger.without
        self._verifies_late = start.debugger.verifies_late
        self._wanted = by_path(start.breakpoints)
        self._functions = by_name(start.functions)
        self._target: Breakpoint | FunctionBreakpoint | None = start.entry
        self._sent: dict[AdapterConnection, dict[str, tuple[Breakpoint, ...]]] = {}
        self._sent_functions: dict[AdapterConnection, Functions] = {}
        self._found: dict[AdapterConnection, dict[str, Verification]] = {}
        self._emulator = Emulator()
        self._sending = asyncio.Lock()
        self._tell = tell
        self._updates_left = MAX_UPDATES

    def want(self, breakpoints: Iterable[Breakpoint], functions: Functions) -> None:
        """Have these and no others, once they are sent."""
        self._wanted = by_path(breakpoints)
        self._functions = by_name(functions)

    async def set_target(
        self, place: tuple[str, int] | None, connections: Sequence[AdapterConnection]
    ) -> None:
        """Have the program stop at a place once, or no longer."""
        target = None if place is None else Breakpoint(TARGET, *place)
        if target != self._target:
            self._target = target
            await self.send(connections)

    async def aim(
        self, path: str, lines: Sequence[int], connections: Sequence[AdapterConnection]
    ) -> None:
        """Have the program stop once at the first of these lines that has code.

        Raises:
            AdapterRefused: none has; AdapterSilent: it does not say so in time.
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if await self._find_aim(path, lines, connections):
                    return
        except TimeoutError:
            raise AdapterSilent("the debugger does not say whether it can stop there") from None
        if self._verifies_late:  # it may be in what is not loaded yet
            await self.set_target((path, lines[0]), connections)
            return
        raise AdapterRefused(f"there is no code on line {lines[0]} of {path}, or just after it")

    async def _find_aim(
        self, path: str, lines: Sequence[int], connections: Sequence[AdapterConnection]
    ) -> bool:
        for line in lines:
            await self.set_target((path, line), connections)
            if self._is_aimed(line):
                return True
        return False

    def _is_aimed(self, line: int) -> bool:
        """Whether a program can stop there; for a line without code some take one before."""
        told = [found[TARGET] for found in self._found.values() if TARGET in found]
        return any(each.verified and (each.line or line) >= line for each in told)

    async def send(self, connections: Sequence[AdapterConnection]) -> None:
        """Tell the adapters what has changed; what is known of that then is what they answered."""
        async with self._sending:
            for connection in tuple(connections):
                await self._send(connection)
        self._tell(self.verifications())

    async def _send(self, connection: AdapterConnection) -> None:
        sent, wanted = self._sent.setdefault(connection, {}), self._wanted_now()
        for path in sorted({*sent, *wanted}):
            if sent.get(path, ()) != wanted.get(path, ()):
                sent[path] = wanted.get(path, ())
                await self._send_file(connection, path, sent[path])
        functions = self._functions_now()
        if self._sent_functions.get(connection, ()) != functions:
            self._sent_functions[connection] = functions
            await self._send_functions(connection, functions)

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
            # It may be told of before the request that set it is answered.
            line = found[id_].line if id_ in found else None
            found[id_] = read_verification(id_, {"line": line, **told})
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

    async def reasons(
        self,
        connection: AdapterConnection,
        stop: Stop,
        sign: StopSign,
        say: Callable[[str, str], None],
    ) -> list[str] | None:
        """Return the ids of the breakpoints that a stop is for, TARGET among them.

        None if the program is to go on from it: only breakpoints are there whose conditions do not
        hold, or that only tell something. That is told here.
        """
        here: list[Breakpoint | FunctionBreakpoint] = []
        here += self._at(connection, stop, sign)
        here += self._called(connection, stop, sign)
        passed = [
            await self._emulator.passes(
                connection, each, self._emulated(connection, each), stop.frames[0], say
            )
            for each in here
        ]
        if here and all(passed):
            return None
        return [each.id for each, is_passed in zip(here, passed, strict=True) if not is_passed]

    def _emulated(
        self, connection: AdapterConnection, place: Breakpoint | FunctionBreakpoint
    ) -> Emulation:
        """Return what is done here for a breakpoint: all, if it shares its line with others."""
        if isinstance(place, Breakpoint):
            sent = self._sent.get(connection, {}).get(place.path, ())
            if sum(each.line == place.line for each in sent) > 1:
                return emulation(place, {})
        return emulation(place, connection.capabilities)

    def _at(self, connection: AdapterConnection, stop: Stop, sign: StopSign) -> list[Breakpoint]:
        """Return the breakpoints that a stop is for."""
        if "breakpoint" not in sign.reason or not stop.frames:
            return []
        frame, found = stop.frames[0], self._found.get(connection, {})
        numbers = sign.hit_ids
        known = self._sent.get(connection, {}).get(frame.file or "", ())
        verified = [(each, found[each.id]) for each in known if each.id in found]
        hit = [each for each, told in verified if told.number in numbers]
        there = [each for each, told in verified if frame.line in {told.line, each.line}]
        both = [each for each in hit if each in there]  # js-debug gives two the same number
        return both or there or hit

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
        if not isinstance(self._target, Breakpoint):
            return self._wanted
        path = self._target.path
        return {**self._wanted, path: in_order([*self._wanted.get(path, ()), self._target])}

    def _functions_now(self) -> Functions:
        target = [self._target] if isinstance(self._target, FunctionBreakpoint) else []
        return (*self._functions, *target)

    async def _send_file(
        self, connection: AdapterConnection, path: str, breakpoints: Sequence[Breakpoint]
    ) -> None:
        lines = [tuple(line) for _, line in groupby(breakpoints, key=lambda each: each.line)]
        told = [line_breakpoint(line, connection.capabilities, self._log_end) for line in lines]
        arguments = {
            "source": {"path": ROOM_PREFIX + path, "name": path.rpartition("/")[2]},
            "breakpoints": told,
            "lines": [each["line"] for each in told],
            "sourceModified": False,
        }
        ids = [[each.id for each in line] for line in lines]
        await self._set(connection, "setBreakpoints", arguments, ids)

    async def _send_functions(self, connection: AdapterConnection, functions: Functions) -> None:
        if not connection.can("supportsFunctionBreakpoints"):
            refused = unverified((each.id for each in functions), NO_FUNCTIONS)
            self._kept(connection).update(refused)
            return
        able = [each for each in functions if not each.condition or self._can_conditions]
        told = [function_breakpoint(each, connection.capabilities) for each in able]
        ids = [[each.id] for each in able]
        await self._set(connection, "setFunctionBreakpoints", {"breakpoints": told}, ids)
        unable = [each.id for each in functions if each not in able]
        self._kept(connection).update(unverified(unable, NO_CONDITIONS))

    async def _set(
        self,
        connection: AdapterConnection,
        command: str,
        arguments: Mapping[str, Any],
        ids: Sequence[Sequence[str]],
    ) -> None:
        """Tell an adapter of breakpoints, and note what it makes of them.

        `ids` are those that each of them is for.
        """
        found = self._kept(connection)
        try:
            body = await connection.request(command, arguments)
            for group, answer in zip(ids, body.get("breakpoints") or (), strict=False):
                found.update({id_: read_verification(id_, answer) for id_ in group})
        except (AdapterRefused, *UNREADABLE) as error:
            log.info("%s was refused: %s", command, error)
            found.update(unverified(chain(*ids), plain(str(error), NO_BREAKPOINTS)))

    def _kept(self, connection: AdapterConnection) -> dict[str, Verification]:
        """Return what is known of a connection's breakpoints, without those that are gone."""
        found, ids = self._found.setdefault(connection, {}), self._ids()
        for id_ in [id_ for id_ in found if id_ not in ids]:
            del found[id_]
        return found

    def _ids(self) -> set[str]:
        lines = (each.id for breakpoints in self._wanted_now().values() for each in breakpoints)
        return {*lines, *(each.id for each in self._functions_now())}
