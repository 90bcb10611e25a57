"""A room's document is written anew while people are in it, and while one of them is offline."""

from collections.abc import Callable

import httpx2
import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

START = "first = 1\nsecond = 2\n"


@pytest.fixture
def room(own_server: LiveServer) -> LiveRoom:
    return own_server.create_room(files=[{"path": "main.py", "text": START}])


@pytest.fixture
def join(room: LiveRoom, open_page: Callable[..., Page]) -> Callable[[str], RoomPage]:
    """Opens a page that can tell whether it was ever loaded again."""

    def join(name: str) -> RoomPage:
        permissions = ["clipboard-read", "clipboard-write"]
        person = RoomPage.join(open_page(room.links["editor"], permissions=permissions), name=name)
        person.page.evaluate("() => { window.loadedOnce = true }")
        return person

    return join


def renew(room: LiveRoom) -> None:
    httpx2.post(
        f"{room.server.url}/api/rooms/{room.id}/renew",
        headers={"Authorization": f"Bearer {room.owner.access_token}"},
    ).raise_for_status()


def go_offline(room: LiveRoom, *people: RoomPage) -> None:
    for person in people:
        person.page.context.set_offline(True)
    room.server.restart()  # an open socket does not notice that the network is off
    for person in people:
        person.expect_status("offline")


def expect_never_reloaded(*people: RoomPage) -> None:
    for person in people:
        assert person.page.evaluate("() => window.loadedOnce") is True


def told(person: RoomPage) -> None:
    toast = person.page.get_by_text("document was written anew. This page has joined it again.")
    expect(toast).to_be_visible()


def test_who_was_offline_gets_the_new_text_once_and_keeps_the_own_words(
    room: LiveRoom, join: Callable[[str], RoomPage]
) -> None:
    ada, bob = join("Ada"), join("Bob")
    go_offline(room, ada)
    ada.type_at(1, 1, "# typed on a train\n")
    bob.expect_status("saved")
    bob.type_at(2, 1, "# by Bob\n")
    bob.expect_status("saved")

    renew(room)
    told(bob)
    now = "first = 1\n# by Bob\nsecond = 2\n"
    bob.expect_text(now)
    bob.expect_status("saved")
    expect(bob.page.get_by_test_id("notice")).to_have_count(0)

    ada.page.context.set_offline(False)
    notice = ada.page.get_by_role("alert").filter(has_text="was written anew")
    expect(notice).to_contain_text("Your last changes in main.py did not reach it")
    ada.expect_text(now)
    assert violations(ada.page) == []
    notice.get_by_role("button", name="Copy my text").click()
    expect(notice.get_by_role("button", name="Copied")).to_be_visible()
    copied = ada.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == "# typed on a train\n" + START
    notice.get_by_role("button", name="Let them go").click()
    expect(notice).to_have_count(0)
    expect_never_reloaded(ada, bob)


def test_people_go_on_together_in_the_renewed_document(
    room: LiveRoom, join: Callable[[str], RoomPage]
) -> None:
    ada, bob = join("Ada"), join("Bob")
    renew(room)
    told(ada)
    told(bob)
    ada.expect_status("saved")
    ada.expect_text(START)
    ada.type_at(1, 1, "# by Ada\n")
    bob.expect_text("# by Ada\n" + START)
    bob.type_at(1, 1, "# by Bob\n")
    ada.expect_text("# by Bob\n# by Ada\n" + START)
    bob.expect_status("saved")
    expect_never_reloaded(ada, bob)


def test_who_had_nothing_unsaved_is_only_told(
    room: LiveRoom, join: Callable[[str], RoomPage]
) -> None:
    ada = join("Ada")
    ada.type_at(1, 1, "# saved\n")
    ada.expect_status("saved")
    go_offline(room, ada)
    renew(room)
    ada.page.context.set_offline(False)
    told(ada)
    ada.expect_status("saved")
    ada.expect_text("# saved\n" + START)
    expect(ada.page.get_by_test_id("notice")).to_have_count(0)
    expect_never_reloaded(ada)


def test_words_are_kept_over_two_renewals(room: LiveRoom, join: Callable[[str], RoomPage]) -> None:
    ada = join("Ada")
    go_offline(room, ada)
    ada.type_at(1, 1, "# typed on a train\n")
    renew(room)
    ada.page.context.set_offline(False)
    notice = ada.page.get_by_role("alert").filter(has_text="was written anew")
    expect(notice).to_be_visible()
    ada.expect_status("saved")
    generation = ada.page.evaluate("() => window.__codlab.room.provider.params.generation")
    renew(room)
    ada.until("old => window.__codlab?.room.provider.params.generation !== old", generation)
    ada.expect_status("saved")
    ada.expect_text(START)
    notice.get_by_role("button", name="Copy my text").click()
    expect(notice.get_by_role("button", name="Copied")).to_be_visible()
    copied = ada.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == "# typed on a train\n" + START
