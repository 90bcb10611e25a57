"""What a room shows and does besides its document; the server provides it."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from collab.participant import Participant
from collab.session import Session


class Stage(Protocol):
    """What a room shows and does besides its document; the server attaches it."""

    @property
    def is_busy(self) -> bool:
        """Whether the room must stay open though nobody is in it."""

    def hello(self, session: Session) -> Mapping[str, object]:
        """The body of a session's `hello` event, without what the room itself knows."""

    def replay(self) -> Iterator[tuple[int, int, int, bytes]]:
        """The output kept so far: run number, stream, offset, bytes."""

    async def command(self, session: Session, command: Mapping[str, object]) -> object:
        """Carries out a command. Raises `CommandError` to refuse it."""

    def edited(self) -> None:
        """The document has changed; told after every update, so it must cost next to nothing."""

    def changed(self, participant: Participant) -> None:
        """Somebody who may be here has another role, name or colour."""

    def left(self, participant: Participant) -> None:
        """Somebody's last session is over."""

    async def close(self) -> None:
        """Ends what runs and frees what it holds."""
