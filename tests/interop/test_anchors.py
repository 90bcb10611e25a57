"""Where yjs says that a relative position is, and where this server finds it."""

import base64
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.breakpoints import FunctionBreakpoint
from collab.document import Document
from tests.interop.node_process import NodeProcess, node_process

SCRIPT = Path(__file__).with_name("anchors.mjs")
PIECES = st.sampled_from(["a", "é", "😀", "\n", " ", "x = 1\n", "\n\n", "漢", "👩‍💻"])
EDITS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 200), st.integers(0, 6), st.lists(PIECES)),
    max_size=12,
)


@pytest.fixture(scope="module")
def yjs() -> Generator[NodeProcess]:
    with node_process(SCRIPT) as process:
        yield process


@settings(max_examples=150)
@given(
    text=st.lists(PIECES, min_size=1, max_size=40).map("".join),
    anchors=st.lists(st.integers(0, 200), max_size=6),
    edits=EDITS,
)
def test_an_anchor_is_on_the_line_that_yjs_says(
    yjs: NodeProcess, text: str, anchors: list[int], edits: list[object]
) -> None:
    told = yjs.ask("anchors", text=text, anchors=anchors, edits=edits)
    document = Document([base64.b64decode(told["update"])])
    expected = {(each["client"], each["clock"]): each["line"] for each in told["anchors"]}
    found = document.lines_of(list(expected))
    assert {anchor: line.number for anchor, line in found.items()} == expected
    assert {line.file for line in found.values()} <= {"f"}


def test_breakpoints_and_watches_are_read_as_yjs_writes_them(yjs: NodeProcess) -> None:
    document = Document([base64.b64decode(yjs.ask("marked")["update"])])
    [first, last] = document.breakpoints()
    assert (first.id, first.file, first.condition, first.log_message) == ("b1", "f", "x > 1", "")
    assert first.anchor is not None
    assert document.lines_of([first.anchor])[first.anchor].number == 2
    assert (last.id, last.anchor, last.is_enabled) == ("b2", None, False)
    assert document.function_breakpoints() == [FunctionBreakpoint("f", "add", "a > 1")]
    assert [(each.id, each.expression) for each in document.watches()] == [("w", "a + b")]
