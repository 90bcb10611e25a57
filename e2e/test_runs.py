"""Programs run for the whole room, in real containers."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
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


def test_stop_ends_even_a_deaf_run_at_once_and_says_who_stopped_it(
    server: LiveServer, enter: Enter
) -> None:
    program = """\
import signal
for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(name, signal.SIG_IGN)
print('looping')
while True:
    pass
"""
    room = room_with(server, program)
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    bob.expect_terminal("looping")
    pressed_at = time.time()
    bob.stop()
    for person in (ada, bob):
        person.expect_outcome("stopped by Bob")
        expect(person.page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    assert ada.runs[-1]["finished_at"] / 1000 - pressed_at < 5


def test_two_who_press_run_at_the_same_moment_see_the_same_two_runs(
    server: LiveServer, enter: Enter
) -> None:
    room = room_with(server, "print('twice')\n")
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    with server.frozen():
        ada.run()
        bob.run()
    for person in (ada, bob):
        person.expect_run(2)
        person.expect_outcome("exited(0)")
        person.expect_terminal("twice")
        person.choose_run(1)
        person.expect_outcome("exited(0)")
        person.expect_terminal("twice")
    assert ada.runs == bob.runs
    assert {run["by_name"] for run in ada.runs} == {"Ada", "Bob"}


def test_a_viewer_sees_output_and_cannot_type_into_the_program(
    server: LiveServer, enter: Enter, open_page: Callable[..., Page]
) -> None:
    room = room_with(server, "print(f'Hello, {input()}!')\n")
    ada = enter(room, "Ada")
    viewer = RoomPage.join(open_page(room.links["viewer"]), name="Vi")
    ada.run()
    viewer.expect_run(1, state="running")
    viewer.type_into_terminal("Mallory\n")
    viewer.page.keyboard.press("Control+c")
    ada.type_into_terminal("Grace\n")
    for person in (ada, viewer):
        person.expect_terminal("Hello, Grace!")
        person.expect_outcome("exited(0)")
        assert "Mallory" not in person.terminal


def test_without_an_engine_run_says_what_is_missing_and_how_to_get_it(
    tmp_path_factory: pytest.TempPathFactory, enter: Enter
) -> None:
    settings = {"CODLAB_DOCKER_HOST": "tcp://127.0.0.1:9"}
    with LiveServer(tmp_path_factory.mktemp("no-engine"), settings=settings) as server:
        ada = enter(room_with(server, "print('never')\n"), "Ada")
        ada.run()
        hurdle = ada.page.get_by_test_id("run-hurdle")
        expect(hurdle.get_by_role("heading")).to_contain_text("No container engine answers")
        expect(hurdle).to_contain_text("scripts/engine")
        expect(hurdle).to_contain_text("CODLAB_DOCKER_HOST")
        expect(ada.page.get_by_test_id("run-words")).to_have_text("Could not start")
        expect(ada.page.get_by_test_id("toast")).to_have_count(0)
        assert violations(ada.page) == []
        ada.type_at(1, 1, "# editing works\n")
        ada.expect_status("saved")
        hurdle.get_by_role("button", name="Run again").click()
        ada.expect_run(2)
        expect(hurdle).to_be_visible()


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
