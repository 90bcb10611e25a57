"""One person goes along with another, until they do something of their own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveServer

LONG = "".join(f"line = {number}\n" for number in range(1, 201))
FILES = [{"path": "main.py", "text": "print(1)\n"}, {"path": "long.py", "text": LONG}]


@pytest.fixture
def pair(server: LiveServer, open_page: Callable[..., Page]) -> tuple[RoomPage, RoomPage]:
    """Ada, and Bob whom she may follow."""
    link = server.create_room(files=FILES).links["editor"]
    return (
        RoomPage.join(open_page(link), name="Ada"),
        RoomPage.join(open_page(link), name="Bob"),
    )


def test_who_follows_sees_each_file_and_line_that_the_other_goes_to(
    pair: tuple[RoomPage, RoomPage],
) -> None:
    ada, bob = pair
    ada.page.get_by_role("button", name="Follow Bob").click()
    expect(ada.following).to_contain_text("Following Bob")
    assert violations(ada.page) == []
    bob.open_file("long.py")
    bob.put_cursor(150, 1)
    ada.expect_text(LONG)
    ada.expect_line_in_view(150)
    assert ada.remote_label() == "Bob"

    bob.page.keyboard.insert_text("\n" * 60)  # typing moves no cursor relative to the text
    ada.expect_line_in_view(210)
    bob.open_file("main.py")
    bob.put_cursor(1, 1)
    ada.expect_text("print(1)\n")


@pytest.mark.parametrize("own", ["key", "click", "wheel", "Escape"])
def test_the_first_thing_of_ones_own_ends_it(pair: tuple[RoomPage, RoomPage], own: str) -> None:
    ada, bob = pair
    bob.put_cursor(1, 2)
    person = ada.page.get_by_role("button", name="Follow Bob")
    person.press("Enter")
    expect(person).to_have_attribute("aria-pressed", "true")
    expect(ada.following).to_be_visible()
    editor = ada.page.get_by_test_id("editor")
    match own:
        case "key":
            ada.put_cursor(1, 1)
            ada.page.keyboard.type("x")
        case "click":
            editor.click()
        case "wheel":
            editor.hover()
            ada.page.mouse.wheel(0, 10)
        case _:
            ada.page.keyboard.press("Escape")
    expect(ada.following).to_have_count(0)
    expect(person).to_have_attribute("aria-pressed", "false")
    bob.open_file("long.py")
    bob.put_cursor(100, 1)
    expect(ada.file("long.py").locator(".tree-person")).to_be_visible()
    expect(ada.tab("main.py")).to_have_attribute("aria-current", "true")


def test_following_ends_with_a_second_press_and_when_the_other_leaves(
    pair: tuple[RoomPage, RoomPage],
) -> None:
    ada, bob = pair
    person = ada.page.get_by_role("button", name="Follow Bob")
    person.click()
    expect(ada.following).to_be_visible()
    person.click()
    expect(ada.following).to_have_count(0)
    person.click()
    expect(ada.following).to_be_visible()
    bob.page.context.close()
    expect(ada.following).to_have_count(0)
    expect(ada.page.get_by_test_id("toast")).to_contain_text("has left")
