"""Threads and deep stacks: each looks where they like, and the keyboard reaches all of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.accessibility import violations
from e2e.debug_page import DebugPage, Enter
from e2e.room_page import RoomPage
from tests.live import LiveRoom, LiveServer

THREADS = """\
import threading
import time

done = threading.Event()


def wait(number):
    twice = number * 2
    while not done.is_set():
        time.sleep(0.01)


worker = threading.Thread(target=wait, args=(21,), name="worker")
worker.start()
print("waiting")
done.set()
"""
DEEP = """\
def down(n):
    if n == 0:
        return n
    return down(n - 1)


down(120)
"""


@pytest.fixture
def room(server: LiveServer) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": THREADS}])


def test_another_thread_is_looked_at_without_moving_anybody(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(15)
    bob.expect_breakpoints(("main.py", 15))
    ada.start()
    for person in (ada, bob):
        person.expect_stopped(15, stop=1)
    stack = bob.tree("Call stack").get_by_role("treeitem")
    thread = stack.filter(has_text="worker")
    expect(thread).to_have_attribute("aria-expanded", "false")
    thread.focus()
    bob.page.keyboard.press("ArrowRight")
    expect(thread).to_have_attribute("aria-expanded", "true")
    frame = stack.filter(has_text="wait")
    expect(frame).to_have_attribute("aria-level", "2")
    frame.click()
    bob.expect_variable("twice", "42")
    expect(bob.page.locator(".frame-line")).to_have_count(1)
    expect(bob.page.get_by_role("button", name="Back to where it stands")).to_be_visible()
    assert violations(bob.page) == []
    ada.expect_line_highlighted(15)
    expect(ada.page.locator(".frame-line")).to_have_count(0)
    ada.press("Continue")
    bob.person.expect_outcome("exited(0)")


def test_steps_take_the_focus_from_no_row(
    server: LiveServer, open_page: Callable[..., Page]
) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": DEEP}])
    ada = DebugPage(RoomPage.join(open_page(room.links["editor"]), name="Ada"))
    ada.press_breakpoint_key(2)
    ada.expect_breakpoints(("main.py", 2))
    ada.start()
    ada.expect_stopped(2, stop=1)
    ada.variable("n").focus()
    for stop in (2, 3):
        ada.page.keyboard.press("F5")
        ada.expect_stop(stop)
        ada.expect_variable("n", str(121 - stop))
        expect(ada.tree("Variables").locator("[role=treeitem]:focus")).to_have_count(1)
    ada.tree("Call stack").get_by_role("treeitem").first.focus()
    for stop in (4, 5):
        ada.page.keyboard.press("F5")
        ada.expect_stop(stop)
        expect(ada.tree("Call stack").locator("[role=treeitem]:focus")).to_have_count(1)
    ada.page.keyboard.press("Shift+F5")
    ada.expect_ended()


def test_all_of_a_deep_stack_is_reached(server: LiveServer, open_page: Callable[..., Page]) -> None:
    room = server.create_room(files=[{"path": "main.py", "text": DEEP}])
    ada = DebugPage(RoomPage.join(open_page(room.links["editor"]), name="Ada"))
    ada.press_breakpoint_key(3)
    ada.expect_breakpoints(("main.py", 3))
    ada.page.keyboard.press("F5")
    ada.expect_stopped(3, stop=1)
    stack = ada.tree("Call stack").get_by_role("treeitem")
    expect(stack).to_have_count(51)
    stack.first.focus()
    ada.page.keyboard.press("End")
    more = stack.filter(has_text="Show more frames")
    expect(more).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(stack.last).to_contain_text("<module>")
    expect(more).to_have_count(0)
    stack.last.click()
    expect(ada.page.locator(".frame-line")).to_have_count(1)
    ada.press("Stop")
    ada.expect_ended()
