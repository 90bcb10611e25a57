"""What happens in one open room besides its text: sends each command to what it is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, assert_never

from collab.errors import CommandError
from collab.participant import Participant, Role
from collab.room import Room
from collab.session import Session
from executor.run import TerminalSize
from server.auth.permissions import Action, may, permissions_of
from server.control.room_control import RoomControl
from server.debug.commands import LOOKS, parse_debug_command
from server.debug.room_debug import RoomDebug
from server.packages.room_packages import RoomPackages
from server.rooms import commands
from server.rooms.commands import parse_command
from server.runs.live_run import LiveRun
from server.runs.messages import RunStart
from server.runs.room_runs import RoomRuns

DEBUG = "debug."


class Surroundings(Protocol):
    """What a room's stage needs of the server."""

    def runtimes(self) -> list[dict[str, object]]:
        """The languages on offer, with the state that was last seen."""

    def expect_run(self, room: Room, role: Role) -> None:
        """Has a sandbox made ready for what the room would run, if one of this role starts it."""

    def start(self, room: Room, by: Participant, start: RunStart) -> LiveRun:
        """Queues a run. Raises `CommandError`."""

    async def renew(self, session: Session, token: str) -> dict[str, int]:
        """Lets a session live as long as a newer token. Raises `CommandError`."""

    async def update_room(self, room: Room, update: commands.UpdateRoom) -> dict[str, object]:
        """Changes a room's title or runtime. Raises `CommandError`."""


@dataclass(frozen=True, slots=True)
class StageParts:
    """What one room has besides its document."""

    runs: RoomRuns
    control: RoomControl
    debug: RoomDebug
    packages: RoomPackages


class RoomStage:
    """See `collab.stage.Stage`."""

    def __init__(self, room: Room, stages: Surroundings, parts: StageParts) -> None:
        self._room = room
        self._stages = stages
        self.runs = parts.runs
        self.control = parts.control
        self.debug = parts.debug
        self.packages = parts.packages

    @property
    def is_busy(self) -> bool:
        """See `Stage.is_busy`."""
        return self.runs.is_busy or self.packages.is_busy

    def hello(self, session: Session) -> Mapping[str, object]:
        """See `Stage.hello`."""
        if may(session.participant.role, Action.RUN):
            self._stages.expect_run(self._room, session.participant.role)
        return {
            "permissions": permissions_of(session.participant.role),
            "runs": self.runs.listed(),
            "debug": self.debug.as_json(),
            "control": self.control.as_json(),
            "packages": self.packages.as_json(),
            "runtimes": self._stages.runtimes(),
        }

    def replay(self) -> Iterator[tuple[int, int, int, bytes]]:
        """See `Stage.replay`."""
        return self.runs.replay()

    async def command(self, session: Session, fields: Mapping[str, object]) -> object:
        """See `Stage.command`."""
        kind = fields.get("type")
        if isinstance(kind, str) and kind.startswith(DEBUG):
            name = kind.removeprefix(DEBUG)
            parsed = parse_debug_command(name, fields)
            _require(session, Action.VIEW if name in LOOKS else Action.DEBUG)
            return await self.debug.command(session.participant, name, parsed)
        match parse_command(fields):
            case commands.RenewToken() as renewal:
                return await self._stages.renew(session, renewal.access_token)
            case commands.UpdateRoom() as update:
                _require(session, Action.CONFIGURE)
                return {"room": await self._stages.update_room(self._room, update)}
            case (
                commands.TakeControl() | commands.GiveControl() | commands.RequestControl() as order
            ):
                return {"control": self.control.command(session.participant, order)}
            case (
                commands.InstallPackages()
                | commands.RemovePackages()
                | commands.StopPackages()
                | commands.ListPackages() as order
            ):
                return self.packages.command(session.participant, order)
            case command:
                _require(session, Action.RUN)
                return self.run_command(session.participant, command)

    def edited(self) -> None:
        """See `Stage.edited`."""
        self.debug.edited()

    def changed(self, participant: Participant) -> None:
        """See `Stage.changed`."""
        self.control.change(participant)

    def left(self, participant: Participant) -> None:
        """See `Stage.left`."""
        self.control.leave(participant.id)

    async def close(self) -> None:
        """See `Stage.close`."""
        self.debug.close()
        await self.packages.close()
        await self.runs.close()

    def run_command(self, by: Participant, command: commands.RunCommand) -> object:
        """Carries out a command about a run. Raises `CommandError` to refuse it."""
        runs = self.runs
        match command:
            case commands.StartRun():
                return {"run": self._stages.start(self._room, by, command).as_json()}
            case commands.StopRun(run=number):
                runs.stop(number, by)
            case commands.TypeInput(run=number, data=text):
                runs.type(number, by, text)
                self.debug.typed(by)
            case commands.EndInput(run=number):
                runs.end_input(number, by)
            case commands.ResizeTerminal(run=number, cols=cols, rows=rows):
                runs.resize(number, TerminalSize(cols, rows))
            case other:
                assert_never(other)
        return {}


def stage_of(room: Room) -> RoomStage:
    """The stage of an open room."""
    if not isinstance(room.stage, RoomStage):
        raise TypeError(f"room {room.id} has a stage of another server")
    return room.stage


def _require(session: Session, action: Action) -> None:
    role = session.participant.role
    if not may(role, action):
        raise CommandError("forbidden", f"a room's {role.value} may not do this ({action.value})")
