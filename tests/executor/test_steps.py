"""Where a step leads, and what leads on from a breakpoint that is passed on its way."""

import pytest

from executor.steps import Step
from executor.stops import Stop


def stop(depth: int, thread: int = 1) -> Stop:
    return Stop(1, "breakpoint", "", "", thread, (), (), total_frames=depth)


@pytest.mark.parametrize(
    ("command", "depth", "ends", "way_on"),
    [
        ("next", 3, True, "stepOut"),
        ("next", 2, True, "stepOut"),
        ("next", 4, False, "stepOut"),
        ("stepIn", 4, True, "continue"),
        ("stepIn", 2, True, "continue"),
        ("stepBack", 5, True, "continue"),
        ("stepOut", 2, True, "stepOut"),
        ("stepOut", 3, False, "stepOut"),
        ("continue", 3, False, "continue"),
    ],
)
def test_a_step_ends_where_its_function_does(
    command: str, depth: int, *, ends: bool, way_on: str
) -> None:
    step = Step.leaving(stop(3), command, None)
    assert step.ends_at(stop(depth)) is ends
    assert step.way_on(stop(depth)) == way_on


def test_another_thread_is_no_part_of_a_step() -> None:
    step = Step.leaving(stop(3), "next", None)
    assert not step.ends_at(stop(1, thread=2))
    assert step.way_on(stop(4, thread=2)) == "continue"
