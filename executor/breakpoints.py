"""Breakpoints as a debug session knows them, and what is done where an adapter can't. Pure."""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from executor.words import plain

MAX_MESSAGE = 1000  # characters
_HIT_CONDITION = re.compile(r"\s*(>=|<=|==|=|>|<|%)?\s*(\d{1,9})\s*")
_QUALIFIERS = re.compile(r"\.|::|#")
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
TARGET = ""  # the id of the place that a program is to run to, or begins at
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
class FunctionBreakpoint:
    """A function to stop at whenever it is called.

    Attributes:
        name: as the debugger's language has it: `add`, `main.add`, `Point::add`.
    """

    id: str
    name: str
    condition: str = ""
    hit_condition: str = ""

    @property
    def log_message(self) -> str:
        """Protocols have none for functions."""
        return ""


Functions = Sequence[FunctionBreakpoint]


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


def emulation(place: Breakpoint | FunctionBreakpoint, capabilities: Mapping[str, Any]) -> Emulation:
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
    told = {"line": place.line, **_conditions(place, capabilities)}
    if place.log_message and not emulation(place, capabilities).log_message:
        told["logMessage"] = place.log_message + log_end
    return told


def line_breakpoint(
    places: Sequence[Breakpoint], capabilities: Mapping[str, Any], log_end: str = ""
) -> dict[str, Any]:
    """Return what an adapter is to be told of the breakpoints of one line: it takes one for each.

    Of several it is told that there is one; what they are for is looked at here.
    """
    first, *others = places
    return {"line": first.line} if others else source_breakpoint(first, capabilities, log_end)


def function_breakpoint(
    place: FunctionBreakpoint, capabilities: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what an adapter with these capabilities is to be told of a function to stop at."""
    return {"name": place.name, **_conditions(place, capabilities)}


def by_path(breakpoints: Iterable[Breakpoint]) -> dict[str, tuple[Breakpoint, ...]]:
    """Return them by file, in the order of their lines."""
    found: defaultdict[str, list[Breakpoint]] = defaultdict(list)
    for each in breakpoints:
        found[each.path].append(each)
    return {path: in_order(those) for path, those in found.items()}


def in_order(breakpoints: Iterable[Breakpoint]) -> tuple[Breakpoint, ...]:
    """Return them in the order of their lines."""
    return tuple(sorted(breakpoints, key=lambda each: (each.line, each.id)))


def by_name(functions: Functions) -> Functions:
    """Return one for each name: adapters take no more."""
    found: dict[str, FunctionBreakpoint] = {}
    for each in functions:
        found.setdefault(each.name, each)
    return tuple(found.values())


def read_verification(id_: str, told: Mapping[str, Any]) -> Verification:
    """Return what an adapter tells of a breakpoint."""
    line = told.get("line")
    return Verification(
        id_,
        verified=told.get("verified") is True,
        line=line if isinstance(line, int) and line > 0 else None,
        message=plain(str(told.get("message") or ""), "")[:MAX_MESSAGE],
        number=told.get("id"),
    )


def unverified(ids: Iterable[str], message: str) -> dict[str, Verification]:
    """Return that these can't be stopped at."""
    return {id_: Verification(id_, verified=False, message=message) for id_ in ids}


def is_called(function: str, frame: str) -> bool:
    """Whether a frame's name is that of a function, whatever either says of where it is."""
    return _last_part(function) == _last_part(frame)


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


def _conditions(
    place: Breakpoint | FunctionBreakpoint, capabilities: Mapping[str, Any]
) -> dict[str, Any]:
    emulated = emulation(place, capabilities)
    told: dict[str, Any] = {}
    if place.condition and not emulated.condition:
        told["condition"] = place.condition
    if place.hit_condition and not emulated.hit_condition:
        told["hitCondition"] = place.hit_condition
    return told


def _last_part(name: str) -> str:
    return _QUALIFIERS.split(name.partition("(")[0].strip())[-1]
