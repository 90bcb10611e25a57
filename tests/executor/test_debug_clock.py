"""How long a debug session lasts."""

from executor.debug_clock import DebugClock, DebugLimits

LIMITS = DebugLimits(idle_seconds=10, seconds=60, max_seconds=100)


def test_it_ends_when_nobody_does_anything() -> None:
    clock = DebugClock(LIMITS, now=1000)
    assert clock.deadline == 1010
    clock.touch(1009)
    assert clock.deadline == 1019
    assert clock.overdue().text == "nobody did anything for 10 s"


def test_minutes_are_called_so() -> None:
    clock = DebugClock(DebugLimits(), now=0)
    assert clock.overdue().text == "nobody did anything for 15 min"


def test_it_ends_when_its_time_is_up_however_busy_it_is() -> None:
    clock = DebugClock(LIMITS, now=1000)
    clock.touch(1055)
    assert clock.deadline == 1060
    assert clock.overdue().text == "the debug session's time was up"


def test_it_can_be_extended_until_it_has_all_that_it_may_have() -> None:
    clock = DebugClock(LIMITS, now=1000)
    assert clock.extend(1030)
    clock.touch(1085)
    assert clock.deadline == 1090
    assert clock.extend(1086)
    clock.touch(1095)
    assert clock.deadline == 1100
    assert not clock.extend(1096)
    assert clock.deadline == 1100
