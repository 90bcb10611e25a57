"""Joins rooms and runs: what happens in a room besides its text, by socket and by HTTP alike."""

import asyncio
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from pydantic import BaseModel

from collab.errors import CommandError, RoomNotFound, RoomUnavailable
from collab.hub import Hub
from collab.participant import Participant, Role
from collab.room import Room
from collab.session import Session
from executor.errors import EngineUnavailable, ExecutorError
from executor.images import Images
from executor.run import RunRequest
from executor.service import Runs
from server import schemas
from server.auth.identity import Authenticator, Door, Identity
from server.control import messages as control_messages
from server.control.room_control import RoomControl
from server.db import Database
from server.debug.room_debug import RoomDebug
from server.errors import Unauthenticated
from server.packages.room_packages import PackageParts, RoomPackages
from server.rooms import commands, records
from server.rooms.changes import Changes
from server.rooms.stage import RoomStage, StageParts, stage_of
from server.runs.artefacts import Artefacts
from server.runs.choice import choose_runtime
from server.runs.configuration import choose_configuration
from server.runs.live_run import LiveRun
from server.runs.messages import RunStart
from server.runs.policy import RoomPolicy
from server.runs.records import RunRecords
from server.runs.room_artefacts import RoomArtefacts
from server.runs.room_runs import RoomRuns, RunParts
from server.runs.runtime_builds import RuntimeBuilds

logger = logging.getLogger(__name__)


