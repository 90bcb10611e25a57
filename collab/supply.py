"""Gives one session what it lacks: newcomers, those who come back, those who fell behind."""

from collab import frames, protocol
from collab.awareness import Awareness
from collab.document import EMPTY_STATE_VECTOR, Document
from collab.generation import Generation
from collab.session import Session


class Supply:
    """Of one document in one generation."""

    def __init__(self, document: Document, generation: Generation, awareness: Awareness) -> None:
        self._document = document
        self._generation = generation
        self._awareness = awareness
        self._whole = (b"", b"")
        """The encoded document, and the frame that brings it to newcomers."""

    def ask(self, session: Session) -> None:
        """Sends a step 1."""
        session.send(protocol.sync_step_1(self._document.state_vector()))

    def answer(self, session: Session, state_vector: bytes) -> None:
        """Answers a step 1 by a step 2; who has nothing yet gets the same bytes as all others.

        Raises:
            OutdatedCopy: the session has a copy of an earlier generation.
            BadFrame: the state vector is malformed.
            DocumentDamaged: the document can't be read any more.
        """
        self._generation.check_state_vector(state_vector, self._document.guard.clocks)
        if state_vector != EMPTY_STATE_VECTOR:
            session.send(protocol.sync_step_2(self._document.diff(state_vector)))
            return
        update = self._document.encoded()
        if self._whole[0] is not update:
            self._whole = update, frames.binary(protocol.sync_step_2(update))
        session.write(self._whole[1])

    def show(self, session: Session) -> None:
        """Sends everybody's presence."""
        if present := self._awareness.present():
            session.send(protocol.awareness_update(self._awareness.encode(present)))

    def catch_up(self, session: Session) -> None:
        """Sends what was held back from a session as one update, and everybody's presence."""
        if session.held_since is not None:
            missing, session.held_since = session.held_since, None
            session.send(protocol.sync_update(self._document.diff(missing)))
            self.show(session)
