"""What people are told while packages are installed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from executor.packages.pip import Pip
from executor.packages.sets import InstallState, Progress
from executor.packages.telling import LOG_LINES, Telling


def told() -> tuple[Telling, list[Progress]]:
    progress: list[Progress] = []
    return Telling(progress.append, Pip().news), progress


def test_files_are_counted_as_they_come() -> None:
    telling, progress = told()
    telling.enter(InstallState.DOWNLOADING, 30, 90, Pip().downloaded, 2)
    telling.feed(b"Looking in indexes\nCollecting six (from -r x)\n  Downloading six-1.17.0-py3")
    assert progress[-1].line == "0 of 2: Collecting six"
    telling.feed(b"-none-any.whl (11 kB)\n")
    telling.received(11_000)
    assert progress[-1] == Progress(
        InstallState.DOWNLOADING,
        60,
        11_000,
        "1 of 2: Downloading six-1.17.0-py3-none-any.whl (11 kB)",
    )


@given(st.lists(st.binary(max_size=50)), st.integers(0, 3))
def test_it_never_goes_back_and_stays_within_its_phases(pieces: list[bytes], count: int) -> None:
    telling, progress = told()
    for state, low, high in ((InstallState.RESOLVING, 0, 30), (InstallState.DOWNLOADING, 30, 90)):
        telling.enter(state, low, high, re.compile(".*"), count)
        for piece in pieces:
            telling.feed(piece + b"\nCollecting x\n")
        assert low <= progress[-1].percent <= high
    percents = [step.percent for step in progress]
    assert percents == sorted(percents)


def test_what_is_kept_is_bounded() -> None:
    telling, _ = told()
    telling.feed(b"x" * 100_000)
    telling.feed(b"\n".join(b"line" for _ in range(10_000)))
    assert len(telling.log) <= LOG_LINES
    assert max(map(len, telling.log)) <= 4100
