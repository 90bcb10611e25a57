from dataclasses import replace

import pytest

from executor.builds import MAX_MESSAGE_BYTES, Build, BuildCache, build_key
from executor.languages import Runtime
from executor.output import Piece
from executor.run import SourceFile, Stream, TerminalSize
from executor.sandbox import Program

COMPILER = Program(
    argv=("cc", "main.c"),
    env={"A": "1", "B": "2"},
    files=(SourceFile("main.c", b"int x;"), SourceFile("util.h", b"")),
    wall_seconds=60,
    cpu_seconds=60,
)


def build(size: int) -> Build:
    return Build((SourceFile("x", bytes(size - 1)),), ())


@pytest.mark.parametrize(
    "other",
    [
        replace(COMPILER, argv=("cc", "main.c", "")),
        replace(COMPILER, env={"A": "1", "B": "3"}),
        replace(COMPILER, files=COMPILER.files[:1]),
        replace(COMPILER, files=(SourceFile("main.c", b"int y;"), COMPILER.files[1])),
        replace(COMPILER, files=(SourceFile("main.c", b"int x"), SourceFile("util.h", b";"))),
        replace(COMPILER, terminal=TerminalSize(80, 24)),
    ],
)
def test_whatever_goes_into_a_build_is_in_its_key(python: Runtime, other: Program) -> None:
    assert build_key("room", python, COMPILER) != build_key("room", python, other)


def test_a_build_is_of_one_room_and_one_toolchain(python: Runtime) -> None:
    key = build_key("room", python, COMPILER)
    assert key == build_key("room", python, replace(COMPILER, env={"B": "2", "A": "1"}))
    assert key != build_key("other room", python, COMPILER)
    assert key != build_key("room", replace(python, id="python-3.11"), COMPILER)
    large = replace(COMPILER, terminal=TerminalSize(80, 24))
    small = replace(COMPILER, terminal=TerminalSize(40, 12))
    assert build_key("room", python, large) == build_key("room", python, small)


def test_the_longest_unused_builds_go_first() -> None:
    cache = BuildCache(400)
    for number in range(4):
        cache.put(bytes([number]), build(100))
    assert cache.get(b"\0") is not None
    cache.put(b"\4", build(100))
    assert [cache.get(bytes([number])) is not None for number in range(5)] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_a_build_kept_anew_counts_once() -> None:
    cache = BuildCache(400)
    cache.put(b"other", build(100))
    for _ in range(10):
        cache.put(b"same", build(100))
    assert cache.get(b"other") is not None


def test_what_is_too_large_is_not_kept() -> None:
    cache = BuildCache(1 << 20)
    cache.put(b"files", build(1 << 19))
    noise = Piece(Stream.STDERR, bytes(MAX_MESSAGE_BYTES + 1))
    cache.put(b"messages", Build((), (noise,)))
    assert cache.get(b"files") is None
    assert cache.get(b"messages") is None
    nothing = BuildCache(0)
    nothing.put(b"key", build(1))
    assert nothing.get(b"key") is None
