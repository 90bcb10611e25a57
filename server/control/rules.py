"""Who alone types into a room's runs, and who drives its debugger: the rules, without I/O.

Each of the two is there to be held only while there is something to control: a run that is live, a
debug session. Nobody need hold it. Who does keeps it as long as they use it: anybody else who may
can take it over after a pause, an owner of the room always.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from collab.errors import CommandError
from collab.participant import Participant, Role
from server.auth.permissions import Action, may

PAUSE_SECONDS = 10  # long enough to think between two steps, short enough to wait for


class Controlled(StrEnum):
    """What can be held."""

    STDIN = "stdin"
    DEBUG = "debug"


_ACTIONS = {Controlled.STDIN: Action.RUN, Controlled.DEBUG: Action.DEBUG}
_DOING = {Controlled.STDIN: "is typing", Controlled.DEBUG: "is driving"}
_ABSENT = {
    Controlled.STDIN: "no program runs here that could be typed into",
    Controlled.DEBUG: "nothing is being debugged here",
}


@dataclass(slots=True)
class _Seat:
    is_there: bool = False
    holder: Participant | None = None
    acted_at: int = 0
    requests: dict[str, Participant] = field(default_factory=dict)
    """By participant id, in the order in which they were made."""

    def other_holder(self, participant: Participant) -> Participant | None:
        is_own = self.holder is not None and self.holder.id == participant.id
        return None if is_own else self.holder

    def forget(self, participant_id: str) -> None:
        self.requests.pop(participant_id, None)
        if self.holder is not None and self.holder.id == participant_id:
            self.holder = None

    def rename(self, participant: Participant) -> None:
        if self.holder is not None and self.holder.id == participant.id:
            self.holder = participant
        if participant.id in self.requests:
            self.requests[participant.id] = participant


class Control:
    """The two holders of one room, and who asks to be next.

    Each call that changes something tells `on_change` once, at its end.

    Args:
        now: gives milliseconds since the epoch.
        is_shared: whether the room lets everybody drive its debugger, without asking.
        on_change: is given the new state, as clients see it.
    """

    def __init__(
        self,
        now: Callable[[], int],
        is_shared: Callable[[], bool],
        on_change: Callable[[dict[str, object]], object],
    ) -> None:
        self._now = now
        self._is_shared = is_shared
        self._on_change = on_change
        self._seats = {what: _Seat() for what in Controlled}
        self._told = self._standing()

    def holder(self, what: Controlled) -> Participant | None:
        """Who holds it."""
        return self._seats[what].holder

    def as_json(self) -> dict[str, object]:
        """Holders, requests and when each holder last acted, as clients see them."""
        seats = self._seats.items()
        return {
            **{what.value: seat.holder and seat.holder.id for what, seat in seats},
            "requests": {what.value: list(seat.requests) for what, seat in seats},
            "acted_at": {
                what.value: seat.acted_at if seat.holder else None for what, seat in seats
            },
        }

    def begin(self, what: Controlled, holder: Participant | None = None) -> None:
        """There is something to control now; of no effect if there was."""
        seat = self._seats[what]
        if not seat.is_there:
            seat.is_there = True
            self._seat(seat, holder)
            self._tell()

    def end(self, what: Controlled) -> None:
        """There is nothing to control any more."""
        self._seats[what] = _Seat()
        self._tell()

    def act(self, what: Controlled, by: Participant) -> None:
        """Somebody types or steps. Raises `CommandError` if they may not now.

        Who drives a debugger that nobody drove holds it from then on; typing needs no holder.
        """
        seat = self._require(what, by)
        if (other := seat.other_holder(by)) and not self._is_open_to_all(what):
            raise CommandError("forbidden", _refusal(what, other))
        if seat.holder is not None or what is Controlled.DEBUG:
            self._seat(seat, by)
            self._tell()

    def take(self, what: Controlled, by: Participant) -> None:
        """Somebody takes it. Raises `CommandError` if they may not now."""
        seat = self._require(what, by)
        if (other := seat.other_holder(by)) and not self._may_take_over(what, seat, by):
            raise CommandError("conflict", _refusal(what, other))
        self._seat(seat, by)
        self._tell()

    def request(self, what: Controlled, by: Participant, *, withdraw: bool = False) -> None:
        """Somebody asks for it, or no longer does; what nobody holds is theirs at once.

        Raises:
            CommandError: they may not hold it, or there is nothing to hold.
        """
        seat = self._require(what, by)
        if withdraw:
            seat.requests.pop(by.id, None)
        elif seat.holder is None:
            self._seat(seat, by)
        elif seat.other_holder(by):
            seat.requests.setdefault(by.id, by)
        self._tell()

    def give(self, what: Controlled, by: Participant, to: Participant | None) -> None:
        """The holder, or an owner, passes it on, or back to nobody. Raises `CommandError`."""
        seat = self._require(what, by)
        if by.role is not Role.OWNER and (seat.holder is None or seat.other_holder(by)):
            raise CommandError("forbidden", "only who holds it, or an owner, can hand it over")
        if to is not None and not may(to.role, _ACTIONS[what]):
            raise CommandError("invalid", f"{to.name} may not have it, being a {to.role.value}")
        self._seat(seat, to)
        self._tell()

    def leave(self, participant_id: str) -> None:
        """Somebody is gone, with what they held or asked for."""
        for seat in self._seats.values():
            seat.forget(participant_id)
        self._tell()

    def change(self, participant: Participant) -> None:
        """Somebody has another name or role; who may not hold it any more does not."""
        for what, seat in self._seats.items():
            if may(participant.role, _ACTIONS[what]):
                seat.rename(participant)
            else:
                seat.forget(participant.id)
        self._tell()

    def _require(self, what: Controlled, by: Participant) -> _Seat:
        if not may(by.role, _ACTIONS[what]):
            action = _ACTIONS[what].value
            raise CommandError("forbidden", f"a room's {by.role.value} may not do this ({action})")
        seat = self._seats[what]
        if not seat.is_there:
            raise CommandError("conflict", _ABSENT[what])
        return seat

    def _may_take_over(self, what: Controlled, seat: _Seat, by: Participant) -> bool:
        has_paused = self._now() - seat.acted_at >= PAUSE_SECONDS * 1000
        return has_paused or by.role is Role.OWNER or self._is_open_to_all(what)

    def _is_open_to_all(self, what: Controlled) -> bool:
        return what is Controlled.DEBUG and self._is_shared()

    def _seat(self, seat: _Seat, holder: Participant | None) -> None:
        seat.holder, seat.acted_at = holder, self._now()
        if holder is not None:
            seat.requests.pop(holder.id, None)

    def _tell(self) -> None:
        if (standing := self._standing()) != self._told:
            self._told = standing
            self._on_change(self.as_json())

    def _standing(self) -> list[object]:
        """What is worth telling; that a holder went on acting is not."""
        seats = self._seats.values()
        return [(seat.holder and seat.holder.id, list(seat.requests)) for seat in seats]


def _refusal(what: Controlled, holder: Participant) -> str:
    pause = f"when {holder.name} has paused for {PAUSE_SECONDS} s"
    return f"{holder.name} {_DOING[what]}; ask for control, or take it {pause}"
