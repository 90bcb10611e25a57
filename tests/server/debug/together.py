"""Two people and a stock Yjs client in a room that debugs: what tests of it do and ask."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from tests.interop.node_peer import NodePeer, node_peer
from tests.live import LiveRoom, LiveServer, Member
from tests.socket_client import SocketClient, joined

PROGRAM = """\
def add(a, b):
    c = a + b
    return c

total = 0
for i in range(5):
    total = add(total, i)
name = input("Who? ")
print(f"Hello, {name}!", total)
"""


@asynccontextmanager
async def editing(room: LiveRoom, member: Member) -> AsyncGenerator[NodePeer]:
    """A stock Yjs client in the room, for the document's breakpoints."""
    async with node_peer() as peer:
        await peer.join(room, member)
        yield peer


async def mark(editor: NodePeer, witness: SocketClient, **breakpoint_: Any) -> None:
    """Sets a breakpoint; returns when the server has it, as another client can tell."""
    before = witness.updates
    await editor.call("mark", **breakpoint_)
    await witness.until(lambda: witness.updates > before)


async def ok(client: SocketClient, command: str, **fields: Any) -> dict[str, Any]:
    reply = await client.command(command, **fields)
    assert "ok" in reply, reply
    result: dict[str, Any] = reply["ok"]
    return result


async def refusal(client: SocketClient, command: str, **fields: Any) -> str:
    reply = await client.command(command, **fields)
    return f"{reply['error']['code']}: {reply['error']['message']}"


async def stopped(client: SocketClient) -> dict[str, Any]:
    return await client.event("debug.stopped")


def by_id(breakpoints: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in breakpoints}


def python_room(server: LiveServer, text: str = PROGRAM) -> LiveRoom:
    return server.create_room(name="Ada", files=[{"path": "main.py", "text": text}])


@asynccontextmanager
async def together(room: LiveRoom) -> AsyncGenerator[tuple[SocketClient, SocketClient, NodePeer]]:
    """The owner, Bob, and Bob's editor."""
    bob = room.join("Bob")
    async with (
        joined(room, room.owner) as ada,
        joined(room, bob) as ben,
        editing(room, bob) as editor,
    ):
        yield ada, ben, editor
