"""A room has several files, and they are everybody's."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.room_page import RoomPage
from tests.live import LiveServer

MAIN = {"path": "main.py", "text": "import greeting\n\nprint(greeting.words)\n"}


@pytest.fixture
def pair(server: LiveServer, open_page: Callable[..., Page]) -> tuple[RoomPage, RoomPage]:
    """Ada and Bob in one room."""
    link = server.create_room(files=[MAIN]).links["editor"]
    return (
        RoomPage.join(open_page(link), name="Ada"),
        RoomPage.join(open_page(link), name="Bob"),
    )


def test_a_new_file_is_everybodys_and_part_of_the_run(pair: tuple[RoomPage, RoomPage]) -> None:
    ada, bob = pair
    ada.create_file("greeting.py")
    ada.type_at(1, 1, "words = 'from another file'")
    bob.expect_file("greeting.py", "words = 'from another file'")

    bob.expect_text(MAIN["text"])  # what the one opens does not change what the other looks at
    bob.run()
    for person in pair:
        person.expect_terminal("from another file")


def test_two_people_write_in_different_files(pair: tuple[RoomPage, RoomPage]) -> None:
    ada, bob = pair
    ada.create_file("lib/one.py")
    ada.type_at(1, 1, "# one")
    bob.type_at(1, 1, "# main\n")
    for person in pair:
        person.expect_file("lib/one.py", "# one")
        person.expect_file("main.py", "# main\n" + MAIN["text"])
    expect(ada.page.locator(".rc-head")).to_have_count(0)  # Bob is in the other file
    bob.open_file("lib/one.py")
    bob.expect_text("# one")
    assert bob.remote_label() == "Ada"


def test_a_renamed_file_keeps_its_text_and_who_is_in_it(pair: tuple[RoomPage, RoomPage]) -> None:
    ada, bob = pair
    bob.type_at(1, 1, "# before\n")
    ada.expect_text("# before\n" + MAIN["text"])
    ada.rename_file("main.py", "app.py")
    expect(bob.tab("app.py")).to_be_visible()
    expect(bob.tab("main.py")).to_have_count(0)
    bob.page.keyboard.type("# after\n")
    for person in pair:
        person.expect_file("app.py", "# before\n# after\n" + MAIN["text"])


def test_a_deleted_file_goes_for_everybody_and_can_be_brought_back(
    pair: tuple[RoomPage, RoomPage],
) -> None:
    ada, bob = pair
    ada.create_file("notes.txt")
    ada.type_at(1, 1, "keep me")
    bob.expect_file("notes.txt", "keep me")
    bob.open_file("notes.txt")
    ada.delete_file("notes.txt")
    expect(bob.tab("notes.txt")).to_have_count(0)
    expect(bob.file("notes.txt")).to_have_count(0)

    ada.page.get_by_role("button", name="Undo").click()
    expect(bob.file("notes.txt")).to_be_visible()
    bob.expect_file("notes.txt", "keep me")


def test_a_room_opens_with_the_file_that_run_runs(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    files = [{"path": path, "text": f"# {path}\n"} for path in ("app.py", "main.py", "README.md")]
    room = server.create_room(files=files)
    ada = RoomPage.join(open_page(room.links["editor"]), name="Ada")
    ada.expect_text("# main.py\n")

    ada.page.get_by_role("button", name="Run settings").click()
    ada.page.get_by_label("Entry file").select_option("app.py")
    ada.page.keyboard.press("Escape")
    ada.expect_status("saved")
    ada.reload()
    ada.expect_text("# app.py\n")
    expect(ada.page.get_by_test_id("tab")).to_have_count(1)


def test_the_last_file_may_go_and_the_next_is_one_press_away(
    pair: tuple[RoomPage, RoomPage],
) -> None:
    ada, bob = pair
    ada.delete_file("main.py")
    empty = bob.page.get_by_test_id("editor-empty")
    expect(empty).to_contain_text("This room has no files")
    empty.get_by_role("button", name="Create main.py").click()
    bob.expect_text("")
    bob.page.keyboard.type("print('anew')\n")
    ada.open_file("main.py")
    ada.expect_text("print('anew')\n")
