"""The runs of one open room: starts them, keeps what they print, answers who asks."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from collab.errors import CommandError
from collab.participant import Participant
from collab.room import Room
from executor.dap import UNREADABLE
from executor.errors import ExecutorError, InputFull, QueueFull, UnknownRuntime
from executor.languages import Catalogue, Runtime
from executor.packages.sets import Lock
from executor.run import RunRequest, RunState, Stream, TerminalSize
from executor.service import Adopted, AdoptedDebug, DebugRequest, Handle, Runs
from server.control.rules import Control, Controlled
from server.runs.adoption import restore
from server.runs.artefacts import Artefacts
from server.runs.choice import choose_run
from server.runs.keepsake import DebugKeepsake, Keepsake
from server.runs.live_output import LiveOutput, joined
from server.runs.live_run import LiveRun
from server.runs.messages import RunStart
from server.runs.policy import RoomPolicy
from server.runs.records import RunRecords
from server.runs.room_artefacts import RoomArtefacts
from server.runs.run_saver import RunSaver
from server.runs.submission import new_record

logger = logging.getLogger(__name__)

Follow = Callable[[AdoptedDebug], Handle]
AdoptDebug = Callable[[LiveRun, DebugKeepsake, Follow], Handle]
"""Goes on with a debug session, which is to be followed."""
PackageLock = Callable[[Runtime], Lock | None]

LISTED_RUNS = 50
REPLAYED_RUNS = 3  # whose output a newcomer gets at once; older ones are fetched when looked at


@dataclass(frozen=True, slots=True)
class RunParts:
    """What the runs of all rooms have in common."""

    runner: Runs
    records: RunRecords
    artefacts: Artefacts
    policy: RoomPolicy
    tasks: asyncio.TaskGroup


class RoomRuns:
    """See the module. Records of finished runs stay as they were loaded or left.

    Args:
        lock: tells which packages the room has for a runtime.
    """

    def __init__(self, room: Room, control: Control, lock: PackageLock, parts: RunParts) -> None:
        self._room = room
        self._control = control
        self._lock = lock
        self._runner = parts.runner
        self._records = parts.records
        self._policy = parts.policy
        self._runs: dict[int, LiveRun] = {}
        self._taking_up = asyncio.Lock()
        self._numbers: Iterator[int] = count(1)
        self._artefacts = parts.artefacts
        self.artefacts = RoomArtefacts(
            room,
            parts.artefacts,
            parts.records,
            self._runs.get,
            room_bytes=parts.policy.room_result_bytes,
        )
        self._saver = RunSaver(
            room, parts.records, self.artefacts, parts.tasks, on_done=self._forget_old
        )

    async def load(self) -> None:
        """Reads the room's last runs, with the output of the newest."""
        self._numbers = count(await self._records.next_number(self._room.id))
        for record in await self._records.newest(self._room.id, limit=LISTED_RUNS):
            self._runs[record.number] = LiveRun(self._room, record)
        artefacts = await self._artefacts.of_runs(self._room.id, list(self._runs))
        for number, found in artefacts.items():
            self._runs[number].artefacts = found
        for run in list(self._runs.values())[-REPLAYED_RUNS:]:
            run.printed = LiveOutput(await self._records.output(self._room.id, run.record.number))

    @property
    def is_busy(self) -> bool:
        """Whether something runs, or is still to be stored."""
        return self._saver.is_busy

    @property
    def unsaved_count(self) -> int:
        """How many runs are not stored as they are now."""
        return sum(not run.is_stored for run in self._runs.values())

    def choose(
        self, by: Participant, start: RunStart, catalogue: Catalogue, default_runtime: str
    ) -> RunRequest:
        """The request for a run of the document's present text. Raises `CommandError`."""
        document = self._room.document
        request = choose_run(self._room.id, document, start, catalogue, default_runtime)
        return replace(
            request,
            by=by.id,
            limits=self._policy.limits(by.role, start.limits),
            packages=self._lock(request.runtime),
        )

    def submit(
        self,
        by: Participant,
        request: RunRequest,
        debug: DebugRequest | None = None,
        kept: DebugKeepsake | None = None,
    ) -> LiveRun:
        """Queues a run, or a debug session. Raises `CommandError`."""
        self._check_live(by)
        record = new_record(self._room, next(self._numbers), by, request)
        record.debug = debug is not None
        run = LiveRun(self._room, record)
        request = replace(request, keepsake=Keepsake(record, kept).encoded())
        try:
            handle = self._runner.submit(request, run, debug)
        except QueueFull as error:
            raise CommandError("too_many", str(error)) from error
        except ExecutorError as error:
            raise CommandError("invalid", str(error)) from error
        run.queued(handle)
        self._hold(run)
        return run

    async def take_up(self, adopt_debug: AdoptDebug) -> None:
        """Goes on with runs of this room that have gone on without it; ends what has not.

        As long as nobody knows which these are, nothing is done.

        Raises:
            EngineUnavailable: that is so again.
        """
        async with self._taking_up:
            outliving = self._runner.outliving
            for key in [] if outliving is None else outliving.get(self._room.id, ()):
                adopted = await self._runner.adopt(key)
                if adopted is not None:
                    await self._take_up(adopted, adopt_debug)
            if self._runner.outliving is not None:
                self._end_interrupted()

    def _end_interrupted(self) -> None:
        for run in list(self._runs.values()):
            if run.handle is None and not run.is_finished:
                self._hold(run)
                run.finished(self._runner.interrupted)
                run.gone()

    async def _take_up(self, adopted: Adopted, adopt_debug: AdoptDebug) -> None:
        try:
            kept = Keepsake.read(adopted.keepsake)
            known = self._runs.get(kept.record.number)
            record = kept.record if known is None else known.record
            if known is not None and known.handle is not None:
                return  # it is followed already
            if record.queued_at != kept.record.queued_at:
                raise ValueError("another run has its number")
            if record.state == RunState.FINISHED and adopted.finished_seconds_ago is None:
                raise ValueError("it was given up")
            stored = await restore(self._room, self._records, adopted, record)
            run = stored.run
            run.artefacts = () if known is None else known.artefacts
            follow = partial(adopted.follow, run, RunState(record.state), stored.recorded_bytes)
            debug = None if run.is_finished else kept.debug
            run.handle = follow() if debug is None else adopt_debug(run, debug, follow)
        except (CommandError, UnknownRuntime, *UNREADABLE) as error:
            logger.warning("a run of room %s can't go on: %s", self._room.id, error)
            adopted.abandon()
            return
        self._numbers = count(max(record.number, *self._runs, 0) + 1)
        self._hold(run)
        run.changed.set()  # nothing of it may be stored yet

    def _hold(self, run: LiveRun) -> None:
        """Has a run that goes on, and stores it."""
        self._runs[run.record.number] = run
        if not run.is_finished:
            run.on_end.append(self._settle_control)
            self._control.begin(Controlled.STDIN)
        self._saver.keep(run)

    def _settle_control(self) -> None:
        """Nobody holds the keyboard of programs that are gone."""
        if all(run.is_finished for run in self._runs.values()):
            self._control.end(Controlled.STDIN)

    def _check_live(self, by: Participant) -> None:
        live = [run.record.by for run in self._runs.values() if not run.is_finished]
        if len(live) >= self._policy.room_runs:
            raise CommandError("too_many", f"{len(live)} runs are live here; stop one first")
        if (own := live.count(by.id)) >= self._policy.of(by.role).runs:
            raise CommandError("too_many", f"{own} runs of yours are live here; stop one first")

    def get(self, number: int) -> LiveRun:
        """A run that is held in memory. Raises `CommandError` (``not_found``)."""
        if number not in self._runs:
            raise CommandError("not_found", f"there is no run {number} here")
        return self._runs[number]

    def unsaved(self, number: int) -> LiveRun | None:
        """A run of which memory knows more than the store."""
        run = self._runs.get(number)
        return run if run is not None and run.handle is not None else None

    def stop(self, number: int, by: Participant) -> None:
        """Stops a run; of no effect on one that is over."""
        if (handle := self.get(number).handle) is not None:
            handle.stop(by.name)

    def type(self, number: int, by: Participant, text: str) -> None:
        """Types into a run.

        Raises:
            CommandError: it is over, or doesn't read, or another holds the keyboard.
        """
        run, data = self.get(number), text.encode()
        handle = _open_handle(run)
        self._control.act(Controlled.STDIN, by)
        try:
            handle.write(data)
        except InputFull as error:
            raise CommandError("too_many", str(error)) from error
        run.typed(by, len(data))

    def end_input(self, number: int, by: Participant) -> None:
        """Ends a run's input, or types ^D. Raises `CommandError` as `type` does."""
        run = self.get(number)
        handle = _open_handle(run)
        self._control.act(Controlled.STDIN, by)
        handle.end_input()
        run.input_ended(by)

    def resize(self, number: int, size: TerminalSize) -> None:
        """Gives a run's terminal another size."""
        run = self.get(number)
        if run.handle is not None and run.size is not None:
            run.handle.resize(size)
            run.resized(size)

    def listed(self) -> list[dict[str, object]]:
        """The last runs, as clients see them, in ascending order."""
        return [run.as_json() for run in list(self._runs.values())[-LISTED_RUNS:]]

    def replay(self) -> Iterator[tuple[int, int, int, bytes]]:
        """See `collab.stage.Stage.replay`."""
        for run in list(self._runs.values())[-REPLAYED_RUNS:]:
            for chunk in joined(run.printed.shown):
                yield run.record.number, chunk.stream, chunk.offset, chunk.data
            if (screen := run.redrawn()) is not None:
                yield run.record.number, Stream.REDRAWN, run.record.output_bytes, screen

    async def close(self) -> None:
        """Ends what runs, and returns when all of it is stored."""
        for run in self._runs.values():
            if run.handle is not None:
                run.handle.let_go()
        await self._saver.finish()

    def _forget_old(self) -> None:
        for number in list(self._runs)[:-REPLAYED_RUNS]:
            run = self._runs[number]
            if run.is_finished:
                run.printed = LiveOutput()
        for number in list(self._runs)[:-LISTED_RUNS]:
            if self._runs[number].is_finished:
                del self._runs[number]


def _open_handle(run: LiveRun) -> Handle:
    if run.handle is None or run.is_finished:
        raise CommandError("conflict", f"run {run.record.number} is over")
    return run.handle
