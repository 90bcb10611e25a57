import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.errors import InvalidRun
from executor.run import SourceFile
from executor.workspace import MAX_FILES, check_files, check_path

UNSAFE = ["", "/", "/etc/passwd", "..", "../x", "a/../b", "./a", "a//b", "a/", "a\0b", "\ud800"]


@pytest.mark.parametrize("path", [*UNSAFE, "x" * 256, "d/" * 600 + "x"])
def test_unsafe_paths_are_refused(path: str) -> None:
    with pytest.raises(InvalidRun):
        check_path(path)


@pytest.mark.parametrize("path", ["main.py", "a b/ü.txt", "-rf", "...", "a/..b/c", "\\", "a\nb"])
def test_odd_but_safe_paths_are_let_through(path: str) -> None:
    assert str(check_path(path)) == path


@given(st.text())
def test_a_path_is_refused_or_stays_inside(path: str) -> None:
    try:
        parts = check_path(path).parts
    except InvalidRun:
        return
    assert parts
    assert not {"..", "/"} & set(parts)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["a", "a"], "two files are called 'a'"),
        (["a/b", "a"], "'a' is a file, so 'a/b' can't lie in it"),
        ([str(n) for n in range(MAX_FILES + 1)], "4097 files"),
    ],
)
def test_files_that_cannot_lie_side_by_side_are_refused(paths: list[str], message: str) -> None:
    with pytest.raises(InvalidRun, match=message):
        check_files([SourceFile(path, b"") for path in paths], max_bytes=10)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(InvalidRun, match="11 bytes; 10 may be"):
        check_files([SourceFile("a", b"x" * 6), SourceFile("b", b"x" * 5)], max_bytes=10)
