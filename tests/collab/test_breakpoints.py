"""What people's programs may put among a room's breakpoints."""

from typing import Any

import pytest
from pycrdt import Doc, Map

from collab.breakpoints import read_breakpoints


@pytest.mark.parametrize("clock", [float("inf"), float("nan"), -1, 1.5, 2.0**60, True, "1", None])
def test_a_character_without_a_number_is_none(clock: object) -> None:
    doc: Doc[Any] = Doc()
    anchor = {"item": {"client": 1, "clock": clock}}
    doc.get("breakpoints", type=Map)["b"] = Map({"file": "f", "anchor": anchor})
    [found] = read_breakpoints(doc)
    assert found.anchor is None
