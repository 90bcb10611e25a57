"""What a room does with a session's update: refuse it, ask for what it rests on, or take it.

The first edit of a document calls for an index of it (`collab.guard`). A large document is indexed
in slices, beginning when somebody comes who may edit. What is sent meanwhile is passed over, and
asked for when the index is there: a peer's answer holds all that it has.
"""

import logging
from collections.abc import Callable, Iterator

from collab import protocol
from collab.continuation import Continuation, continuation
from collab.document import Document
from collab.errors import CloseCode, SessionClosed, UpdateGap
from collab.generation import Generation
from collab.journal import Journal
from collab.replica import Replicas
from collab.session import Session
from collab.structs import ParsedUpdate
from collab.turns import Turns
from collab.update import parse_update

logger = logging.getLogger(__name__)

INDEXED_AT_ONCE_BYTES = 32 << 10  # of an encoded document; some milliseconds
MAX_FAILED_SYNCS = 5
VIEWER_REASON = "viewers can't change this room; ask for an editor link"

Record = Callable[[Session, str, bytes], None]
"""Is told of each update taken: by which session, which participant, and the update."""


class Intake:
    """Of one room; `record` is called for every update that changed the document."""

    def __init__(
        self,
        document: Document,
        generation: Generation,
        journal: Journal,
        record: Record,
        turns: Turns,
    ) -> None:
        self._document = document
        self._generation = generation
        self._journal = journal
        self._record = record
        self._turns = turns
        self._replicas = Replicas()
        self._is_indexing = False
        self._typing: dict[Session, Continuation] = {}
        """How each session's typing would go on, after the last that was read."""
        self._postponed: dict[Session, None] = {}
        """Whom to ask for what is missing when the document is indexed."""

    def prepare(self) -> None:
        """Has a large document indexed, so that the first edit need not wait for it.

        Raises:
            DocumentDamaged: the document can't be read any more.
        """
        if (
            not self._is_indexing
            and not self._document.guard.is_ready
            and len(self._document.encoded()) > INDEXED_AT_ONCE_BYTES
        ):
            self._is_indexing = True
            self._turns.take(self._index())

    def release(self, session: Session) -> None:
        """Forgets a session that has left."""
        self._postponed.pop(session, None)
        self._typing.pop(session, None)
        self._replicas.release(session)

    def take(self, session: Session, data: bytes) -> None:
        """Takes an edit. Raises `SessionError` to end the session."""
        if not session.participant.role.can_edit:
            session.synced.clear()
            session.send(protocol.permission_denied(VIEWER_REASON))
            return
        if self._take_typing(session, data):
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
        session.is_asked = False
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
        self.prepare()
        if self._is_indexing:
            raise UpdateGap("the document is still being indexed")
        data, update = self._document.trimmed(data, update)
        self._document.check(data, update)
        if self._document.apply(data, update, is_news=is_news):
            self._record(session, session.participant.id, data)
            if (typing := continuation(update)) is not None:
                self._typing[session] = typing

    def _take_typing(self, session: Session, data: bytes) -> bool:
        """Takes an edit by which typing goes on, unless what it rests on has changed."""
        document, typing = self._document, self._typing.get(session)
        if typing is None or not (length := typing.length_of(data)):
            return False
        if (
            self._journal.is_full
            or not document.guard.lets_on(typing)
            or not self._replicas.is_owner(session, typing.client)
        ):
            return False
        document.apply_typing(data, typing, length)
        self._record(session, session.participant.id, data)
        return True

    def ask_for_missing(self, session: Session) -> None:
        """Has a peer send all that is not here; its save barriers wait for that.

        Once is enough: what it sends before its answer is in the answer too.
        """
        session.synced.clear()
        if self._is_indexing:
            self._postponed[session] = None
        elif not session.is_asked:
            session.failed_syncs += 1
            if session.failed_syncs > MAX_FAILED_SYNCS:
                session.end(CloseCode.TRY_AGAIN, "edits rest on others that are not here")
            self._ask(session)

    def _ask(self, session: Session) -> None:
        session.is_asked = True
        session.send(protocol.sync_step_1(self._document.state_vector()))

    def _index(self) -> Iterator[None]:
        try:
            yield from self._document.guard.index()
        except Exception:
            logger.exception("a document could not be indexed")
            for session in self._postponed:
                session.end(CloseCode.TRY_AGAIN, "the document can't be edited now")
        else:
            for session in self._postponed:
                self._ask(session)
        self._postponed.clear()
        self._is_indexing = False
