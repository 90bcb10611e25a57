"""One run as its room sees it: what everybody is told of it, and the output kept so far."""

import asyncio
import time
from collections.abc import Callable, Sequence

from collab.participant import Participant
from collab.room import Room
from executor.live_screen import LiveScreen
from executor.run import Leftovers, Outcome, Place, RunState, Stream, TerminalSize
from executor.service import Handle
from server.clock import milliseconds
from server.models import RunRecord
from server.runs.artefacts import Artefact
from server.runs.live_output import LiveOutput
from server.runs.records import as_json

USUAL_SIZE = TerminalSize(80, 24)
TYPING_NEWS_SECONDS = 1.0  # one typist is announced at most this often; the echo shows each key


class LiveRun:
    """Listens to a run (`executor.run.RunListener`) and tells its room."""

    def __init__(self, room: Room, record: RunRecord) -> None:
        self.record = record
        self.printed = LiveOutput()
        self.artefacts: Sequence[Artefact] = ()
        self.leftovers: Leftovers | None = None
        """What the program wrote, until it is stored."""
        self.is_gone = False
        """Whether no more will come of it."""
        self.changed = asyncio.Event()
        """Set when there is something new to store."""
        self.is_stored = True
        """Whether the record and the output are stored as they are now."""
        self.handle: Handle | None = None
        self.on_end: list[Callable[[], None]] = []
        """Called once it is over and its room was told."""
        self.position: int | None = None
        """Where in the queue it waits for a free place, 1 being the next."""
        self._screen: LiveScreen | None = None
        self._room = room
        self._typist: str | None = None
        self._typing_told_at = 0.0

    @property
    def is_finished(self) -> bool:
        """Whether it is over."""
        return self.record.state == RunState.FINISHED.value

    @property
    def size(self) -> TerminalSize | None:
        """Of its terminal, if it has one."""
        cols, rows = self.record.cols, self.record.rows
        return TerminalSize(cols, rows) if cols and rows else None

    def queued(self, handle: Handle) -> None:
        """The run was admitted."""
        self.handle = handle
        self._tell("run.queued")

    def as_json(self) -> dict[str, object]:
        """The run as clients see it."""
        takes_input = self.handle is not None and self.handle.is_open and not self.is_finished
        return as_json(self.record, self.position, self.artefacts, is_open=takes_input)

    def waiting(self, position: int) -> None:
        """See `RunListener`."""
        self.position = position
        self._room.publish("run.queued", run=self.as_json())

    def preparing(self) -> None:
        """See `RunListener`."""
        self.position = None
        self.record.state = RunState.PREPARING.value
        self._tell("run.preparing")

    def started(self) -> None:
        """See `RunListener`."""
        self.record.state = RunState.RUNNING.value
        self.record.started_at = self.record.started_at or milliseconds()
        self._tell("run.started")

    async def ready(self) -> None:
        """See `RunListener`."""
        await self.printed.ready()

    def output(self, stream: Stream, data: bytes, place: Place) -> None:
        """See `RunListener`."""
        if place is Place.PASSING:
            self._draw(stream, data)
            return
        if stream is Stream.TERMINAL:
            self._screen = None  # it is shown no more
        shown = self.printed.add(stream.value, data, place)
        if place is not Place.SHOWN:
            self.record.kept_bytes += len(data)
        if shown is not None:
            self.record.output_bytes += len(data)
            self._room.send_output(self.record.number, shown.stream, shown.offset, data)
        self._change()

    def finished(self, outcome: Outcome) -> None:
        """See `RunListener`."""
        if self._screen is not None:  # the last that the program showed, for later
            self.output(Stream.TERMINAL, self._screen.drawing(), Place.SHOWN)
        self.position = None
        self.record.state = RunState.FINISHED.value
        self.record.finished_at = self.record.finished_at or milliseconds()
        self.record.outcome = outcome.text
        self.record.exit_code = outcome.exit_code
        self._tell("run.finished")
        for react in self.on_end:
            react()

    def left(self, leftovers: Leftovers) -> None:
        """See `RunListener`."""
        self.leftovers = leftovers

    def gone(self) -> None:
        """See `RunListener`."""
        self.is_gone = True
        self._change()
        self.printed.hurry()

    def resized(self, size: TerminalSize) -> None:
        """Its terminal has another size."""
        if size != self.size:
            self.record.cols, self.record.rows = size.cols, size.rows
            if self._screen is not None:
                self._screen.resize(size)
            self._tell("run.resized")

    def redrawn(self) -> bytes | None:
        """What shows a newcomer the alternate screen, if the program draws on it."""
        return None if self._screen is None else self._screen.drawing()

    def typed(self, participant: Participant, size: int) -> None:
        """Tells who types into it; `size` in bytes."""
        now = time.monotonic()
        is_news = self._typist != participant.id
        if is_news or now - self._typing_told_at >= TYPING_NEWS_SECONDS:
            self._typist, self._typing_told_at = participant.id, now
            self._room.publish("run.input", run=self.as_json(), by=participant.id, bytes=size)

    def input_ended(self, participant: Participant) -> None:
        """Tells who ended its input."""
        self._room.publish("run.input", run=self.as_json(), by=participant.id, bytes=0)

    def _draw(self, stream: Stream, data: bytes) -> None:
        if self._screen is None:
            self._screen = LiveScreen(self.size or USUAL_SIZE)
        self._screen.draw(data)
        self._room.send_output(self.record.number, stream, self.record.output_bytes, data)

    def _tell(self, event: str) -> None:
        self._room.publish(event, run=self.as_json())
        self._change()

    def _change(self) -> None:
        self.is_stored = False
        self.changed.set()
