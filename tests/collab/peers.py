"""People in rooms for tests: a socket in memory, and a Yjs replica that speaks through it."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, Text

from collab import protocol
from collab.errors import CloseCode, CommandError
from collab.participant import Participant, Role
from collab.room import Room
from collab.session import PeerGone, Session
from collab.varint import Reader, block, varuint

WAIT_SECONDS = 5.0


class MemoryPeer:
    """See `collab.session.Peer`; the test plays the other end."""

    def __init__(self) -> None:
        self.to_server: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.to_client: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self.reads = asyncio.Event()
        """Cleared: the client has stopped reading."""
        self.reads.set()

    async def receive(self) -> bytes:
        frame = await self.to_server.get()
        if frame is None:
            raise PeerGone
        return frame

    async def send(self, frame: bytes) -> None:
        await self.reads.wait()
        self.to_client.put_nowait(frame)

    async def close(self, code: int, reason: str) -> None:
        if not self.closed.done():
            self.closed.set_result((code, reason))


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
        self.peer.to_server.put_nowait(frame)

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
        self.peer.to_server.put_nowait(None)

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
    """A stage on which nothing runs; it knows the commands `echo`, `refuse` and `break`."""

    def __init__(self) -> None:
        self.is_busy = False
        self.is_closed = False
        self.output: list[tuple[int, int, int, bytes]] = []

    def hello(self, session: Session) -> Mapping[str, object]:
        return {"permissions": {"edit": session.participant.role.can_edit}}

    def replay(self) -> Iterator[tuple[int, int, int, bytes]]:
        return iter(self.output)

    async def command(self, session: Session, command: Mapping[str, object]) -> object:
        match command.get("type"):
            case "echo":
                return {"by": session.participant.name, "text": command["text"]}
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

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._replicas: list[Replica] = []

    def join(
        self, room: Room, participant: Participant, *, events: bool = True, outbox: int = 1 << 20
    ) -> Replica:
        peer = MemoryPeer()
        session = Session(peer, participant, wants_events=events, max_outbox_bytes=outbox)
        replica = Replica(session, peer)
        self._tasks.create_task(session.serve(room))
        self._replicas.append(replica)
        return replica

    def all_leave(self) -> None:
        for replica in self._replicas:
            replica.peer.reads.set()
            replica.leave()
