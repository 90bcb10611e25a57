"""One drives for all: who that is, how it changes hands, and that nobody is carried away."""

import pytest
from playwright.sync_api import expect

from e2e.accessibility import violations
from e2e.debug_page import Enter
from e2e.debug_programs import SUM
from e2e.held_socket import HeldSocket
from tests.live import LiveRoom, LiveServer


@pytest.fixture
def room(server: LiveServer) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": SUM}])


def test_the_driver_hands_over_and_each_looks_where_they_like(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    bob.expect_stopped(2, stop=1)
    step = bob.page.get_by_role("toolbar", name="Debugger").get_by_role("button", name="Step over")
    expect(step).to_have_attribute("aria-disabled", "true")
    step.hover()
    expect(bob.page.get_by_role("tooltip")).to_contain_text("Ada is driving: ask for control")
    bob.page.keyboard.press("F10")
    expect(bob.page.get_by_test_id("toast")).to_contain_text("Ada is driving")

    # Ten seconds after it one could take over without asking.
    ada.press("Step over")
    bob.expect_stopped(3, stop=2)
    bob.page.get_by_test_id("control-request").click()
    ada.page.get_by_test_id("control-prompt-give").click()
    for person in (ada, bob):
        person.expect_driver("Bob")
    expect(bob.page.get_by_test_id("toast").last).to_have_text("You drive now.")

    ada.tree("Call stack").get_by_role("treeitem").filter(has_text="<module>").click()
    expect(ada.page.locator(".frame-line")).to_have_count(1)
    ada.expect_variable("number", "3")
    bob.page.keyboard.press("F5")
    ada.expect_stopped(2, stop=3)
    bob.expect_line_highlighted(2)
    ada.page.get_by_role("button", name="Back to where it stands").click()
    ada.expect_line_highlighted(2)
    expect(ada.page.get_by_role("button", name="Back to where it stands")).to_have_count(0)
    bob.page.keyboard.press("Shift+F5")
    ada.expect_ended()
    ada.person.expect_outcome("stopped by Bob")


def test_a_driver_without_the_panel_hears_who_asks_and_one_who_pauses_is_taken_over(
    enter: Enter,
) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    bob.expect_stopped(2, stop=1)
    for person in (ada, bob):
        expect(person.page.get_by_test_id("run-words")).to_have_text("Stopped at main.py:2")
    ada.page.get_by_role("button", name="Close the debugger").first.click()
    bob.page.get_by_role("button", name="Ask", exact=True).click()
    expect(bob.page.get_by_role("button", name="Asked", pressed=True)).to_be_visible()
    assert violations(bob.page) == []
    prompt = ada.page.get_by_test_id("control-prompt-debug")
    expect(prompt).to_contain_text("Bob asks for control")
    assert violations(ada.page) == []
    ada.page.keyboard.press("F4")
    bob.expect_driver("Bob")
    expect(prompt).to_have_count(0)
    expect(ada.page.get_by_test_id("toast").last).to_have_text("Bob drives now.")

    ada.page.get_by_role("button", name="Open the debugger").click()
    take_over = ada.page.get_by_role("button", name="Take over")
    expect(take_over).to_be_visible()  # ten seconds after Bob got it
    ada.page.get_by_role("button", name="Ask", exact=True).click()
    expect(bob.page.get_by_test_id("control-prompt-debug")).to_be_visible()
    take_over.click()
    for person in (ada, bob):
        person.expect_driver("Ada")
    expect(bob.page.get_by_test_id("control-prompt-debug")).to_have_count(0)
    ada.press("Stop")
    bob.expect_ended()


def test_everybody_may_step_when_the_room_says_so_and_hovering_tells_values(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    bob.expect_stopped(2, stop=1)
    ada.page.get_by_test_id("run-settings").click()
    everybody = ada.page.get_by_label("Everybody may step in the debugger")
    everybody.click()
    expect(everybody).to_be_checked()
    ada.page.keyboard.press("Escape")
    bob.press("Step over")
    ada.expect_stopped(3, stop=2)
    ada.expect_driver("Bob")

    bob.point_at(2, 14)
    expect(bob.page.locator(".monaco-hover:not(.hidden)")).to_contain_text("total = 0")
    ada.press_breakpoint_key(2)
    ada.expect_told_breakpoints(0)
    bob.run_to_cursor(10)
    ada.person.expect_terminal("Who?")
    bob.person.type_into_terminal("Bob\n")
    for person in (ada, bob):
        person.expect_stopped(10)
        person.expect_line_highlighted(10)
    ada.press_breakpoint_key(3)
    ada.press("Restart")
    bob.expect_stopped(3, stop=1)
    ada.press("Stop")
    bob.expect_ended()


def test_typing_is_not_carried_away_by_a_step_of_somebody_else(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    bob.expect_stopped(2, stop=1)
    bob.person.create_file("notes.py")
    back = bob.page.get_by_role("button", name="Back to where it stands")
    expect(back).to_be_visible()
    ada.press("Step over")
    bob.expect_stopped(3, stop=2)
    expect(bob.person.tab("notes.py")).to_have_attribute("aria-current", "true")
    back.click()
    expect(bob.person.tab("main.py")).to_have_attribute("aria-current", "true")
    bob.expect_line_highlighted(3)
    bob.person.type_at(11, 1, "# mine")
    expect(back).to_be_visible()
    ada.press("Stop")
    bob.expect_ended()
    expect(back).to_have_count(0)


def test_a_step_is_seen_to_be_taken_at_once_and_is_one_on_a_slow_network(enter: Enter) -> None:
    ada, bob = enter("Ada"), enter("Bob")
    socket = HeldSocket(ada.page)
    ada.person.reload()
    ada.press_breakpoint_key(2)
    bob.expect_breakpoints(("main.py", 2))
    ada.start()
    bob.expect_stopped(2, stop=1)
    ada.expect_stopped(2, stop=1)
    socket.hold()
    toolbar = ada.page.get_by_role("toolbar", name="Debugger")
    step = toolbar.get_by_role("button", name="Step over")
    step.click()
    expect(step).to_have_attribute("data-taken", "true")
    expect(toolbar).to_have_attribute("aria-busy", "true")
    ada.page.keyboard.press("F10")
    step.click(force=True)
    expect(ada.page.locator(".stop-line")).to_have_count(0)
    expect(ada.page.get_by_test_id("run-words")).to_have_text("Running")
    expect(step).to_be_focused()
    socket.release()
    for person in (ada, bob):
        person.expect_stopped(3, stop=2)
        person.expect_line_highlighted(3)
    assert socket.commands.count("debug.next") == 1
    expect(step).to_be_focused()
    expect(toolbar).to_have_attribute("aria-busy", "false")
    ada.press("Stop")
    bob.expect_ended()
