"""People in rooms for tests: a socket in memory, and a Yjs replica that speaks through it."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, Text

from collab import protocol
from collab.errors import CloseCode, CommandError
from collab.participant import Participant, Role
from collab.room import Room
from collab.session import Session
from collab.varint import Reader, block, varuint

WAIT_SECONDS = 5.0


HIGH_WATER_BYTES = 16 << 10


class MemoryPeer:
    """See `collab.session.Peer`; the test plays the other end."""

    def __init__(self) -> None:
        self.to_client: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self.paused_for = 0.0
        self.is_reading = True
        self.is_congested = False
        self.waiting_bytes = 0
        self._session: Session | None = None
        self._to_server: list[bytes] = []
        self._unread: list[bytes] = []

    def start(self, session: Session) -> None:
        self._session = session
        for message in self._to_server:
            session.receive(message, time.monotonic())

    def write(self, data: bytes) -> None:
        if self.is_reading:
            self._deliver(data)
        else:
            self._unread.append(data)
            self.waiting_bytes += len(data)
            self.is_congested = self.waiting_bytes > HIGH_WATER_BYTES

    def pause(self, seconds: float) -> None:
        self.paused_for += seconds

    def close(self, code: int, reason: str) -> None:
        if not self.closed.done():
            self.closed.set_result((code, reason))

    def send(self, message: bytes) -> None:
        """Sends a message to the server."""
        if self._session is None:
            self._to_server.append(message)
        else:
            self._session.receive(message, time.monotonic())

    def stop_reading(self) -> None:
        self.is_reading = False

    def read_on(self) -> None:
        """Takes all that waits."""
        self.is_reading = True
        unread, self._unread = self._unread, []
        for data in unread:
            self._deliver(data)
        self.waiting_bytes = 0
        was_congested, self.is_congested = self.is_congested, False
        if was_congested and self._session is not None:
            self._session.drained()

    def leave(self) -> None:
        if self._session is not None:
            self._session.gone()

    def _deliver(self, data: bytes) -> None:
        for message in messages(data):
            self.to_client.put_nowait(message)


def messages(data: bytes) -> Iterator[bytes]:
    """The payloads of whole frames, as a server writes them."""
    position = 0
    while position < len(data):
        assert data[position] == 0x82, "a final binary frame"
        size, position = data[position + 1], position + 2
        if size > 125:
            extended = 2 if size == 126 else 8
            size = int.from_bytes(data[position : position + extended])
            position += extended
        yield data[position : position + size]
        position += size


@dataclass
class Replica:
    """A client with a document of its own, as stock Yjs clients behave."""

    session: Session
    peer: MemoryPeer
    doc: Doc[Any] = field(default_factory=Doc)
    events: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    saved: list[int] = field(default_factory=list)
    outputs: list[bytes] = field(default_factory=list)
    presence: dict[int, Any] = field(default_factory=dict)
    denials: list[str] = field(default_factory=list)

    @property
    def text(self) -> Text:
        text: Text = self.doc.get("text", type=Text)
        return text

    @property
    def files(self) -> dict[str, str]:
        entries = self.doc.get("files", type=Map).values()
        return {entry["path"]: str(entry["text"]) for entry in entries}

    def send(self, frame: bytes) -> None:
        self.peer.send(frame)

    def command(self, **command: object) -> None:
        self.send(protocol.json_message(json.dumps(command).encode()))

    def type(self, words: str, at: int | None = None) -> bytes:
        """Edits its own document and sends the update, which it returns."""
        before = self.doc.get_state()
        self.text.insert(len(self.text) if at is None else at, words)
        update = self.doc.get_update(before)
        self.send(protocol.sync_update(update))
        return update

    def show(self, clock: int, state: object, client: int | None = None) -> None:
        number = self.doc.client_id if client is None else client
        entry = varuint(number) + varuint(clock) + block(json.dumps(state).encode())
        self.send(protocol.awareness_update(b"\x01" + entry))

    def sync(self) -> None:
        self.send(protocol.sync_step_1(self.doc.get_state()))

    def leave(self) -> None:
        self.peer.leave()

    async def until(self, reached: Any) -> None:
        """Reads frames until `reached()` is true."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not reached():
                self.take(await self.peer.to_client.get())

    async def closed(self) -> CloseCode:
        async with asyncio.timeout(WAIT_SECONDS):
            code, _ = await asyncio.shield(self.peer.closed)
        return CloseCode(code)

    def take(self, frame: bytes) -> None:
        reader = Reader(frame)
        match reader.varuint():
            case protocol.MessageType.SYNC:
                self._take_sync(reader.varuint(), reader.block())
            case protocol.MessageType.AWARENESS:
                self._take_presence(Reader(reader.block()))
            case protocol.MessageType.AUTH:
                reader.varuint()
                self.denials.append(reader.text())
            case protocol.MessageType.JSON:
                message = json.loads(reader.rest())
                (self.replies if "reply" in message else self.events).append(message)
            case protocol.MessageType.SAVED:
                self.saved.append(reader.varuint())
            case protocol.MessageType.OUTPUT:
                self.outputs.append(frame)
            case other:
                raise AssertionError(f"a message of type {other}")

    def _take_sync(self, kind: int, data: bytes) -> None:
        if kind == protocol.SyncType.STEP_1:
            self.send(protocol.sync_step_2(self.doc.get_update(data)))
        else:
            self.doc.apply_update(data)

    def _take_presence(self, reader: Reader) -> None:
        for _ in range(reader.varuint()):
            client, _, state = reader.varuint(), reader.varuint(), json.loads(reader.block())
            if state is None:
                self.presence.pop(client, None)
            else:
                self.presence[client] = state

    def types_of_events(self) -> list[str]:
        return [event["type"] for event in self.events]


class QuietStage:
    """A stage on which nothing runs; it knows the commands `echo`, `wait`, `refuse` and `break`."""

    def __init__(self) -> None:
        self.is_busy = False
        self.is_closed = False
        self.output: list[tuple[int, int, int, bytes]] = []
        self.may_go_on = asyncio.Event()
        """What `wait` waits for."""

    def hello(self, session: Session) -> Mapping[str, object]:
        return {"permissions": {"edit": session.participant.role.can_edit}}

    def replay(self) -> Iterator[tuple[int, int, int, bytes]]:
        return iter(self.output)

    def edited(self) -> None: ...

    def changed(self, participant: Participant) -> None: ...

    def left(self, participant: Participant) -> None: ...

    async def command(self, session: Session, command: Mapping[str, object]) -> object:
        match command.get("type"):
            case "echo":
                return {"by": session.participant.name, "text": command["text"]}
            case "wait":
                await self.may_go_on.wait()
                return {}
            case "refuse":
                raise CommandError("forbidden", "not now")
            case _:
                raise KeyError("a defect of the stage")

    async def close(self) -> None:
        self.is_closed = True


def person(name: str, role: Role = Role.EDITOR) -> Participant:
    return Participant(name.lower(), name, role, "#123456")


class Visitors:
    """Lets people into rooms; all are gone when the test ends."""

    def __init__(self) -> None:
        self._replicas: list[Replica] = []

    def join(
        self, room: Room, participant: Participant, *, events: bool = True, outbox: int = 1 << 20
    ) -> Replica:
        peer = MemoryPeer()
        session = Session(peer, room, participant, wants_events=events, max_waiting_bytes=outbox)
        replica = Replica(session, peer)
        session.begin()
        self._replicas.append(replica)
        return replica

    def all_leave(self) -> None:
        for replica in self._replicas:
            replica.leave()
