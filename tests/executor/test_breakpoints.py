"""What a session does with breakpoints where an adapter can't."""

import pytest

from executor.breakpoints import (
    Breakpoint,
    Emulation,
    FunctionBreakpoint,
    emulation,
    expressions,
    filled_log_message,
    function_breakpoint,
    holds,
    is_called,
    is_hit,
    source_breakpoint,
)

FULL = Breakpoint("b", "main.py", 3, "x > 1", ">= 2", "x is {x}")
ABLE = {
    "supportsConditionalBreakpoints": True,
    "supportsHitConditionalBreakpoints": True,
    "supportsLogPoints": True,
}
NOTHING = Emulation(condition=False, hit_condition=False, log_message=False)


def test_an_adapter_that_can_is_told_all() -> None:
    assert source_breakpoint(FULL, ABLE, "\n") == {
        "line": 3,
        "condition": "x > 1",
        "hitCondition": ">= 2",
        "logMessage": "x is {x}\n",
    }
    assert emulation(FULL, ABLE) == NOTHING


def test_what_comes_after_something_emulated_is_emulated_too() -> None:
    able = {**ABLE, "supportsHitConditionalBreakpoints": False}
    assert source_breakpoint(FULL, able) == {"line": 3, "condition": "x > 1"}
    assert source_breakpoint(FULL, {}) == {"line": 3}
    assert emulation(FULL, {}) == Emulation(condition=True, hit_condition=True, log_message=True)


def test_what_a_breakpoint_does_not_have_needs_no_emulation() -> None:
    assert emulation(Breakpoint("b", "main.py", 3), {}) == NOTHING
    log = Breakpoint("b", "main.py", 3, log_message="here")
    assert source_breakpoint(log, {"supportsLogPoints": True}) == {"line": 3, "logMessage": "here"}


def test_a_function_is_told_by_its_name() -> None:
    place = FunctionBreakpoint("f", "Point::add", "x > 1", "2")
    assert function_breakpoint(place, ABLE) == {
        "name": "Point::add",
        "condition": "x > 1",
        "hitCondition": "2",
    }
    assert function_breakpoint(place, {}) == {"name": "Point::add"}
    assert emulation(place, {}).hit_condition


@pytest.mark.parametrize(
    ("function", "frame"),
    [
        ("add", "add"),
        ("add", "main.add"),
        ("main.add", "main.add"),
        ("add", "Point::add(int, int)"),
        ("Point#add", "add"),
    ],
)
def test_frames_name_functions_in_their_own_way(function: str, frame: str) -> None:
    assert is_called(function, frame)
    assert not is_called(function, "address")


@pytest.mark.parametrize(
    ("condition", "hits"),
    [
        ("3", [3, 4, 5, 6]),
        (">= 3", [3, 4, 5, 6]),
        ("==3", [3]),
        ("= 3", [3]),
        ("> 4", [5, 6]),
        ("<2", [1]),
        ("<= 2", [1, 2]),
        ("% 2", [2, 4, 6]),
        ("%0", []),
        ("often", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_hits_are_counted_as_editors_write_it(condition: str, hits: list[int]) -> None:
    assert [count for count in range(1, 7) if is_hit(condition, count)] == hits


@pytest.mark.parametrize("value", ["false", "False", "0", "nil", "null", "None", "", "undefined"])
def test_no_is_no_in_every_language(value: str) -> None:
    assert not holds(value)


@pytest.mark.parametrize("value", ["true", "1", "-1", "'false '", "#<Object>", "[]"])
def test_everything_else_is_yes(value: str) -> None:
    assert holds(value)


def test_a_log_message_is_filled_with_its_values() -> None:
    message = "{a} and { b + 1 }, not {}"
    assert expressions(message) == ["a", "b + 1", ""]
    assert filled_log_message(message, ["1", "2", ""]) == "1 and 2, not "
