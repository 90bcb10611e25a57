"""Files that a program writes, as the people in the room see them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer
from tests.server.plot import PLOT

Enter = Callable[[LiveRoom, str], RoomPage]
SHOWN = "element => element.complete && element.naturalWidth > 0"


@pytest.fixture
def enter(open_page: Callable[..., Page]) -> Enter:
    def enter(room: LiveRoom, name: str) -> RoomPage:
        return RoomPage.join(open_page(room.links["editor"]), name=name)

    return enter


@pytest.fixture
def people(server: LiveServer, enter: Enter) -> tuple[RoomPage, RoomPage]:
    """Two who see what a program has written."""
    room = server.create_room(files=[{"path": "main.py", "text": PLOT}])
    ada, bob = enter(room, "Ada"), enter(room, "Bob")
    ada.run()
    for person in (ada, bob):
        expect(person.page.get_by_test_id("artefact")).to_have_count(3)
    return ada, bob


def opened(person: RoomPage, name: str) -> Locator:
    person.page.get_by_role("button", name=name).click()
    return person.page.get_by_role("dialog", name=name)


def test_a_plot_is_seen_by_everybody_and_a_page_is_but_text(
    people: tuple[RoomPage, RoomPage],
) -> None:
    for person in people:
        picture = person.page.get_by_test_id("picture").element_handle()
        person.page.wait_for_function(SHOWN, arg=picture)
    page = people[1].page
    assert violations(page) == []
    dialog = opened(people[1], "page.html")
    expect(dialog.get_by_test_id("text-preview")).to_have_text("<script>alert(1)</script>")
    assert violations(page) == []


def test_a_text_is_kept_among_the_files_for_everybody(people: tuple[RoomPage, RoomPage]) -> None:
    ada, bob = people
    keep = opened(bob, "numbers.csv").get_by_test_id("keep-artefact")
    keep.click()
    expect(keep).to_be_disabled()
    expect(keep).to_contain_text("Kept")
    ada.open_file("numbers.csv")
    ada.expect_text("x,y\n1,2\n")


def test_a_picture_is_downloaded_and_dropped(people: tuple[RoomPage, RoomPage]) -> None:
    ada, bob = people
    dialog = opened(ada, "plot.png")
    expect(dialog.get_by_test_id("keep-artefact")).to_have_count(0)
    with ada.page.expect_download() as downloading:
        dialog.get_by_role("button", name="Download").click()
    assert downloading.value.suggested_filename == "plot.png"
    assert Path(downloading.value.path()).read_bytes().startswith(b"\x89PNG")
    dialog.get_by_role("button", name="Drop for everybody").click()
    expect(dialog).to_be_hidden()
    expect(bob.page.get_by_test_id("artefact")).to_have_count(2)


def test_output_that_is_not_shown_can_be_downloaded(server: LiveServer, enter: Enter) -> None:
    program = "for number in range(300_000): print(f'{number:09}')\n"
    room = server.create_room(files=[{"path": "main.py", "text": program}])
    ada = enter(room, "Ada")
    ada.run()
    ada.expect_outcome("exited(0)")
    ada.expect_terminal("000299999")
    with ada.page.expect_download() as downloading:
        ada.page.get_by_test_id("whole-output").click()
    assert downloading.value.suggested_filename == "run-1.txt"
    lines = Path(downloading.value.path()).read_text(encoding="ascii").split()
    assert lines == [f"{number:09}" for number in range(300_000)]
