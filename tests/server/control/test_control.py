"""Who may type and who may drive, by the rules alone and in any order of things."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from collab.errors import CommandError
from collab.participant import Participant, Role
from server.control.rules import PAUSE_SECONDS, Control, Controlled

ADA = Participant("ada", "Ada", Role.OWNER, "#000000")
BOB = Participant("bob", "Bob", Role.EDITOR, "#000000")
CLEO = Participant("cleo", "Cleo", Role.EDITOR, "#000000")
VIC = Participant("vic", "Vic", Role.VIEWER, "#000000")
STDIN, DEBUG = Controlled.STDIN, Controlled.DEBUG


@dataclass
class Scene:
    """A control with its clock, its setting and what it told."""

    now: int = 0
    is_shared: bool = False
    told: list[dict[str, object]] = field(default_factory=list)

    def control(self) -> Control:
        return Control(lambda: self.now, lambda: self.is_shared, self.told.append)

    def pass_pause(self) -> None:
        self.now += PAUSE_SECONDS * 1000


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def control(scene: Scene) -> Control:
    control = scene.control()
    control.begin(STDIN)
    control.begin(DEBUG, BOB)
    scene.told.clear()
    return control


def refusal(error: pytest.ExceptionInfo[CommandError]) -> tuple[str, str]:
    return error.value.code, str(error.value)


def test_what_nobody_holds_is_open_to_all_who_may(control: Control, scene: Scene) -> None:
    control.act(STDIN, BOB)
    control.act(STDIN, CLEO)
    assert control.holder(STDIN) is None
    assert scene.told == []


def test_who_holds_the_keyboard_alone_may_type(control: Control, scene: Scene) -> None:
    control.take(STDIN, BOB)
    assert scene.told[-1]["stdin"] == "bob"
    control.act(STDIN, BOB)
    with pytest.raises(CommandError) as error:
        control.act(STDIN, CLEO)
    words = "Bob is typing; ask for control, or take it when Bob has paused for 10 s"
    assert refusal(error) == ("forbidden", words)


def test_it_can_be_taken_over_after_a_pause_only(control: Control, scene: Scene) -> None:
    control.take(STDIN, BOB)
    scene.pass_pause()
    control.act(STDIN, BOB)
    scene.now += PAUSE_SECONDS * 1000 - 1
    with pytest.raises(CommandError) as error:
        control.take(STDIN, CLEO)
    assert refusal(error)[0] == "conflict"
    scene.now += 1
    control.take(STDIN, CLEO)
    assert control.holder(STDIN) == CLEO


def test_an_owner_takes_it_at_any_time(control: Control) -> None:
    control.take(STDIN, BOB)
    control.take(STDIN, ADA)
    assert control.holder(STDIN) == ADA


def test_a_viewer_neither_takes_nor_asks_nor_is_given(control: Control) -> None:
    for refused in (control.take, control.request, control.act):
        with pytest.raises(CommandError) as error:
            refused(STDIN, VIC)
        assert refusal(error) == ("forbidden", "a room's viewer may not do this (run)")
    with pytest.raises(CommandError) as error:
        control.give(STDIN, ADA, VIC)
    assert refusal(error) == ("invalid", "Vic may not have it, being a viewer")


def test_a_request_is_shown_until_it_is_served_or_withdrawn(control: Control, scene: Scene) -> None:
    control.take(STDIN, BOB)
    control.request(STDIN, CLEO)
    control.request(STDIN, ADA)
    assert scene.told[-1]["requests"] == {"stdin": ["cleo", "ada"], "debug": []}
    control.request(STDIN, ADA, withdraw=True)
    control.give(STDIN, BOB, CLEO)
    assert scene.told[-1]["stdin"] == "cleo"
    assert scene.told[-1]["requests"] == {"stdin": [], "debug": []}


def test_asking_for_what_nobody_holds_is_taking_it(control: Control) -> None:
    control.request(STDIN, CLEO)
    assert control.holder(STDIN) == CLEO


def test_only_the_holder_or_an_owner_hands_over(control: Control) -> None:
    control.take(STDIN, BOB)
    with pytest.raises(CommandError) as error:
        control.give(STDIN, CLEO, CLEO)
    assert refusal(error)[0] == "forbidden"
    control.give(STDIN, BOB, None)
    assert control.holder(STDIN) is None
    with pytest.raises(CommandError):
        control.give(STDIN, BOB, CLEO)
    control.give(STDIN, ADA, CLEO)
    assert control.holder(STDIN) == CLEO


def test_who_steps_when_nobody_drives_is_the_driver(control: Control, scene: Scene) -> None:
    control.leave("bob")
    control.act(DEBUG, CLEO)
    assert [told["debug"] for told in scene.told] == [None, "cleo"]
    with pytest.raises(CommandError) as error:
        control.act(DEBUG, ADA)
    words = "Cleo is driving; ask for control, or take it when Cleo has paused for 10 s"
    assert refusal(error) == ("forbidden", words)


def test_a_room_can_let_everybody_drive_but_typing_stays_the_holders(
    control: Control, scene: Scene
) -> None:
    scene.is_shared = True
    control.act(DEBUG, CLEO)
    assert control.holder(DEBUG) == CLEO
    control.take(DEBUG, BOB)
    assert control.holder(DEBUG) == BOB
    control.take(STDIN, BOB)
    with pytest.raises(CommandError):
        control.act(STDIN, CLEO)


def test_nothing_is_held_when_there_is_nothing_to_control(control: Control, scene: Scene) -> None:
    control.take(STDIN, BOB)
    control.request(STDIN, CLEO)
    control.end(STDIN)
    assert scene.told[-1]["requests"] == {"stdin": [], "debug": []}
    with pytest.raises(CommandError) as error:
        control.take(STDIN, BOB)
    assert refusal(error) == ("conflict", "no program runs here that could be typed into")


def test_another_role_and_another_name_count_at_once(control: Control, scene: Scene) -> None:
    control.take(STDIN, BOB)
    control.change(replace(BOB, name="Robert"))
    with pytest.raises(CommandError, match="Robert is typing"):
        control.act(STDIN, CLEO)
    control.change(replace(BOB, role=Role.VIEWER))
    assert (scene.told[-1]["stdin"], scene.told[-1]["debug"]) == (None, None)


def test_when_the_holder_last_acted_is_part_of_the_state(control: Control, scene: Scene) -> None:
    scene.now = 5000
    control.take(STDIN, BOB)
    scene.now = 6000
    control.act(STDIN, BOB)
    assert control.as_json()["acted_at"] == {"stdin": 6000, "debug": 0}
    assert len(scene.told) == 1  # going on is no news


PEOPLE = {person.id: person for person in (ADA, BOB, CLEO, VIC)}


class ControlInAnyOrder(RuleBasedStateMachine):
    """Whatever people do: who holds is here and may, and was not robbed."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()
        self.control = self.scene.control()
        self.people = dict(PEOPLE)
        self.present = set(PEOPLE)
        self.live: set[Controlled] = set()

    controlled = st.sampled_from(Controlled)
    names = st.sampled_from(sorted(PEOPLE))

    def _may_only_rob_who_paused(
        self, what: Controlled, name: str, act: Callable[[], None]
    ) -> None:
        """Does what somebody who is here wants done."""
        if name not in self.present:
            return
        before, state = self.control.holder(what), self.control.as_json()
        try:
            act()
        except CommandError:
            assert self.control.as_json() == state, "a refusal changes nothing"
            return
        assert what in self.live
        assert self.people[name].role is not Role.VIEWER
        if before is None or before.id == name or self.control.holder(what) == before:
            return
        acted_at = state["acted_at"]
        assert isinstance(acted_at, dict)
        has_paused = self.scene.now - acted_at[what.value] >= PAUSE_SECONDS * 1000
        is_open = self.scene.is_shared and what is DEBUG
        assert has_paused or is_open or self.people[name].role is Role.OWNER

    @rule(what=controlled, name=names)
    def begin(self, what: Controlled, name: str) -> None:
        may_hold = name in self.present and self.people[name].role is not Role.VIEWER
        self.control.begin(what, self.people[name] if may_hold else None)
        self.live.add(what)

    @rule(what=controlled)
    def end(self, what: Controlled) -> None:
        self.control.end(what)
        self.live.discard(what)

    @rule(what=controlled, name=names)
    def take(self, what: Controlled, name: str) -> None:
        by = self.people[name]
        self._may_only_rob_who_paused(what, name, lambda: self.control.take(what, by))

    @rule(what=controlled, name=names)
    def act(self, what: Controlled, name: str) -> None:
        by = self.people[name]
        self._may_only_rob_who_paused(what, name, lambda: self.control.act(what, by))

    @rule(what=controlled, name=names, withdraw=st.booleans())
    def request(self, what: Controlled, name: str, *, withdraw: bool) -> None:
        ask = partial(self.control.request, what, self.people[name], withdraw=withdraw)
        self._may_only_rob_who_paused(what, name, ask)

    @rule(what=controlled, name=names, to=st.none() | names)
    def give(self, what: Controlled, name: str, to: str | None) -> None:
        if to is None or to in self.present:
            receiver = None if to is None else self.people[to]
            give = partial(self.control.give, what, self.people[name], receiver)
            self._may_only_rob_who_paused(what, name, give)

    @rule(name=names)
    def leave(self, name: str) -> None:
        self.present.discard(name)
        self.control.leave(name)

    @rule(name=names)
    def come(self, name: str) -> None:
        self.present.add(name)

    @rule(name=names, role=st.sampled_from(Role))
    def change_role(self, name: str, role: Role) -> None:
        self.people[name] = replace(self.people[name], role=role)
        self.control.change(self.people[name])

    @rule(milliseconds=st.integers(0, 2 * PAUSE_SECONDS * 1000))
    def wait(self, milliseconds: int) -> None:
        self.scene.now += milliseconds

    @rule(is_shared=st.booleans())
    def share(self, *, is_shared: bool) -> None:
        self.scene.is_shared = is_shared

    @invariant()
    def holders_and_askers_are_here_and_may(self) -> None:
        state = self.control.as_json()
        requests = state["requests"]
        assert isinstance(requests, dict)
        for what in Controlled:
            involved = [*requests[what.value], *filter(None, [state[what.value]])]
            assert len(set(involved)) == len(involved), "a holder asks for what they hold"
            assert set(involved) <= self.present
            assert all(self.people[name].role is not Role.VIEWER for name in involved)
            assert what in self.live or not involved

    @invariant()
    def all_know_the_state(self) -> None:
        if self.scene.told:
            last, now = self.scene.told[-1], self.control.as_json()
            assert {**last, "acted_at": None} == {**now, "acted_at": None}


TestControlInAnyOrder = ControlInAnyOrder.TestCase
