import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.frames import Chunk
from executor.output import BURST_SECONDS, OutputLimit, Throttle, size
from executor.run import Stream


def put_through(limit: OutputLimit, *data: bytes) -> tuple[bytes, list[str]]:
    """All that was passed on, and the marks between."""
    chunks = [out for piece in data for out in limit.take(Chunk(Stream.STDOUT, piece))]
    chunks += limit.finish()
    kept = b"".join(chunk.data for chunk in chunks if chunk.stream is Stream.STDOUT)
    return kept, [chunk.data.decode() for chunk in chunks if chunk.stream is Stream.SYSTEM]


def test_output_within_the_limit_is_passed_on_whole() -> None:
    assert put_through(OutputLimit(100), b"a" * 30, b"b" * 20) == (b"a" * 30 + b"b" * 20, [])


def test_the_beginning_and_the_end_are_kept_and_the_cut_between_is_marked() -> None:
    kept, marks = put_through(OutputLimit(100), b"a" * 50, b"x" * 1000, b"z" * 50)
    assert kept == b"a" * 50 + b"z" * 50
    assert "output limit of 100 bytes reached" in marks[0]
    assert "1,000 bytes cut" in marks[1]


def test_output_that_just_fits_is_not_marked_as_cut() -> None:
    kept, marks = put_through(OutputLimit(100), b"a" * 100)
    assert kept == b"a" * 100
    assert len(marks) == 1


def test_the_kept_end_does_not_begin_within_a_character() -> None:
    kept, marks = put_through(OutputLimit(8), b"abcd", b"....", "é€".encode())
    assert kept == b"abcd" + "€".encode()
    assert "6 bytes cut" in marks[1]


@given(st.lists(st.binary(max_size=60)), st.integers(2, 200))
def test_never_more_than_the_limit_is_kept(data: list[bytes], max_bytes: int) -> None:
    kept, _ = put_through(OutputLimit(max_bytes), *data)
    whole = b"".join(data)
    assert len(kept) <= max_bytes
    assert whole.startswith(kept[: max_bytes - max_bytes // 2])
    assert kept == whole or whole.endswith(kept[max_bytes - max_bytes // 2 :])


def test_the_throttle_keeps_a_rate_after_a_burst() -> None:
    throttle = Throttle(1000, now=0)
    assert throttle.delay(int(1000 * BURST_SECONDS), now=0) == 0
    now = 0.0
    for _ in range(10):
        now += throttle.delay(100, now)
    assert now == pytest.approx(1)


def test_the_throttle_does_not_save_up() -> None:
    throttle = Throttle(1000, now=0)
    assert throttle.delay(1000, now=100) == 1 - BURST_SECONDS


def test_sizes_are_told_in_fitting_units() -> None:
    assert [size(n) for n in (100, 64 << 10, 3 << 19)] == ["100 bytes", "64 KiB", "1.5 MiB"]
