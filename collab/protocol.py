"""The room socket's messages as pure functions on bytes.

Types 0 to 3 are y-websocket's (y-protocols: sync.js, awareness.js, auth.js); 4 to 6 are our own and
only go to clients that asked for the subprotocol `SUBPROTOCOL`.
"""

from enum import IntEnum
from typing import NamedTuple

from collab.errors import BadFrame
from collab.varint import Reader, block, varuint

SUBPROTOCOL = "codlab.v1"


class MessageType(IntEnum):
    """The varuint that every frame begins with."""

    SYNC = 0
    AWARENESS = 1
    AUTH = 2
    QUERY_AWARENESS = 3
    JSON = 4
    SAVED = 5
    OUTPUT = 6


class SyncType(IntEnum):
    """The varuint that follows `MessageType.SYNC`."""

    STEP_1 = 0
    STEP_2 = 1
    UPDATE = 2


_UPDATE = bytes((MessageType.SYNC, SyncType.UPDATE))
_AWARENESS = int(MessageType.AWARENESS)
_MAX_SHORT = 0x7F  # a length in one byte
_MAX_MEDIUM = 0x3FFF  # in two


class SyncStep1(NamedTuple):
    """What the sender has: a state vector; asks for the rest."""

    state_vector: bytes


class SyncStep2(NamedTuple):
    """The answer to a step 1: one update with all that the other side lacked."""

    update: bytes


class Update(NamedTuple):
    """One Yjs update, v1."""

    update: bytes


class AwarenessUpdate(NamedTuple):
    """Presence entries, still encoded; `collab.awareness` reads them."""

    payload: bytes


class QueryAwareness(NamedTuple):
    """Asks for everybody's presence."""


class Command(NamedTuple):
    """A client's command: UTF-8 JSON, still encoded."""

    payload: bytes


class SaveBarrier(NamedTuple):
    """Asks to be answered with the same number when all that came before it is durable."""

    number: int


ClientMessage = (
    SyncStep1 | SyncStep2 | Update | AwarenessUpdate | QueryAwareness | Command | SaveBarrier
)


def keystroke_in(frame: bytes) -> bytes | None:
    """The update in a frame as most are: an update whose length is in one byte; None: another."""
    size = len(frame) - 3
    if 0 < size <= _MAX_SHORT and frame[2] == size and frame[:2] == _UPDATE:
        return frame[3:]
    return None


def cursor_in(frame: bytes) -> bytes | None:
    """The presence in a frame as most are, with its length in two bytes; None: another."""
    size = len(frame) - 3
    if (
        _MAX_SHORT < size <= _MAX_MEDIUM
        and frame[0] == _AWARENESS
        and frame[1] == size & 0x7F | 0x80
        and frame[2] == size >> 7
    ):
        return frame[3:]
    return None


def decode(frame: bytes) -> ClientMessage:
    """Reads one frame from a client.

    Raises:
        BadFrame: it is malformed, or of a type that only the server sends.
    """
    reader = Reader(frame)
    message = _decode_body(reader.varuint(), reader)
    reader.finish()
    return message


def _decode_body(kind: int, reader: Reader) -> ClientMessage:
    match kind:
        case MessageType.SYNC:
            return _decode_sync(reader)
        case MessageType.AWARENESS:
            return AwarenessUpdate(reader.block())
        case MessageType.QUERY_AWARENESS:
            return QueryAwareness()
        case MessageType.JSON:
            return Command(reader.rest())
        case MessageType.SAVED:
            return SaveBarrier(reader.varuint())
        case _:
            raise BadFrame(f"clients do not send messages of type {kind}")


def _decode_sync(reader: Reader) -> SyncStep1 | SyncStep2 | Update:
    match reader.varuint():
        case SyncType.STEP_1:
            return SyncStep1(reader.block())
        case SyncType.STEP_2:
            return SyncStep2(reader.block())
        case SyncType.UPDATE:
            return Update(reader.block())
        case other:
            raise BadFrame(f"unknown sync message {other}")


def sync_step_1(state_vector: bytes) -> bytes:
    """Encodes a step 1."""
    return bytes((MessageType.SYNC, SyncType.STEP_1)) + block(state_vector)


def sync_step_2(update: bytes) -> bytes:
    """Encodes a step 2."""
    return bytes((MessageType.SYNC, SyncType.STEP_2)) + block(update)


def sync_update(update: bytes) -> bytes:
    """Encodes an update."""
    return bytes((MessageType.SYNC, SyncType.UPDATE)) + block(update)


def awareness_update(payload: bytes) -> bytes:
    """Encodes presence entries that `collab.awareness` encoded."""
    return bytes((MessageType.AWARENESS,)) + block(payload)


def permission_denied(reason: str) -> bytes:
    """Encodes y-protocols' only auth message (auth.js, messagePermissionDenied)."""
    return bytes((MessageType.AUTH, 0)) + block(reason.encode())


def json_message(payload: bytes) -> bytes:
    """Encodes an event or a reply."""
    return bytes((MessageType.JSON,)) + payload


def saved(number: int) -> bytes:
    """Encodes the answer to a `SaveBarrier`."""
    return bytes((MessageType.SAVED,)) + varuint(number)


def output(run: int, stream: int, offset: int, data: bytes) -> bytes:
    """Encodes a piece of a run's output; `offset` counts bytes of all its streams together."""
    head = bytes((MessageType.OUTPUT,)) + varuint(run)
    return head + bytes((stream,)) + varuint(offset) + data
