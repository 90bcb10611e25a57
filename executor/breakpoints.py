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
    """What of a breakpoint an adapter can't do, so that the session has to."""

    conditions: bool = False
    hit_conditions: bool = False
    log_messages: bool = False

    def concerns(self, place: Breakpoint) -> bool:
        """Whether there is something to do at this one."""
        return bool(
            (self.conditions and place.condition)
            or (self.hit_conditions and place.hit_condition)
            or (self.log_messages and place.log_message)
        )

    def source_breakpoint(self, place: Breakpoint) -> dict[str, Any]:
        """Return what the adapter is to be told of it.

        What comes after something that is emulated is emulated, too: hits are counted where the
        condition holds, and told of are those that count.
        """
        told: dict[str, Any] = {"line": place.line}
        if place.condition and not self.conditions:
            told["condition"] = place.condition
        if place.hit_condition and not self.hit_conditions:
            told["hitCondition"] = place.hit_condition
        if place.log_message and not self.log_messages:
            told["logMessage"] = place.log_message
        return told


def emulation(capabilities: dict[str, Any]) -> Emulation:
    """Return what an adapter with these capabilities leaves to the session."""

    def lacks(capability: str) -> bool:
        return capabilities.get(capability) is not True

    conditions = lacks("supportsConditionalBreakpoints")
    hit_conditions = conditions or lacks("supportsHitConditionalBreakpoints")
    return Emulation(conditions, hit_conditions, hit_conditions or lacks("supportsLogPoints"))


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
