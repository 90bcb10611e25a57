"""Who types into a program is one person's to hold, and everybody sees whose."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

Enter = Callable[[LiveRoom, str], RoomPage]
ECHO = "print('ready')\nfor line in iter(input, 'end'): print('got', line)\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """One whose programs have the time that people take."""
    settings = {"CODLAB_RUN_WALL_SECONDS": "120"}
    with LiveServer(tmp_path_factory.mktemp("server"), settings=settings) as server:
        yield server


@pytest.fixture
def enter(open_page: Callable[..., Page]) -> Enter:
    def enter(room: LiveRoom, name: str) -> RoomPage:
        return RoomPage.join(open_page(room.links["editor"]), name=name)

    return enter


def chip(person: RoomPage, *, holder: str) -> None:
    """Waits until this person sees who types."""
    expect(person.page.get_by_test_id("control-stdin")).to_have_attribute("data-holder", holder)


def test_the_keyboard_is_taken_asked_for_and_handed_over(server: LiveServer, enter: Enter) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": ECHO}])
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    for person in (ada, bob):
        person.expect_terminal("ready")
    ada.page.get_by_role("button", name="Take the keyboard").click()
    for person in (ada, bob):
        chip(person, holder="Ada")

    bob.type_into_terminal("lost")
    hint = bob.page.get_by_test_id("refused-keys")
    expect(hint).to_contain_text("Only Ada types now")
    assert violations(bob.page) == []
    hint.get_by_role("button", name="Ask for the keyboard").click()
    prompt = ada.page.get_by_test_id("control-prompt-stdin")
    expect(prompt).to_contain_text("Bob asks for the keyboard")
    assert violations(ada.page) == []
    prompt.get_by_role("button", name="Hand over").click()
    for person in (ada, bob):
        chip(person, holder="Bob")

    bob.type_into_terminal("found\n")
    for person in (ada, bob):
        person.expect_terminal("got found")
        assert "lost" not in person.terminal
    bob.page.get_by_role("button", name="Hand over").click()
    bob.page.get_by_role("menuitem", name="Everybody may type").click()
    chip(ada, holder="")
    ada.type_into_terminal("end\n")
    for person in (ada, bob):
        person.expect_outcome("exited(0)")
        expect(person.page.get_by_test_id("control-stdin")).to_have_count(0)


def test_who_goes_leaves_the_keyboard_to_all(server: LiveServer, enter: Enter) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": ECHO}])
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    bob.expect_terminal("ready")
    ada.page.get_by_role("button", name="Take the keyboard").click()
    chip(bob, holder="Ada")
    ada.page.close()
    expect(bob.page.get_by_test_id("control-stdin")).to_have_count(0)
    bob.type_into_terminal("end\n")
    bob.expect_outcome("exited(0)")


def test_a_viewer_is_told_who_types_and_that_viewers_cannot(
    server: LiveServer, enter: Enter, open_page: Callable[..., Page]
) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": ECHO}])
    ada = enter(room, "Ada")
    vic = RoomPage.join(open_page(room.links["viewer"]), name="Vic")
    ada.run()
    vic.expect_terminal("ready")
    ada.page.get_by_role("button", name="Take the keyboard").click()
    chip(vic, holder="Ada")
    vic.type_into_terminal("x")
    expect(vic.page.get_by_test_id("refused-keys")).to_have_text("Viewers cannot type")
    expect(vic.page.get_by_test_id("control-take")).to_have_count(0)
    ada.type_into_terminal("end\n")
    vic.expect_outcome("exited(0)")
