"""What a room does with a session's update: refuse it, ask for what it rests on, or take it."""

from collections.abc import Callable

from collab import protocol
from collab.document import Document
from collab.errors import CloseCode, SessionClosed, UpdateGap
from collab.generation import Generation
from collab.journal import Journal
from collab.replica import Replicas
from collab.session import Session
from collab.structs import ParsedUpdate
from collab.update import parse_update

MAX_FAILED_SYNCS = 5
VIEWER_REASON = "viewers can't change this room; ask for an editor link"

Record = Callable[[Session, str, bytes], None]
"""Is told of each update taken: by which session, which participant, and the update."""


class Intake:
    """Of one room; `record` is called for every update that changed the document."""

    def __init__(
        self, document: Document, generation: Generation, journal: Journal, record: Record
    ) -> None:
        self._document = document
        self._generation = generation
        self._journal = journal
        self._record = record
        self._replicas = Replicas()

    def release(self, session: Session) -> None:
        """Forgets a session that has left."""
        self._replicas.release(session)

    def take(self, session: Session, data: bytes) -> None:
        """Takes an edit. Raises `SessionError` to end the session."""
        if not session.participant.role.can_edit:
            session.synced.clear()
            session.send(protocol.permission_denied(VIEWER_REASON))
            return
        try:
            update = self._read(data)
            fresh = self._document.guard.new_clients(update)
            self._replicas.claim(session, fresh)
            self._accept(session, data, update, is_news=bool(fresh))
        except UpdateGap:
            self.ask_for_missing(session)

    def take_answer(self, session: Session, data: bytes) -> None:
        """Takes the answer to a sync step 1, which may hold what others wrote. Raises as `take`."""
        try:
            update = self._read(data)
            fresh = self._document.guard.new_clients(update)
            if not session.participant.role.can_edit:
                if fresh or not self._document.has_deleted(update.deletions):
                    session.synced.clear()
                    session.send(protocol.permission_denied(VIEWER_REASON))
                return
            self._replicas.check_relay(session, fresh)
            self._accept(session, data, update, is_news=bool(fresh))
        except UpdateGap:
            self.ask_for_missing(session)
        else:
            session.synced.set()
            session.failed_syncs = 0

    def _read(self, data: bytes) -> ParsedUpdate:
        update = parse_update(data)
        self._generation.check_update(update, self._document.guard.clocks)
        return update

    def _accept(
        self, session: Session, data: bytes, update: ParsedUpdate, *, is_news: bool
    ) -> None:
        if not is_news and self._document.is_known(update):
            return
        if self._journal.is_full:
            raise SessionClosed(CloseCode.TRY_AGAIN, "saving is behind; your edits are kept")
        data, update = self._document.trimmed(data, update)
        self._document.check(data, update)
        if self._document.apply(data, update, is_news=is_news):
            self._record(session, session.participant.id, data)

    def ask_for_missing(self, session: Session) -> None:
        """Has a peer send all that is not here; its save barriers wait for that."""
        session.synced.clear()
        session.failed_syncs += 1
        if session.failed_syncs > MAX_FAILED_SYNCS:
            session.end(CloseCode.TRY_AGAIN, "edits rest on others that are not here")
        session.send(protocol.sync_step_1(self._document.state_vector()))
