"""What can go wrong in a room, and the code its socket closes with.

CollabError
├── SessionError            ends one session; carries the close code
│   ├── BadFrame            the bytes are no message of the protocol
│   ├── PoisonedUpdate      a well-framed update that no honest editor produces
│   ├── OutdatedCopy        its copy is of a document that was written anew since
│   ├── ClientIdTaken       edits under the client id of another live participant
│   ├── TooLarge            a frame, state or document over its limit
│   ├── SlowConsumer        the peer does not read what it is sent
│   ├── SessionClosed       it was told to end
│   └── DocumentDamaged     its room must be loaded again
├── UpdateGap               an update rests on others that are not here
├── NotRenewable            a document that can't be written anew
├── RoomNotFound            nothing is stored under that id
├── RoomUnavailable         it can't be served now; trying again may help
├── PositionForgotten       the room's history begins later
├── PositionAhead           the room's history has not come that far
└── CommandError            a command that is refused; its session goes on
"""

from enum import IntEnum


class CloseCode(IntEnum):
    """WebSocket close codes: 4400-4499 are permanent, 4500-4599 transient (DESIGN, section 4).

    Clients stop at a permanent code, as y-websocket does, and retry a transient one.
    """

    GOING_AWAY = 1001
    RESTARTING = 1012
    BAD_FRAME = 4400
    UNAUTHORISED = 4401
    FORBIDDEN = 4403
    ROOM_GONE = 4404
    PROTOCOL = 4408
    CLIENT_ID_TAKEN = 4409
    REVOKED = 4410
    OUTDATED_COPY = 4412
    TOO_LARGE = 4413
    POISONED_UPDATE = 4422
    SLOW_CONSUMER = 4500
    DRAINING = 4501
    OVERLOADED = 4502
    TRY_AGAIN = 4503


class CollabError(Exception):
    """Root of what this package raises."""


class SessionError(CollabError):
    """Ends the session that caused it, and no other."""

    close_code = CloseCode.PROTOCOL


class BadFrame(SessionError):
    """The bytes are no message of the protocol."""

    close_code = CloseCode.BAD_FRAME


class PoisonedUpdate(SessionError):
    """An update that decodes but that no honest editor produces."""

    close_code = CloseCode.POISONED_UPDATE


class OutdatedCopy(SessionError):
    """The peer's copy is of an earlier generation; merged, it would undo or double text."""

    close_code = CloseCode.OUTDATED_COPY

    def __init__(self) -> None:
        super().__init__("the document was written anew; drop your copy and join afresh")


class ClientIdTaken(SessionError):
    """Edits under a client id that belongs to another live participant; take a fresh id."""

    close_code = CloseCode.CLIENT_ID_TAKEN


class TooLarge(SessionError):
    """A frame, a presence state or a document over its limit."""

    close_code = CloseCode.TOO_LARGE


class SlowConsumer(SessionError):
    """More is waiting for the peer than its outbox may hold."""

    close_code = CloseCode.SLOW_CONSUMER


class SessionClosed(SessionError):
    """The session was told to end, with this code and reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.close_code = code


class UpdateGap(CollabError):
    """An update rests on others that are not here; the cure is a sync, not a refusal."""


class DocumentDamaged(SessionError):
    """The document in memory can't be trusted any more; load it again from the log."""

    close_code = CloseCode.TRY_AGAIN


class NotRenewable(CollabError):
    """The document holds what can't be carried over into a new one; the message names it."""


class RoomNotFound(CollabError):
    """Nothing is stored under that room id."""


class RoomUnavailable(CollabError):
    """The room can't be served at the moment; trying again later may help."""


class PositionForgotten(CollabError):
    """The room's history begins after that position: the past before it is not kept any more."""


class PositionAhead(CollabError):
    """The room's history has not come to that position yet."""


class CommandError(CollabError):
    """A refused command; `code` is one of the protocol's words, such as ``forbidden``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_from_pycrdt(error: BaseException) -> bool:
    """Whether pycrdt raised it; Rust panics come as pyo3's PanicException, no `Exception`."""
    return isinstance(error, ValueError | RuntimeError) or type(error).__name__ == "PanicException"