class Stages:
    """The stages of all rooms; an async context manager that owns their tasks.

    What follows is to be set before the first room opens: the hub needs the stages.
    """

    hub: Hub
    changes: Changes
    packages: PackageParts

    def __init__(
        self,
        database: Database,
        runs: Runs,
        policy: RoomPolicy,
        images: Images,
        authenticator: Authenticator,
    ) -> None:
        self._database = database
        self._records = RunRecords(database)
        self._artefacts = Artefacts(database)
        self._runs = runs
        self._is_stock_taken = False
        self._policy = policy
        self._catalogue = policy.catalogue
        self._authenticator = authenticator
        self._tasks = asyncio.TaskGroup()
        self._builds = RuntimeBuilds(images, policy.catalogue, self._tasks)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._runs.on_outliving = lambda: None
        self._builds.cancel()
        await self._tasks.__aexit__(kind, error, traceback)

    async def take_stock(self) -> None:
        """Goes on with the runs that went on while there was no server; marks what has ended.

        As long as nobody knows which these are, that is put off.
        """
        self._runs.on_outliving = self._take_stock_soon
        await self._take_stock()

    def _take_stock_soon(self) -> None:
        self._tasks.create_task(self._take_stock_again())

    async def _take_stock_again(self) -> None:
        try:
            await self._take_stock()
        except Exception:  # or the tasks of all rooms would end with this one
            logger.exception("which runs were interrupted is not stored")

    async def _take_stock(self) -> None:
        if (outliving := self._runs.outliving) is None:
            return
        concerned = {*outliving, *(room.id for room in self.hub.rooms)}
        if not self._is_stock_taken:
            await self._finish_interrupted(concerned)
        for room_id in concerned:
            await self._take_up(room_id, outliving.get(room_id, ()))

    async def _finish_interrupted(self, spared: Collection[str]) -> None:
        outcome = self._runs.interrupted.text
        interrupted = await self._records.finish_interrupted(outcome, spared)
        self._is_stock_taken = True
        if interrupted:
            logger.warning("%d runs were interrupted when the server ended", interrupted)

    async def _take_up(self, room_id: str, keys: Sequence[str]) -> None:
        try:
            async with self.hub.using(room_id) as room:
                stage = stage_of(room)
                await stage.runs.take_up(stage.debug.adopt)
        except RoomNotFound:
            for key in keys:
                self._runs.abandon(key)
        except (RoomUnavailable, EngineUnavailable) as error:
            logger.warning("runs of room %s are not taken up: %s", room_id, error)
        except Exception:  # or the tasks of all rooms would end with this one
            logger.exception("runs of room %s are not taken up", room_id)

    def erased(self, room_id: str) -> None:
        """See `server.state.Stage`."""
        for key in (self._runs.outliving or {}).get(room_id, ()):
            self._runs.abandon(key)

    async def attach(self, room: Room) -> RoomStage:
        """Makes a room's stage, with its last runs; for the hub."""
        async with self._database.read() as session:
            record = await records.get(session, room.id)
            room.description = schemas.Room.model_validate(record).model_dump()
        await self._builds.look()
        control = RoomControl(room)
        parts = RunParts(self._runs, self._records, self._artefacts, self._policy, self._tasks)
        packages = RoomPackages(
            room, self.packages, self._tasks, lambda by: self.expect_run(room, by.role)
        )
        await packages.load()
        runs = RoomRuns(room, control, packages.lock, parts)
        await runs.load()
        debug = RoomDebug(room, runs, control, partial(self._choose, room), parts)
        stage = RoomStage(room, self, StageParts(runs, control, debug, packages))
        try:
            await runs.take_up(debug.adopt)
        except EngineUnavailable as error:
            logger.warning("runs of room %s are not taken up: %s", room.id, error)
        return stage

    def unsaved_count(self) -> int:
        """How many runs of open rooms are not stored as they are now."""
        return sum(stage_of(room).runs.unsaved_count for room in self.hub.rooms)

    def runtimes(self) -> list[dict[str, object]]:
        """The languages on offer, with the state that was last seen."""
        return self._builds.listed()

    def expect_run(self, room: Room, role: Role) -> None:
        """Has a sandbox made ready for what the room would run, if one of this role starts it."""
        own = str(room.description["runtime"])
        try:
            chosen = choose_configuration(room.document)
            runtime = choose_runtime(chosen, None, self._catalogue, own)
            packages = stage_of(room).packages.lock(runtime)
            self._runs.expect(runtime, self._policy.of(role).limits, packages)
        except CommandError as error:  # told to who starts a run
            logger.info("no sandbox is made ready for room %s: %s", room.id, error)

    def start(self, room: Room, by: Participant, start: RunStart) -> LiveRun:
        """Queues a run; the image is built first if need be, as the room can see.

        Raises:
            CommandError: it can't be run as it is.
        """
        return stage_of(room).runs.submit(by, self._choose(room, by, start))

    def _choose(self, room: Room, by: Participant, start: RunStart) -> RunRequest:
        """What is to be run, with its image on its way. Raises `CommandError`."""
        own = str(room.description["runtime"])
        request = stage_of(room).runs.choose(by, start, self._catalogue, own)
        self._builds.ensure(request.runtime, room)
        return request

    async def renew(self, session: Session, token: str) -> dict[str, int]:
        """Lets a session live as long as a newer token of the same participant.

        Raises:
            CommandError: ``forbidden``.
        """
        try:
            identity = await self._authenticator.authenticate(token, Door.SUBPROTOCOL)
        except Unauthenticated as error:
            raise CommandError("forbidden", str(error)) from None
        if identity.participant_id != session.participant.id:
            raise CommandError("forbidden", "this token is somebody else's")
        session.expire_at(identity.expires_at)
        return {"expires_in": round(identity.expires_at - time.time())}

    async def update_room(self, room: Room, update: commands.UpdateRoom) -> dict[str, object]:
        """Changes a room's title or runtime. Raises `CommandError` (``invalid``)."""
        try:
            runtime = update.runtime and self._catalogue.resolve(update.runtime).id
        except ExecutorError as error:
            raise CommandError("invalid", str(error)) from None
        changed = await self.changes.change_room(room.id, title=update.title, runtime=runtime)
        return changed.model_dump()

    async def start_run(
        self, room: Room, identity: Identity, start: RunStart
    ) -> Mapping[str, object]:
        """See `server.state.Stage`."""
        return self.start(room, identity.participant, start).as_json()

    async def tell_run(self, room: Room, identity: Identity, command: commands.ToldRun) -> None:
        """See `server.state.Stage`."""
        stage_of(room).run_command(identity.participant, command)

    async def control(
        self, room: Room, identity: Identity, command: control_messages.ControlCommand
    ) -> Mapping[str, object]:
        """See `server.state.Stage`."""
        return stage_of(room).control.command(identity.participant, command)

    def packages_of(self, room: Room) -> RoomPackages:
        """See `server.state.Stage`."""
        return stage_of(room).packages

    def artefacts(self, room: Room) -> RoomArtefacts:
        """See `server.state.Stage`."""
        return stage_of(room).runs.artefacts

    async def debug(
        self, room: Room, identity: Identity, name: str, command: BaseModel
    ) -> Mapping[str, object]:
        """See `server.state.Stage`."""
        return await stage_of(room).debug.command(identity.participant, name, command)

    def debugged(self, room: Room) -> Mapping[str, object] | None:
        """See `server.state.Stage`."""
        return stage_of(room).debug.as_json()

    def live_run(self, room_id: str, number: int) -> LiveRun | None:
        """A run of an open room that is not stored to its end yet."""
        room = self.hub.live(room_id)
        return None if room is None else stage_of(room).runs.unsaved(number)
