"""What the lifespan makes and request handlers read: every part of the running server, once."""

from collections.abc import Mapping
from typing import Protocol, TypedDict

from pydantic import BaseModel
from starlette.requests import Request as StarletteRequest

from collab.hub import Hub
from collab.room import Room
from executor.images import Images
from executor.languages import Catalogue
from server.auth.identity import Authenticator, Identity
from server.auth.refresh import RefreshTokens
from server.auth.tokens import AccessTokens
from server.control.messages import ControlCommand
from server.db import Database
from server.executors import Engine
from server.metrics import Metrics
from server.packages.room_packages import RoomPackages
from server.packages.sweep import PackageSweep
from server.rooms.changes import Changes
from server.rooms.commands import ToldRun
from server.runs.archive import RunArchive
from server.runs.messages import RunStart
from server.runs.room_artefacts import RoomArtefacts
from server.settings import Settings
from server.web.lobby import Lobby
from server.web.rate_limits import RateLimits


class Stage(Protocol):
    """Runs in rooms, as the HTTP routes need them; a run is told as `messages.Run`'s fields."""

    async def start_run(
        self, room: Room, identity: Identity, start: RunStart
    ) -> Mapping[str, object]:
        """Queues a run of the room's present text. Raises `CommandError` to refuse it."""

    async def tell_run(self, room: Room, identity: Identity, command: ToldRun) -> None:
        """Types into a run, resizes or stops it. Raises `CommandError` to refuse it."""

    async def control(
        self, room: Room, identity: Identity, command: ControlCommand
    ) -> Mapping[str, object]:
        """Changes who types or drives; returns `control_messages.Control`'s fields after it.

        Raises `CommandError` to refuse it.
        """

    def erased(self, room_id: str) -> None:
        """A room is not there any more: ends what of it runs outside this process."""

    def packages_of(self, room: Room) -> RoomPackages:
        """What an open room has installed."""

    def artefacts(self, room: Room) -> RoomArtefacts:
        """What the programs of an open room wrote."""

    async def debug(
        self, room: Room, identity: Identity, name: str, command: BaseModel
    ) -> Mapping[str, object]:
        """Carries out a debug command. Raises `CommandError` to refuse it."""

    def debugged(self, room: Room) -> Mapping[str, object] | None:
        """The room's debug session as it stands; None without one."""


class State(TypedDict):
    """The lifespan's state; each request gets a shallow copy of it."""

    settings: Settings
    database: Database
    hub: Hub
    stage: Stage
    runs: RunArchive
    engine: Engine
    images: Images
    catalogue: Catalogue
    tokens: AccessTokens
    refresh_tokens: RefreshTokens
    authenticator: Authenticator
    changes: Changes
    limits: RateLimits
    lobby: Lobby
    metrics: Metrics
    package_sweep: PackageSweep


Request = StarletteRequest[State]
