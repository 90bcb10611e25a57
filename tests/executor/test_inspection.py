"""What is known of a stop, and how much of it is read at a time."""

from typing import Any

import pytest

from executor.errors import AdapterRefused
from executor.inspection import MAX_AT_ONCE, Inspection, Part


def holding(elements: int, named: int = 0) -> Inspection:
    """Knows of a value with so many elements and other parts, by the reference 5."""
    inspection = Inspection()
    sizes = {"indexedVariables": elements, "namedVariables": named}
    inspection.noted({"variables": [{"name": "big", "variablesReference": 5, **sizes}]})
    return inspection


def listed(names: range) -> dict[str, Any]:
    return {"variables": [{"name": f"[{at}]", "value": "0"} for at in names]}


def test_a_page_is_of_elements_unless_it_is_said_to_be_of_others() -> None:
    page = {"variablesReference": 5, "start": 100, "count": 100}
    assert Part(5, 100, 100).arguments == {**page, "filter": "indexed"}
    assert Part(5, 100, 100, "named").arguments == {**page, "filter": "named"}
    assert Part(5).arguments == {"variablesReference": 5}


def test_too_many_elements_are_read_in_pages_alone() -> None:
    inspection = holding(MAX_AT_ONCE + 1, named=1)
    with pytest.raises(AdapterRefused, match=f"there are {MAX_AT_ONCE + 1} elements"):
        inspection.checked(Part(5))
    inspection.checked(Part(5, 0, 100))
    inspection.checked(Part(5, kind="named"))
    holding(MAX_AT_ONCE).checked(Part(5))


def test_what_has_elements_alone_is_not_read_for_others() -> None:
    with pytest.raises(AdapterRefused):
        holding(MAX_AT_ONCE + 1).checked(Part(5, kind="named"))


def test_a_reference_that_means_something_else_later_has_its_size() -> None:
    inspection = holding(MAX_AT_ONCE + 1)
    inspection.noted({"result": "1", "variablesReference": 5})
    inspection.checked(Part(5))


def test_who_tells_all_for_a_page_is_cut_to_it() -> None:
    inspection = holding(1000)
    told = inspection.changed(Part(5, 100, 2), listed(range(1000)))["variables"]
    assert [each["name"] for each in told] == ["[100]", "[101]"]
    told = inspection.changed(Part(5, 100, 2), listed(range(100, 102)))["variables"]
    assert [each["name"] for each in told] == ["[100]", "[101]"]


@pytest.mark.parametrize("told", [7, [7], [{"variablesReference": []}], None])
def test_an_answer_of_no_shape_tells_no_size(told: object) -> None:
    inspection = Inspection()
    assert inspection.noted({"variables": told}) == {"variables": told}
