"""Presence on its way back to its own author, who knows it: it only tells that the server is there.

Stock clients drop a socket on which nothing came for 30 seconds. So an echo need not be sent by
itself: it goes with the next that its author is sent, and alone where nothing else comes soon.
"""

from collections.abc import Iterable

from collab import frames, protocol
from collab.awareness import Awareness
from collab.session import Session


class Echoes:
    """What the sessions of one room are still to get back."""

    def __init__(self, awareness: Awareness) -> None:
        self._awareness = awareness
        self._owed: dict[Session, set[int]] = {}

    def owe(self, session: Session, clients: Iterable[int]) -> None:
        """Has a session get back what it shows under these client ids."""
        owed = self._owed.get(session)
        if owed is None:
            self._owed[session] = set(clients)
        else:
            owed.update(clients)

    def take(self, session: Session) -> bytes:
        """What a session is owed, as frames; it counts as sent."""
        owed = self._owed.pop(session, None)
        return self.presence_frame(owed) if owed else b""

    def send(self) -> None:
        """Sends what did not go with anything else; who fell behind gets it when it catches up."""
        for session in [*self._owed]:
            data = self.take(session)
            if session.held_since is None:
                session.write(data)

    def release(self, session: Session) -> None:
        """Forgets a session that has left."""
        self._owed.pop(session, None)

    def presence_frame(self, clients: set[int]) -> bytes:
        """What some client ids show now; nothing where there are none."""
        if not clients:
            return b""
        return frames.binary(protocol.awareness_update(self._awareness.encode(clients)))
