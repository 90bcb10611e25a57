"""What people's programs may put among a room's breakpoints."""

import json
from typing import Any

import pytest
from pycrdt import Doc, Map

from collab.breakpoints import read_breakpoints


@pytest.mark.parametrize("clock", [float("inf"), float("nan"), -1, 1.5, 2.0**60, True, "1", None])
def test_a_place_without_a_number_is_none(clock: object) -> None:
    assert read_breakpoints(with_item({"client": 1, "clock": clock})) == []


def test_without_a_character_it_is_the_end_of_the_file() -> None:
    [found] = read_breakpoints(with_item(None))
    assert found.anchor is None


def test_a_place_may_be_told_as_text() -> None:
    [found] = read_breakpoints(with_anchor(json.dumps({"item": {"client": 7, "clock": 3}})))
    assert found.anchor == (7, 3)


@pytest.mark.parametrize("anchor", ["", "{", "7", "[]", 2000 * "[", 5000 * " " + "{}"])
def test_other_texts_are_no_places(anchor: str) -> None:
    assert read_breakpoints(with_anchor(anchor)) == []


def with_item(item: object) -> Doc[Any]:
    return with_anchor({"item": item})


def with_anchor(anchor: object) -> Doc[Any]:
    doc: Doc[Any] = Doc()
    doc.get("breakpoints", type=Map)["b"] = Map({"file": "f", "anchor": anchor})
    return doc
