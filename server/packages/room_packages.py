"""The packages of one open room: what is installed, and the change under way, if there is one.

What is installed changes only when all of a change has succeeded; until then, and after a failure,
runs have what was there before.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from collab.errors import CommandError
from collab.participant import Participant
from collab.room import Room
from executor.errors import ExecutorError, InvalidRequirement
from executor.languages import Catalogue, Runtime
from executor.packages.manager import PackageManager
from executor.packages.service import Installing
from executor.packages.sets import Installed, Lock, Progress, Wanted
from server.auth.permissions import Action, may
from server.clock import milliseconds
from server.models import PackageSetRecord
from server.packages.change import FAILED, NO_CHANGE, READY, Change
from server.packages.messages import (
    PackageCommand,
    PackageInstall,
    PackageList,
    PackageRemoval,
    PackageStop,
)
from server.packages.records import PackageRecords, fields_of, lock_of
from server.packages.sweep import PackageSweep
from server.runs.choice import choose_runtime
from server.runs.configuration import choose_configuration

logger = logging.getLogger(__name__)

MAX_REQUIREMENTS = 100
LINE_SECONDS = 0.5  # a change that gets no further is told this often
HOUR_SECONDS = 3600
RESTARTED = "the server was restarted"


@dataclass(frozen=True, slots=True)
class PackageParts:
    """What the packages of all rooms have in common."""

    installer: Installing
    records: PackageRecords
    sweep: PackageSweep
    catalogue: Catalogue
    changes_per_hour: int


class RoomPackages:
    """See the module.

    Args:
        tasks: what changes run in.
        on_changed: is called when runs will have other packages than before.
    """

    def __init__(
        self,
        room: Room,
        parts: PackageParts,
        tasks: asyncio.TaskGroup,
        on_changed: Callable[[Participant], None],
    ) -> None:
        self._room = room
        self._parts = parts
        self._tasks = tasks
        self._on_changed = on_changed
        self._sets: dict[str, PackageSetRecord] = {}
        self._change: Change | None = None
        self._task: asyncio.Task[None] | None = None
        self._verdict = RESTARTED
        """Why the change under way is given up, if it is."""
        self._began_at: deque[float] = deque(maxlen=parts.changes_per_hour)
        self._told_at = 0.0

    async def load(self) -> None:
        """Reads what the room has installed."""
        for record in await self._parts.records.of_room(self._room.id):
            self._sets[record.image] = record

    @property
    def is_busy(self) -> bool:
        """Whether a change is under way."""
        return self._task is not None

    def lock(self, runtime: Runtime) -> Lock | None:
        """What a run in this runtime has installed."""
        record = self._sets.get(runtime.image)
        return lock_of(record) if record is not None and runtime.packages_directory else None

    def as_json(self) -> dict[str, object]:
        """The packages as clients see them."""
        change = NO_CHANGE if self._change is None else self._change.as_json()
        return change | {"packages": [self._shown(record) for record in self._sets.values()]}

    def command(self, by: Participant, command: PackageCommand) -> dict[str, object]:
        """Carries out a command; returns the state after it. Raises `CommandError`."""
        if not isinstance(command, PackageList) and not may(by.role, Action.INSTALL):
            raise CommandError("forbidden", f"a room's {by.role.value} may not install packages")
        match command:
            case PackageInstall():
                self._install(by, command)
            case PackageRemoval():
                self._remove(by, command)
            case PackageStop():
                self._stop(by)
            case PackageList():
                pass
        return self.as_json()

    async def close(self) -> None:
        """Gives up what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _install(self, by: Participant, command: PackageInstall) -> None:
        runtime, manager = self._meant(command)
        try:
            added = [manager.check(requirement) for requirement in command.requirements]
        except InvalidRequirement as error:
            raise CommandError("invalid", str(error)) from None
        names = {manager.name(requirement) for requirement in added}
        kept = [one for one in self._requirements(runtime) if manager.name(one) not in names]
        wanted = list(dict.fromkeys([*kept, *added]))
        if len(wanted) > MAX_REQUIREMENTS:
            raise CommandError("too_many", f"a room may ask for {MAX_REQUIREMENTS} packages")
        self._begin(by, runtime, wanted, added)

    def _remove(self, by: Participant, command: PackageRemoval) -> None:
        runtime, manager = self._meant(command)
        requirements = self._requirements(runtime)
        asked = {manager.name(name) for name in command.names}
        kept = [one for one in requirements if manager.name(one) not in asked]
        if missing := asked - {manager.name(one) for one in requirements}:
            raise CommandError("not_found", f"nobody asked for {', '.join(sorted(missing))} here")
        self._begin(by, runtime, kept, ())

    def _stop(self, by: Participant) -> None:
        if self._task is None:
            raise CommandError("conflict", "nothing is being installed")
        self._verdict = f"stopped by {by.name}"
        self._task.cancel()

    def _requirements(self, runtime: Runtime) -> list[str]:
        record = self._sets.get(runtime.image)
        return list(record.requirements) if record is not None else []

    def _meant(self, command: PackageInstall | PackageRemoval) -> tuple[Runtime, PackageManager]:
        """The runtime that a command is about, and what installs packages for it."""
        catalogue, installer = self._parts.catalogue, self._parts.installer
        chosen, own = (
            choose_configuration(self._room.document),
            str(self._room.description["runtime"]),
        )
        runtime = choose_runtime(chosen, command.runtime, catalogue, own)
        others = [] if command.runtime else list(catalogue.runtimes)
        for candidate in [runtime, *others]:
            manager = installer.manager(candidate)
            is_meant = command.manager is None or command.manager == candidate.tools.packages
            if manager is not None and is_meant and (command.manager or candidate is runtime):
                return candidate, manager
        what = command.manager or f"{runtime.name} {runtime.version}"
        raise CommandError("invalid", f"packages can't be installed for {what} on this server")

    def _begin(
        self, by: Participant, runtime: Runtime, wanted: Sequence[str], shown: Sequence[str]
    ) -> None:
        if self._task is not None and self._change is not None:
            name = self._change.by.name
            raise CommandError("conflict", f"{name} is installing; wait for it, or stop it")
        now = time.monotonic()
        if len(self._began_at) == self._began_at.maxlen and now - self._began_at[0] < HOUR_SECONDS:
            raise CommandError("too_many", "packages were changed too often; try again later")
        self._began_at.append(now)
        self._change, self._verdict = Change(runtime, tuple(shown), by), RESTARTED
        self._tell()
        self._task = self._tasks.create_task(self._see_through(self._change, wanted))

    async def _see_through(self, change: Change, wanted: Sequence[str]) -> None:
        error: str | None = None
        try:
            await self._carry_out(change, wanted)
        except ExecutorError as reason:
            error = str(reason)
        except asyncio.CancelledError:
            error = self._verdict
        except Exception:
            logger.exception("packages of room %s are not changed", self._room.id)
            error = "something went wrong on the server, which has logged it"
        self._task = None
        self._end(error)
        if error is None:
            self._on_changed(change.by)
        self._parts.sweep.soon()

    async def _carry_out(self, change: Change, wanted: Sequence[str]) -> None:
        room, runtime = self._room.id, change.runtime
        if not wanted:
            await self._parts.records.remove(room, runtime.image)
            self._sets.pop(runtime.image, None)
            return
        order = Wanted(room, change.by.id, wanted, self.lock(runtime))
        installed = await self._parts.installer.install(runtime, order, self._progress)
        record = self._record(change, wanted, installed)
        await self._parts.records.save(record)
        self._sets[runtime.image] = record

    def _record(
        self, change: Change, wanted: Sequence[str], installed: Installed
    ) -> PackageSetRecord:
        return PackageSetRecord(
            room_id=self._room.id,
            runtime=change.runtime.id,
            requirements=list(wanted),
            size=installed.size,
            by=change.by.id,
            by_name=change.by.name,
            at=milliseconds(),
            **fields_of(installed.lock),
        )

    def _progress(self, progress: Progress) -> None:
        if self._change is None:
            return
        is_further = progress.state is not self._change.progress.state
        self._change = replace(self._change, progress=progress)
        if is_further or time.monotonic() - self._told_at >= LINE_SECONDS:
            self._tell()

    def _end(self, error: str | None) -> None:
        if self._change is None:
            return
        end = READY if error is None else FAILED
        percent = 100 if error is None else self._change.progress.percent
        progress = replace(self._change.progress, percent=percent, line="")
        self._change = replace(self._change, progress=progress, end=end, error=error)
        self._told_at = time.monotonic()
        self._room.publish("packages.changed", **self.as_json())

    def _tell(self) -> None:
        """How far it is; what is installed has not changed, and is left out."""
        if self._change is not None:
            self._told_at = time.monotonic()
            self._room.publish("packages.changed", **self._change.as_json())

    def _shown(self, record: PackageSetRecord) -> dict[str, object]:
        runtimes = self._parts.catalogue.runtimes
        packages = [
            {"name": one.name, "version": one.version, "hash": one.hash, "direct": one.is_direct,
             "note": one.note}
            for one in lock_of(record).packages
        ]  # fmt: skip
        return {
            "manager": record.manager,
            "runtime": record.runtime,
            "runtimes": [one.id for one in runtimes if one.image == record.image],
            "requirements": record.requirements,
            "packages": packages,
            "bytes": record.size,
            "digest": record.digest,
            "by": record.by,
            "by_name": record.by_name,
            "at": record.at,
        }
