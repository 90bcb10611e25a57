import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.texts import one_line, workspace_path


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada \t Lovelace\n", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u202eadA\u2066", "adA"),
        ("A\x00\x1bda", "Ada"),
        ("\uff21da", "Ada"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
    ],
)
def test_names_are_shown_in_one_form(typed: str, shown: str) -> None:
    assert one_line(typed) == shown


@given(st.text())
def test_a_name_once_accepted_stays_as_it_is(typed: str) -> None:
    try:
        shown = one_line(typed)
    except ValueError:
        return
    assert one_line(shown) == shown


@given(st.text())
def test_an_accepted_path_stays_inside_the_workspace(typed: str) -> None:
    try:
        path = workspace_path(typed)
    except ValueError:
        return
    assert workspace_path(path) == path
    assert not path.startswith("/")
    assert not {"", ".", ".."} & set(path.split("/"))
