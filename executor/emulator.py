"""What of breakpoints adapters can't do: conditions, hits and log messages, looked at here."""

import logging
from collections import defaultdict
from collections.abc import Callable

from executor.adapter import AdapterConnection
from executor.breakpoints import (
    Breakpoint,
    Emulation,
    FunctionBreakpoint,
    expressions,
    filled_log_message,
    holds,
    is_hit,
)
from executor.errors import AdapterRefused
from executor.stops import Frame

log = logging.getLogger(__name__)


class Emulator:
    """Counts the hits of one session."""

    def __init__(self) -> None:
        self._hits: defaultdict[str, int] = defaultdict(int)

    async def passes(
        self,
        connection: AdapterConnection,
        place: Breakpoint | FunctionBreakpoint,
        emulated: Emulation,
        frame: Frame,
        say: Callable[[str, str], None],
    ) -> bool:
        """Whether a breakpoint lets the program go on from where it stands; its message is said."""
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


async def _evaluate(connection: AdapterConnection, expression: str, frame: Frame) -> str | None:
    arguments = {"expression": expression, "frameId": frame.id, "context": "watch"}
    try:
        return str((await connection.request("evaluate", arguments)).get("result", ""))
    except AdapterRefused as error:
        log.debug("%s can't be evaluated: %s", expression, error)
        return None
