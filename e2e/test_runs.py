"""Programs run for the whole room, in real containers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

Enter = Callable[[LiveRoom, str], RoomPage]


def room_with(server: LiveServer, program: str) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": program}])


@pytest.fixture
def enter(open_page: Callable[..., Page]) -> Enter:
    def enter(room: LiveRoom, name: str) -> RoomPage:
        return RoomPage.join(open_page(room.links["editor"]), name=name)

    return enter


def test_both_see_coloured_output_and_the_outcome(server: LiveServer, enter: Enter) -> None:
    program = "print('\\x1b[32mgreen\\x1b[0m and plain')\nraise SystemExit(3)\n"
    room = room_with(server, program)
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    for person in (ada, bob):
        person.expect_terminal("green and plain")
        person.expect_outcome("exited(3)")
        expect(person.page.get_by_test_id("run-words")).to_have_text("Exited with code 3")
        expect(person.page.locator(".xterm-rows .xterm-fg-2")).to_have_text("green")


def test_what_one_types_into_the_program_is_seen_by_both(server: LiveServer, enter: Enter) -> None:
    program = "name = input('Who? ')\nprint(f'Hello, {name}!')\n"
    room = room_with(server, program)
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    bob.run()
    for person in (ada, bob):
        person.expect_terminal("Who?")
    ada.type_into_terminal("Grace")
    bob.expect_terminal("Who? Grace")
    expect(bob.page.get_by_test_id("run-typing")).to_have_text("Ada is typing")
    ada.type_into_terminal("\n")
    for person in (ada, bob):
        person.expect_terminal("Hello, Grace!")


def test_stop_ends_a_run_at_once_and_says_who_stopped_it(server: LiveServer, enter: Enter) -> None:
    program = "print('looping')\nwhile True:\n    pass\n"
    room = room_with(server, program)
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    bob.expect_terminal("looping")
    bob.stop()
    for person in (ada, bob):
        person.expect_outcome("stopped by Bob")
        expect(person.page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


def test_who_joins_in_the_middle_sees_the_output_so_far(server: LiveServer, enter: Enter) -> None:
    program = "print('so far')\ninput('Go on? ')\nprint('the rest')\n"
    room = room_with(server, program)
    ada = enter(room, "Ada")
    ada.run()
    ada.expect_terminal("Go on?")
    cy = enter(room, "Cy")
    cy.expect_terminal("so far")
    cy.type_into_terminal("yes\n")
    for person in (ada, cy):
        person.expect_terminal("the rest")


def test_a_restarted_server_still_shows_text_files_and_the_last_run(
    own_server: LiveServer, enter: Enter
) -> None:
    room = room_with(own_server, "print('from before the restart')\n")
    ada = enter(room, "Ada")
    ada.run()
    ada.expect_terminal("from before the restart")
    ada.expect_outcome("exited(0)")
    own_server.restart()
    bob = enter(room, "Bob")
    bob.expect_terminal("from before the restart")
    bob.expect_text("print('from before the restart')\n")
