"""Breakpoints as a debug session knows them, and what is done where an adapter can't. Pure."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_HIT_CONDITION = re.compile(r"\s*(>=|<=|==|=|>|<|%)?\s*(\d{1,9})\s*")
_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_HITS: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "%": lambda count, number: number > 0 and count % number == 0,
}
FALSY = frozenset({"", "false", "0", "0.0", "none", "nil", "null", "undefined", "nan", "''", '""'})


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A place to stop at, or with a `log_message` to tell something at.

    Attributes:
        path: of the file, in the workspace.
        line: counted from 1, in the text that runs.
    """

    id: str
    path: str
    line: int
    condition: str = ""
    hit_condition: str = ""
    log_message: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the adapter makes of a breakpoint: whether it can stop there, and on which line.

    Attributes:
        number: the adapter's own for it.
    """

    id: str
    verified: bool
    line: int | None = None
    message: str = ""
    number: object = None


@dataclass(frozen=True, slots=True)
class Emulation:
    """What of one breakpoint an adapter can't do, so that the session has to.

    What comes after something that is emulated is emulated, too: hits are counted where the
    condition holds, and told of are those that count.
    """

    condition: bool
    hit_condition: bool
    log_message: bool

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return self.condition or self.hit_condition or self.log_message


def emulation(place: Breakpoint, capabilities: Mapping[str, Any]) -> Emulation:
    """Return what an adapter with these capabilities leaves to the session at this breakpoint."""

    def lacks(capability: str) -> bool:
        return capabilities.get(capability) is not True

    condition = bool(place.condition) and lacks("supportsConditionalBreakpoints")
    hit_condition = bool(place.hit_condition) and (
        condition or lacks("supportsHitConditionalBreakpoints")
    )
    log_message = bool(place.log_message) and (
        condition or hit_condition or lacks("supportsLogPoints")
    )
    return Emulation(condition, hit_condition, log_message)


def source_breakpoint(
    place: Breakpoint, capabilities: Mapping[str, Any], log_end: str = ""
) -> dict[str, Any]:
    """Return what an adapter with these capabilities is to be told of a breakpoint."""
    emulated = emulation(place, capabilities)
    told: dict[str, Any] = {"line": place.line}
    if place.condition and not emulated.condition:
        told["condition"] = place.condition
    if place.hit_condition and not emulated.hit_condition:
        told["hitCondition"] = place.hit_condition
    if place.log_message and not emulated.log_message:
        told["logMessage"] = place.log_message + log_end
    return told


def is_hit(condition: str, count: int) -> bool:
    """Whether the hit with this number (1, 2, …) counts; it does if the condition can't be read.

    `5` and `>= 5` are from the fifth on, `== 5` the fifth alone, `% 5` every fifth.
    """
    found = _HIT_CONDITION.fullmatch(condition)
    if found is None:
        return True
    return _HITS[found[1] or ">="](count, int(found[2]))


def holds(value: str) -> bool:
    """Whether a condition's value, as a debugger prints it, means yes."""
    return value.strip().lower() not in FALSY


def expressions(log_message: str) -> list[str]:
    """Return what stands in braces in a log message."""
    return [found.strip() for found in _EXPRESSION.findall(log_message)]


def filled_log_message(log_message: str, values: Iterable[str]) -> str:
    """Return a log message with the values of its `expressions`."""
    rest = iter(values)
    return _EXPRESSION.sub(lambda _: next(rest, ""), log_message)
