"""One live document with the sessions in it: takes frames, keeps the log, tells everybody.

Every accepted update is applied, put into the journal and queued for the next tick, in this order
and without waiting; a save barrier is what waits for the journal. Events are numbered here.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from collab import protocol
from collab.awareness import Awareness
from collab.broadcast import Batch, OutputPiece
from collab.commands import answer, encode_json
from collab.document import Document
from collab.echo import Echoes
from collab.errors import (
    BadFrame,
    CloseCode,
    DocumentDamaged,
    OutdatedCopy,
    SessionClosed,
)
from collab.intake import Intake
from collab.journal import Journal
from collab.participant import Participant
from collab.proof import Fingerprint, fingerprint
from collab.session import Session
from collab.stage import Stage
from collab.store import EventRow, RenewalRow, Snapshot, StoredRoom, UpdateRow
from collab.supply import Supply
from collab.ticker import Ticker

Clock = Callable[[], int]
"""Gives milliseconds since the epoch."""


class Room:
    """See the module."""

    stage: Stage

    def __init__(
        self, room_id: str, stored: StoredRoom, journal: Journal, ticker: Ticker, clock: Clock
    ) -> None:
        self.id = room_id
        self.document = Document(stored.updates)
        self.generation = stored.generation
        self.awareness = Awareness()
        self.sessions: set[Session] = set()
        self.description: Mapping[str, object] = {"id": room_id}
        self.is_open = True
        self.is_damaged = False
        """Whether the document in memory must not be saved; its log is sound."""
        self.pins = 0
        """How many callers need the room open though they have no session in it."""
        self.update_seq = stored.update_seq
        self.snapshot_seq = stored.update_seq - max(0, len(stored.updates) - 1)
        self.logged_bytes = sum(map(len, stored.updates[1:]))
        """Of the updates since the snapshot."""
        self.compaction = asyncio.Lock()
        """Held by whoever replaces updates by a snapshot."""
        self.event_seq = stored.event_seq
        self.empty_since = asyncio.get_running_loop().time()
        self._journal = journal
        self._clock = clock
        self._ticker = ticker
        self._attend_to_document()
        self._ejected: dict[str, SessionClosed] = {}
        self._pending_renewals = 0
        self._batch = Batch()
        self._echoes = Echoes(self.awareness)

    @property
    def online(self) -> list[Participant]:
        """Who is here, each once, in a steady order."""
        present = {session.participant.id: session.participant for session in self.sessions}
        return sorted(present.values(), key=lambda participant: participant.id)

    @property
    def is_idle(self) -> bool:
        """Whether nobody and nothing needs the room."""
        return not self.sessions and not self.pins and not self.stage.is_busy

    def join(self, session: Session) -> None:
        """Counts a session in and sends it all that everybody sees."""
        if not self.is_open:
            raise SessionClosed(CloseCode.TRY_AGAIN, "the room is closing; connect again")
        if self._pending_renewals:
            raise SessionClosed(CloseCode.TRY_AGAIN, "the room is being renewed; connect again")
        if session.participant.id in self._ejected:
            raise self._ejected[session.participant.id]
        if not self._sessions_of(session.participant.id):
            self.publish("participant.joined", participant=session.participant.as_json())
        self.flush()
        self.sessions.add(session)
        self._supply.ask(session)
        self._supply.show(session)
        if session.wants_events:
            self._greet(session)
        if session.participant.role.can_edit:
            self._intake.prepare()

    def leave(self, session: Session) -> None:
        """Counts a session out, and with it what it showed."""
        if session not in self.sessions:
            return
        self.sessions.remove(session)
        self._intake.release(session)
        self._echoes.release(session)
        self._renew(None, self.awareness.leave(session))
        if not self._sessions_of(session.participant.id):
            self.publish("participant.left", participant=session.participant.as_json())
            self.stage.left(session.participant)
        if not self.sessions:
            self.empty_since = asyncio.get_running_loop().time()

    def grant(self, participant: Participant) -> None:
        """Gives a participant a new role, name or colour, from the next frame on."""
        for session in self._sessions_of(participant.id):
            session.participant = participant
            if participant.role.can_edit and not session.synced.is_set():
                self._intake.ask_for_missing(session)
        self._renew(None, self.awareness.restamp(participant))
        self.publish("participant.changed", participant=participant.as_json())
        self.stage.changed(participant)

    def describe(self, description: Mapping[str, object]) -> None:
        """Changes what the room is called and the like, as everybody is told."""
        self.description = description
        self.publish("room.changed", room=description)

    def eject(self, participant_id: str, code: CloseCode, reason: str) -> None:
        """Ends all sessions of a participant, and lets none of theirs in any more."""
        self._ejected[participant_id] = SessionClosed(code, reason)
        for session in self._sessions_of(participant_id):
            session.end(code, reason)

    def end_all(self, code: CloseCode, reason: str) -> None:
        """Ends every session."""
        for session in self.sessions:
            session.end(code, reason)

    def fail(self) -> None:
        """Closes the room for all; it is loaded again from its log when somebody returns."""
        self.is_open = False
        self.is_damaged = True
        self.end_all(CloseCode.TRY_AGAIN, "the room is being restored; connect again")

    def receive(self, session: Session, frame: bytes, now: float) -> None:
        """Takes one frame of a session, at `now` (`time.monotonic`). Raises `SessionError`."""
        try:
            if (update := protocol.keystroke_in(frame)) is not None:
                self._intake.take(session, update)
            elif (payload := protocol.cursor_in(frame)) is not None:
                self._renew(session, self.awareness.apply(session, session.participant, payload))
            else:
                self._receive(session, protocol.decode(frame))
        except DocumentDamaged:
            self.fail()
            raise
        self._ticker.catch_up(now)

    async def answer(self, session: Session, command: bytes) -> bytes:
        """Carries out a command; returns the reply's frame."""
        reply = await answer(command, lambda parsed: self.stage.command(session, parsed))
        self.flush()  # what the command brought about comes before its reply
        return protocol.json_message(encode_json(reply))

    async def durable(self) -> None:
        """Returns once all that the room has accepted is durable."""
        await self._journal.barrier()

    def publish(self, type_: str, **body: object) -> int:
        """Appends an event to the room's log and sends it to all; returns its number."""
        self._ticker.schedule(self.flush)
        return self.note(type_, **body)

    def note(self, type_: str, **body: object) -> int:
        """As `publish`, but it waits for what is sent next; `flush` sends it."""
        seq, at = self.event_seq + 1, self._clock()
        payload = encode_json({"seq": seq, "at": at, "type": type_, **body})
        self.event_seq = seq  # not before: what can't be encoded has no number
        self._journal.put(EventRow(self.id, seq, at, type_, payload.decode()))
        self._batch.add_event(payload)
        return seq

    def send_output(self, run: int, stream: int, offset: int, data: bytes) -> None:
        """Sends a piece of a run's output to all, in order with the events."""
        self._batch.add_output(OutputPiece(run, stream, offset, bytearray(data)))
        self._ticker.schedule(self.flush)

    @contextmanager
    def edit(self, by: str | None = None) -> Iterator[Document]:
        """Collects the server's own changes to the document; `by` is on whose behalf."""
        with self.document.edit(lambda update: self._record(None, by, update)):
            yield self.document

    async def renew(self) -> None:
        """Writes the document anew from what it shows; everybody is told to join it afresh.

        Nobody gets the new one before it is durable: a crash would bring the old one back.

        Raises:
            NotRenewable: not everything in it can be carried over; it is left as it is.
        """
        fresh, retired = self.document.written_anew(), self.document.state_vector()
        self.flush()
        self.generation = self.generation.next(self.document.guard.clocks)
        self.document = Document([fresh])
        self.update_seq += 1
        self.logged_bytes += len(fresh)
        name, at = self.generation.id, self._clock()
        self._journal.put(RenewalRow(self.id, self.update_seq, at, None, name, retired, fresh))
        self._attend_to_document()
        self.end_all(CloseCode.OUTDATED_COPY, str(OutdatedCopy()))
        self._pending_renewals += 1
        try:
            await self.durable()
        finally:
            self._pending_renewals -= 1

    def flush(self) -> None:
        """Sends what waits."""
        if not self._batch.is_empty:
            batch, self._batch = self._batch, Batch()
            if batch.send(self.sessions, self._echoes, self.document.state_vector):
                self._ticker.schedule_late(self._echoes.send)

    def catch_up(self, session: Session) -> None:
        """Sends what was held back from a session."""
        self._supply.catch_up(session)

    def snapshot(self) -> tuple[Snapshot, Fingerprint]:
        """The document as it is now, and what proves that it loads as the same."""
        snapshot = Snapshot(self.id, self.update_seq, self._clock(), self.document.encoded())
        return snapshot, fingerprint(self.document)

    def _greet(self, session: Session) -> None:
        participants = [participant.as_json() for participant in self.online]
        hello = {
            "seq": self.event_seq,
            "at": self._clock(),
            "type": "hello",
            "you": session.participant.as_json(),
            "room": self.description,
            "generation": self.generation.id,
            "participants": participants,
            **self.stage.hello(session),
        }
        session.send(protocol.json_message(encode_json(hello)))
        for run, stream, offset, data in self.stage.replay():
            session.send(protocol.output(run, stream, offset, data))

    def _receive(self, session: Session, message: protocol.ClientMessage) -> None:
        match message:
            case protocol.Update(update):
                self._intake.take(session, update)
            case protocol.AwarenessUpdate(payload):
                self._renew(session, self.awareness.apply(session, session.participant, payload))
            case protocol.SyncStep1(state_vector):
                self._supply.answer(session, state_vector)
                self._supply.ask(session)
            case protocol.SyncStep2(update):
                self._intake.take_answer(session, update)
            case protocol.QueryAwareness():
                self._supply.show(session)
            case protocol.Command(payload):
                _require_events(session)
                session.begin_command(payload)
            case protocol.SaveBarrier(number):
                _require_events(session)
                session.queue_barrier(number)

    def _attend_to_document(self) -> None:
        turns = self._ticker.turns
        self._intake = Intake(self.document, self.generation, self._journal, self._record, turns)
        self._supply = Supply(self.document, self.generation, self.awareness)

    def _record(self, origin: Session | None, by: str | None, update: bytes) -> None:
        self.update_seq += 1
        self.logged_bytes += len(update)
        self._journal.put(UpdateRow(self.id, self.update_seq, self._clock(), by, update))
        self._batch.add_update(origin, update)
        self._ticker.schedule(self.flush)
        self.stage.edited()

    def _renew(self, origin: Session | None, clients: list[int]) -> None:
        if clients:
            self._batch.add_presence(origin, clients)
            self._ticker.schedule(self.flush)

    def _sessions_of(self, participant_id: str) -> list[Session]:
        return [session for session in self.sessions if session.participant.id == participant_id]


def _require_events(session: Session) -> None:
    if not session.wants_events:
        raise BadFrame(f"messages of types 4 and 5 need the subprotocol {protocol.SUBPROTOCOL}")
