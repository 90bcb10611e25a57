"""Whoever comes while a full-screen program draws gets the screen as it stands."""

import time

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyte.screens import Char

from executor.live_screen import NOT_KEPT, RAW_BYTES, FilledScreen, LiveScreen
from executor.run import TerminalSize

SIZE = TerminalSize(20, 5)
PAINTS = [
    b"\x1b[31m", b"\x1b[1;44m", b"\x1b[38;5;200m", b"\x1b[48;2;1;2;3m", b"\x1b[95;105m", b"\x1b[m",
    b"\x1b[2;3H", b"\x1b[5;20H", b"\x1b[H", b"\x1b[K", b"\x1b[1J", b"\x1b[2J", b"\x1b[L", b"\x1b[M",
    b"\x1b[2@", b"\x1b[3P", b"\x1b[2;4r", b"\x1b[r", b"\x1bM", b"\r", b"\n", b"\t", b"\b",
    b"\x1b(0qx\x1b(B", b"hello", "日本".encode(), b"a longer text that wraps around",
]  # fmt: skip


def shown(*drawings: bytes, size: TerminalSize = SIZE) -> pyte.Screen:
    screen = FilledScreen(size.cols, size.rows)
    stream = pyte.ByteStream(screen)
    for drawing in drawings:
        stream.feed(drawing)
    return screen


def cells(screen: pyte.Screen) -> list[list[Char]]:
    """As a terminal shows them: half of a wide character is a blank."""
    rows = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]
    for row in rows:
        for x, cell in enumerate(row):
            has_second_half = x + 1 < len(row) and row[x + 1].data == ""
            if cell.data in {"日", "本"} and not has_second_half:
                row[x] = cell._replace(data=" ")
            if cell.data == "" and row[x - 1].data not in {"日", "本"}:
                row[x] = cell._replace(data=" ")
    return rows


def folded(*drawings: bytes) -> LiveScreen:
    """One that keeps the screen, and nothing as it came."""
    screen = LiveScreen(SIZE, raw_bytes=0)
    for drawing in drawings:
        screen.draw(drawing)
    return screen


def test_a_short_drawing_is_played_again_byte_for_byte() -> None:
    screen = LiveScreen(SIZE)
    screen.draw(b"\x1b[31mred")
    assert screen.drawing().endswith(b"\x1b[31mred")


@given(st.lists(st.sampled_from(PAINTS), max_size=40))
@settings(deadline=None)
def test_a_long_drawing_is_kept_as_the_screen_that_it_made(paints: list[bytes]) -> None:
    drawing = folded(*paints).drawing()
    assert len(drawing) < 8192
    newcomer, witness = shown(drawing), shown(*paints)
    assert cells(newcomer) == cells(witness)
    assert newcomer.margins == witness.margins
    assert newcomer.cursor.y == witness.cursor.y
    assert newcomer.cursor.x == min(witness.cursor.x, SIZE.cols - 1)
    assert newcomer.cursor.attrs == witness.cursor.attrs


def test_who_watches_on_sees_the_same_as_who_came_late() -> None:
    drawn, later = b"\x1b[2;2H\x1b[32mone", b" two\x1b[4;1Hthree"
    assert cells(shown(folded(drawn).drawing(), later)) == cells(shown(drawn, later))


def test_modes_that_change_what_keys_and_cursor_do_are_kept() -> None:
    drawing = folded(b"\x1b[?25l\x1b[?1h\x1b[?1000;1006h\x1b[?1000l").drawing()
    for mode in (b"\x1b[?25l", b"\x1b[?1h", b"\x1b[?1000l", b"\x1b[?1006h"):
        assert mode in drawing


def test_erasing_leaves_the_colour_everywhere() -> None:
    drawing = folded(b"\x1b[44m\x1b[2J\x1b[2;3Hx\x1b[41m\x1b[K").drawing()
    screen = shown(drawing)
    assert (screen.buffer[4][19].bg, screen.buffer[1][19].bg) == ("blue", "red")


def test_another_size_counts_from_then_on() -> None:
    screen, larger = LiveScreen(SIZE), TerminalSize(30, 8)
    screen.draw(b"\x1b[5;20Hx")
    screen.resize(larger)
    screen.draw(b"\x1b[8;30Hy")
    newcomer = shown(screen.drawing(), size=larger)
    assert (newcomer.buffer[4][19].data, newcomer.buffer[7][29].data) == ("x", "y")


@pytest.mark.parametrize(
    "hostile", [b"\x1b#8", b"\x1b[500@\x1b[500L", b"e\xcc\x81\xcc\x81\xcc\x81"]
)
def test_a_hostile_drawing_costs_no_more_than_a_moment(hostile: bytes) -> None:
    screen = LiveScreen(TerminalSize(500, 300))
    started = time.process_time()
    for _ in range(8):
        screen.draw(hostile * (RAW_BYTES // len(hostile)))
    assert time.process_time() - started < 3
    assert len(screen.drawing()) < 4 << 20


def test_what_came_too_fast_to_be_kept_is_said() -> None:
    screen = LiveScreen(TerminalSize(500, 300))
    screen.draw(b"\x1b#8" * RAW_BYTES)
    assert screen.drawing().endswith(NOT_KEPT)


NUMBERS = st.lists(st.sampled_from(["", "0", "2", "5", "38", "48", "291", "9999"]), max_size=6)
CONTROLS = st.tuples(
    st.sampled_from(["", "?", ">", "!"]),
    NUMBERS.map(";".join),
    st.sampled_from(sorted({*pyte.Stream.csi, "t", "u", "p"})),
).map(lambda parts: "\x1b[{}{}{}x漢".format(*parts).encode())


@given(written=st.lists(CONTROLS, max_size=8).map(b"".join))
def test_control_sequences_without_sense_have_no_effect_on_others(written: bytes) -> None:
    live = LiveScreen(SIZE, raw_bytes=0)
    live.draw(written + b"\x1b[!p\x1b[r\x1b[m\x1b[2J\x1b[Hstill here")
    live.resize(TerminalSize(30, 6))
    live.draw(written)
    assert live.drawing().startswith(b"\x1b")
    live.draw(b"\x1b[r\x1b[m\x1b[2J\x1b[Hstill here")
    assert b"still here" in live.drawing()


def test_a_colour_that_there_is_not_is_none() -> None:
    live = LiveScreen(SIZE, raw_bytes=0)
    live.draw(b"\x1b[38;2;291;0;0mred")
    assert b"red" in live.drawing()
