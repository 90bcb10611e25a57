"""Several people write in one room."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

Join = Callable[..., RoomPage]

START = "first = 1\nsecond = 2\nthird = 3\n"


@pytest.fixture
def room(server: LiveServer) -> LiveRoom:
    return server.create_room(title="Together", files=[{"path": "main.py", "text": START}])


@pytest.fixture
def join(room: LiveRoom, open_page: Callable[..., Page]) -> Join:
    def join(name: str, role: str = "editor") -> RoomPage:
        return RoomPage.join(open_page(room.links[role]), name=name)

    return join


def test_a_room_is_made_without_an_account_and_entered_by_its_link(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    ada = RoomPage.create(open_page(server.url), name="Ada", title="Interview")
    expect(ada.page).to_have_title("Interview · CodLabStudio")
    bob = RoomPage.join(open_page(ada.link("editor")), name="Bob")
    expect(ada.page.get_by_role("button", name="Follow Bob")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Follow Ada")).to_be_visible()

    bob.type_at(1, 1, "# typed by Bob\n")
    ada.expect_text(bob.text)
    assert ada.text.startswith("# typed by Bob\n")


def test_text_typed_at_the_same_time_converges(join: Join) -> None:
    ada, bob = join("Ada"), join("Bob")
    ada.put_cursor(1, 1)
    bob.put_cursor(4, 1)
    for number in range(5):
        ada.page.keyboard.type(f"# ada {number} 🙂\n")
        bob.page.keyboard.type(f"# bob {number} 🙃\n")
    adas = "".join(f"# ada {number} 🙂\n" for number in range(5))
    bobs = "".join(f"# bob {number} 🙃\n" for number in range(5))
    ada.expect_text(adas + START + bobs)
    bob.expect_text(adas + START + bobs)


def test_each_sees_the_others_cursor_selection_and_name(join: Join) -> None:
    ada, bob = join("Ada"), join("Bob")
    ada.put_cursor(2, 3)
    assert bob.remote_label() == "Ada"
    bob.put_cursor(3, 1)
    bob.page.keyboard.press("Shift+End")
    assert ada.remote_label() == "Bob"
    expect(ada.page.locator(".rc-selection")).not_to_have_count(0)

    bob.page.close()
    expect(ada.page.locator(".rc-head")).to_have_count(0)
    expect(ada.others).to_have_count(0)


def test_undo_takes_back_only_ones_own_edits(join: Join) -> None:
    ada, bob = join("Ada"), join("Bob")
    ada.type_at(1, 1, "ADA")
    bob.expect_text("ADA" + START)
    bob.type_at(4, 1, "BOB")
    ada.expect_text("ADA" + START + "BOB")
    ada.page.keyboard.press("Control+z")
    bob.expect_text(START + "BOB")
    ada.expect_text(START + "BOB")
    ada.page.keyboard.press("Control+Shift+z")
    bob.expect_text("ADA" + START + "BOB")


def test_a_viewer_sees_everything_and_changes_nothing(join: Join) -> None:
    ada, viewer = join("Ada"), join("Vi", "viewer")
    expect(viewer.page.get_by_test_id("viewer-notice")).to_be_visible()
    viewer.type_at(1, 1, "not allowed")
    ada.type_at(1, 1, "# allowed\n")
    viewer.expect_text("# allowed\n" + START)
    expect(viewer.page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
