"""Who edits under which Yjs client id: two people under one id would silently lose text."""

from collab.errors import ClientIdTaken, TooLarge, UpdateGap
from collab.session import Session

MAX_CLIENT_IDS = 64  # of one session; a page takes one, and a fresh one when it reloads


class Replicas:
    """The client ids of the sessions that are in one room now."""

    def __init__(self) -> None:
        self._sessions: dict[int, Session] = {}

    def claim(self, session: Session, clients: set[int]) -> None:
        """Lets a session bring new content under these client ids.

        A single one becomes its own; several at once are an import, and belong to nobody.

        Raises:
            ClientIdTaken: one belongs to another participant who is here.
            TooLarge: the session has too many of them.
        """
        for client in clients:
            if not self._is_free(session, client):
                raise ClientIdTaken(f"client id {client} is in use; take a fresh one")
        if len(clients) == 1:
            client = next(iter(clients))
            self._sessions[client] = session
            session.client_ids.add(client)
            if len(session.client_ids) > MAX_CLIENT_IDS:
                raise TooLarge(f"edits under more than {MAX_CLIENT_IDS} client ids")

    def is_owner(self, session: Session, client: int) -> bool:
        """Whether a client id is that session's own."""
        return self._sessions.get(client) is session

    def check_relay(self, session: Session, clients: set[int]) -> None:
        """Lets a session hand in what others wrote, as an answer to a sync.

        Raises:
            UpdateGap: one of them is here and will hand it in itself.
        """
        for client in clients:
            if not self._is_free(session, client):
                raise UpdateGap(f"client {client} is here itself")

    def release(self, session: Session) -> None:
        """Forgets a session's client ids."""
        for client in session.client_ids:
            if self._sessions.get(client) is session:
                del self._sessions[client]

    def _is_free(self, session: Session, client: int) -> bool:
        owner = self._sessions.get(client)
        return owner is None or owner.participant.id == session.participant.id
