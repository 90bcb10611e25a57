"""Packages, as the people in the room see them: one installs, the others look on and run."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

PROGRAM = "import six\n\nprint('six', six.__version__)\n"
pytestmark = pytest.mark.timeout(300)

Enter = Callable[..., RoomPage]


@pytest.fixture
def enter(open_page: Callable[..., Page]) -> Enter:
    def enter(room: LiveRoom, name: str, role: str = "editor") -> RoomPage:
        return RoomPage.join(open_page(room.links[role]), name=name).arrived()

    return enter


@pytest.fixture
def room(server: LiveServer) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": PROGRAM}])


def dialog_of(person: RoomPage) -> Locator:
    person.page.get_by_test_id("packages-button").click()
    return person.page.get_by_role("dialog", name="Packages")


def test_one_installs_another_sees_it_and_runs(room: LiveRoom, enter: Enter) -> None:
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    looking_on = dialog_of(bob)
    expect(looking_on.get_by_test_id("packages-nothing")).to_be_visible()
    assert violations(bob.page) == []
    dialog = dialog_of(ada)
    dialog.get_by_label("Install packages").fill("six >= 1.16  idna")
    ada.page.keyboard.press("Enter")
    expect(looking_on).to_contain_text("Ada is installing six>=1.16, idna")
    expect(looking_on.get_by_role("progressbar")).to_be_visible()
    for seen in (dialog, looking_on):
        expect(seen.get_by_test_id("package")).to_have_count(2)
        expect(seen.get_by_test_id("package").last).to_contain_text("asked for >=1.16")
        expect(seen.get_by_role("progressbar")).to_have_count(0)
    assert violations(ada.page) == []
    bob.page.keyboard.press("Escape")
    bob.run()
    bob.expect_outcome("exited(0)")
    bob.expect_terminal("six 1.")

    dialog.get_by_role("button", name="Remove idna").click()
    expect(dialog.get_by_test_id("package")).to_have_count(1)


def test_what_is_missing_is_installed_by_one_click_and_run_again(
    room: LiveRoom, enter: Enter
) -> None:
    ada = enter(room, "Ada")
    ada.run()
    ada.expect_outcome("exited(1)")
    hint = ada.page.get_by_test_id("missing-module")
    expect(hint).to_contain_text("six is not installed.")
    assert violations(ada.page) == []
    hint.get_by_role("button", name="Install six").click()
    hint.get_by_role("button", name="Run again").click()
    ada.expect_outcome("exited(0)")
    expect(hint).to_have_count(0)


def test_what_can_t_be_had_says_why_to_all(room: LiveRoom, enter: Enter) -> None:
    ada, vera = enter(room, "Ada"), enter(room, "Vera", "viewer")
    looking_on = dialog_of(vera)
    expect(looking_on.get_by_test_id("packages-nothing")).to_be_visible()
    expect(looking_on.get_by_label("Install packages")).to_have_count(0)
    dialog = dialog_of(ada)
    dialog.get_by_label("Install packages").fill("https://example.org/six.whl")
    ada.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("is not a package's name")
    dialog.get_by_label("Install packages").fill("six==99")
    ada.page.keyboard.press("Enter")
    for seen in (dialog, looking_on):
        expect(seen.get_by_test_id("packages-error")).to_contain_text(
            re.compile("six==99: not installed. no version of six fits six==99", re.IGNORECASE)
        )
    assert violations(vera.page) == []
