from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.alternate_screen import AlternateScreen
from executor.frames import Chunk
from executor.output import DRAWING_SPEEDUP, OutputLimit
from executor.run import Place, Stream

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


def split(*chunks: bytes) -> tuple[bytes, bytes]:
    """What was printed, and what was drawn, of output that came in these chunks."""
    screen = AlternateScreen()
    parts: tuple[list[bytes], list[bytes]] = ([], [])
    for chunk in chunks:
        for is_drawn, data in screen.split(chunk):
            parts[is_drawn].append(data)
    parts[screen.is_shown].append(screen.rest())
    return b"".join(parts[False]), b"".join(parts[True])


def test_what_is_drawn_between_the_switches_is_told_apart() -> None:
    output = b"before" + ENTER + b"drawn" + LEAVE + b"after"
    assert split(output) == (b"before" + ENTER + LEAVE + b"after", b"drawn")


@pytest.mark.parametrize("enter", [b"\x1b[?47h", b"\x1b[?1047h", b"\x1b[?1049;25h"])
def test_every_way_in_is_known(enter: bytes) -> None:
    assert split(enter + b"drawn") == (enter, b"drawn")


def test_a_reset_shows_the_usual_screen() -> None:
    assert split(ENTER + b"drawn\x1bcprinted") == (ENTER + b"\x1bcprinted", b"drawn")


def test_other_modes_change_nothing() -> None:
    assert split(b"\x1b[?25l\x1b[?2004hprinted") == (b"\x1b[?25l\x1b[?2004hprinted", b"")


pieces = st.lists(
    st.sampled_from(
        [ENTER, LEAVE, b"\x1bc", b"\x1b[?25h", b"\x1b", b"\x1b[?10", b"text", "日".encode()]
    )
)


@given(pieces, st.data())
def test_it_makes_no_difference_how_output_is_cut(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    cuts = data.draw(st.lists(st.integers(0, len(whole))).map(sorted))
    chunks = [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)])]
    printed, drawn = split(*chunks)
    assert (printed, drawn) == split(whole)
    assert len(printed) + len(drawn) == len(whole), "nothing is lost"


def test_drawing_passes_by_every_limit_but_that_on_its_rate() -> None:
    limit = OutputLimit(100, 100)
    passed = [*limit.take(Chunk(Stream.TERMINAL, b"before" + ENTER))]
    assert limit.speedup == DRAWING_SPEEDUP
    for _ in range(10):
        passed += limit.take(Chunk(Stream.TERMINAL, b"x" * 100))
    passed += limit.take(Chunk(Stream.TERMINAL, LEAVE + b"after"))
    passed += limit.finish()
    drawn = [piece for piece in passed if piece.stream is Stream.SCREEN]
    assert sum(len(piece.data) for piece in drawn) == 1000
    assert {piece.place for piece in drawn} == {Place.PASSING}
    printed = b"".join(piece.data for piece in passed if piece.place is Place.BOTH)
    assert printed == b"before" + ENTER + LEAVE + b"after"
    assert limit.speedup == 1


def test_output_beyond_the_limit_is_all_treated_alike() -> None:
    limit = OutputLimit(20, 20)
    limit.take(Chunk(Stream.TERMINAL, b"x" * 30))
    assert limit.take(Chunk(Stream.TERMINAL, ENTER + b"drawn")) == []
    assert b"drawn" in b"".join(piece.data for piece in limit.finish())
