import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.frames import Chunk
from executor.output import BURST_SECONDS, OutputLimit, Piece, Throttle, size
from executor.run import Place, Stream


class PutThrough:
    """What becomes of output: what is shown and what is kept of it, and the marks in each."""

    def __init__(self, limit: OutputLimit, *data: bytes) -> None:
        pieces = [out for piece in data for out in limit.take(Chunk(Stream.STDOUT, piece))]
        pieces += limit.finish()
        shown = [piece for piece in pieces if piece.place is not Place.KEPT]
        kept = [piece for piece in pieces if piece.place is not Place.SHOWN]
        self.shown, self.shown_marks = _program_and_marks(shown)
        self.kept, self.kept_marks = _program_and_marks(kept)


def _program_and_marks(pieces: list[Piece]) -> tuple[bytes, str]:
    program = b"".join(piece.data for piece in pieces if piece.stream is Stream.STDOUT)
    marks = b"".join(piece.data for piece in pieces if piece.stream is Stream.SYSTEM)
    return program, marks.decode()


def test_output_within_the_limit_is_shown_and_kept_whole() -> None:
    put = PutThrough(OutputLimit(100, 1000), b"a" * 30, b"b" * 20)
    assert put.shown == put.kept == b"a" * 30 + b"b" * 20
    assert put.shown_marks == put.kept_marks == ""


def test_output_that_just_fits_is_not_marked_as_cut() -> None:
    put = PutThrough(OutputLimit(100, 1000), b"a" * 100)
    assert put.shown == put.kept == b"a" * 100
    assert put.shown_marks == "\r\n[output limit of 100 bytes reached; the end will follow]\r\n"
    assert put.kept_marks == ""


def test_what_is_not_shown_can_be_downloaded() -> None:
    put = PutThrough(OutputLimit(100, 2000), b"a" * 50, b"x" * 1000, b"z" * 50)
    assert put.shown == b"a" * 50 + b"z" * 50
    assert "[1,000 bytes left out; the download has them]" in put.shown_marks
    assert put.kept == b"a" * 50 + b"x" * 1000 + b"z" * 50
    assert put.kept_marks == ""


def test_the_middle_of_what_is_too_much_to_keep_is_cut_and_marked() -> None:
    put = PutThrough(OutputLimit(100, 400), b"a" * 50, b"x" * 1000, b"z" * 50)
    assert "[1,000 bytes left out; the download has 300 of them]" in put.shown_marks
    assert put.kept == b"a" * 50 + b"x" * 300 + b"z" * 50
    assert put.kept_marks == "\r\n[700 bytes cut]\r\n"


def test_with_room_for_nothing_else_what_is_shown_is_kept() -> None:
    put = PutThrough(OutputLimit(100, 100), b"a" * 50, b"x" * 1000, b"z" * 50)
    assert put.shown == put.kept == b"a" * 50 + b"z" * 50
    assert "[1,000 bytes cut]" in put.shown_marks
    assert put.kept_marks == "\r\n[1,000 bytes cut]\r\n"


def test_the_shown_end_does_not_begin_within_a_character() -> None:
    put = PutThrough(OutputLimit(8, 100), b"abcd", b"....", "é€".encode())
    assert put.shown == b"abcd" + "€".encode()
    assert "6 bytes left out" in put.shown_marks
    assert put.kept == b"abcd...." + "é€".encode()


@given(st.lists(st.binary(max_size=60)), st.integers(2, 200), st.integers(0, 500))
def test_never_more_than_the_limits_is_shown_or_kept(
    data: list[bytes], shown_bytes: int, more_bytes: int
) -> None:
    put = PutThrough(OutputLimit(shown_bytes, shown_bytes + more_bytes), *data)
    whole = b"".join(data)
    head = shown_bytes - shown_bytes // 2
    for seen, most, from_start in (
        (put.shown, shown_bytes, head),
        (put.kept, shown_bytes + more_bytes, head + more_bytes),
    ):
        assert len(seen) <= most
        assert whole.startswith(seen[:from_start])
        assert seen == whole or whole.endswith(seen[from_start:])
    assert put.kept == whole or len(whole) > shown_bytes + more_bytes


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
