"""One run as its room sees it: the facts that everybody is told, and the output kept so far."""

import asyncio
import base64
from dataclasses import dataclass

from collab.participant import Participant
from collab.room import Room
from executor.run import Outcome, RunState, Stream
from executor.runner import RunHandle
from server.clock import milliseconds


@dataclass(frozen=True, slots=True)
class OutputChunk:
    """Neighbouring output of one stream; `offset` counts all streams' kept bytes together."""

    offset: int
    stream: int
    data: bytes


@dataclass(slots=True)
class RunFacts:
    """What is told of a run, and stored; see docs/protocol.md. Times in ms since the epoch."""

    number: int
    runtime: str
    entry: str
    args: list[str]
    tty: bool
    by: str
    by_name: str
    text_hash: str
    state_vector: bytes
    queued_at: int
    state: str = RunState.QUEUED.value
    started_at: int | None = None
    finished_at: int | None = None
    outcome: str | None = None
    exit_code: int | None = None
    output_bytes: int = 0

    def as_json(self) -> dict[str, object]:
        """The run as clients see it."""
        facts: dict[str, object] = {name: getattr(self, name) for name in self.__slots__}
        return facts | {"state_vector": base64.b64encode(self.state_vector).decode()}


class LiveRun:
    """Listens to a run (`RunListener`) and tells its room; `output` is kept for late joiners."""

    def __init__(self, room: Room, facts: RunFacts) -> None:
        self.facts = facts
        self.output_chunks: list[OutputChunk] = []
        self.saved_chunks = 0
        """How many of the chunks are stored."""
        self.is_saved = False
        """Whether the facts are stored as they are now."""
        self.changed = asyncio.Event()
        self.handle: RunHandle | None = None
        self._room = room

    @property
    def is_finished(self) -> bool:
        """Whether it is over."""
        return self.facts.state == RunState.FINISHED.value

    def queued(self, handle: RunHandle) -> None:
        """The run was admitted."""
        self.handle = handle
        self._tell("run.queued")

    def preparing(self) -> None:
        """See `RunListener`."""
        self.facts.state = RunState.PREPARING.value
        self._tell("run.preparing")

    def started(self) -> None:
        """See `RunListener`."""
        self.facts.state = RunState.RUNNING.value
        self.facts.started_at = milliseconds()
        self._tell("run.started")

    def output(self, stream: Stream, data: bytes) -> None:
        """See `RunListener`."""
        offset = self.facts.output_bytes
        self.output_chunks.append(OutputChunk(offset, stream.value, data))
        self.facts.output_bytes += len(data)
        self._room.send_output(self.facts.number, stream.value, offset, data)
        self._touch()

    def finished(self, outcome: Outcome) -> None:
        """See `RunListener`."""
        self.facts.state = RunState.FINISHED.value
        self.facts.finished_at = milliseconds()
        self.facts.outcome = outcome.text
        self.facts.exit_code = outcome.exit_code
        self._tell("run.finished")

    def input(self, participant: Participant, size: int) -> None:
        """Tells who types, and how much."""
        self._room.publish("run.input", run=self.facts.as_json(), by=participant.id, bytes=size)

    def _tell(self, event: str) -> None:
        self._room.publish(event, run=self.facts.as_json())
        self._touch()

    def _touch(self) -> None:
        self.is_saved = False
        self.changed.set()
