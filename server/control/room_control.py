"""Who holds what in one open room: the rules of `Control` with the room's people in them."""

from collab.errors import CommandError
from collab.participant import Participant
from collab.room import Room
from server.clock import milliseconds
from server.control.messages import ControlCommand, ControlGive, ControlRequest, ControlTake
from server.control.rules import Control


class RoomControl(Control):
    """Knows who is in the room, and tells it of changes."""

    def __init__(self, room: Room) -> None:
        super().__init__(
            milliseconds,
            lambda: room.document.settings().get("control") == "everybody",
            lambda control: room.publish("control.changed", control=control),
        )
        self._room = room

    def command(self, by: Participant, command: ControlCommand) -> dict[str, object]:
        """Carries out a command; returns the state after it. Raises `CommandError`."""
        what = command.what
        match command:
            case ControlTake():
                self.take(what, by)
            case ControlRequest(withdraw=withdraw):
                self.request(what, by, withdraw=withdraw)
            case ControlGive(to=to):
                self.give(what, by, None if to is None else self._present(to))
        return self.as_json()

    def _present(self, participant_id: str) -> Participant:
        for participant in self._room.online:
            if participant.id == participant_id:
                return participant
        raise CommandError("not_found", "whom this is for is not in the room")
