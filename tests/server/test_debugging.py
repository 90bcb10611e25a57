"""Debugging together: real containers, real adapters, several sockets, stock Yjs clients."""

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


def python_room(server: LiveServer, text: str = PROGRAM) -> LiveRoom:
    return server.create_room(name="Ada", files=[{"path": "main.py", "text": text}])


async def test_a_session_belongs_to_the_whole_room(live_server: LiveServer) -> None:
    room = python_room(live_server)
    bob = room.join("Bob")
    async with (
        joined(room, room.owner) as ada,
        joined(room, bob) as ben,
        editing(room, bob) as editor,
    ):
        await mark(editor, ada, name="b1", path="main.py", line=2, condition="b == 2")
        run = (await ok(ada, "debug.start"))["run"]
        assert run["debug"]
        for stop in (await stopped(ada), await stopped(ben)):
            assert (stop["stop"], stop["reason"], stop["run"]) == (1, "breakpoint", run["number"])
            assert (stop["file"], stop["line"]) == ("main.py", 2)
            assert [frame["name"] for frame in stop["frames"]] == ["add", "<module>"]
            assert stop["driver"] == room.owner.participant["id"]
        frame = (await ok(ben, "debug.stackTrace", stop=1, threadId=1))["frames"][0]
        [scope, *_] = (await ok(ben, "debug.scopes", stop=1, frameId=frame["id"]))["scopes"]
        reference = scope["variablesReference"]
        read = await ok(ben, "debug.variables", stop=1, variablesReference=reference)
        assert {each["name"]: each["value"] for each in read["variables"]} == {"a": "1", "b": "2"}
        assert (await ada.event("debug.variables"))["variables"] == read["variables"]
        await ok(ada, "debug.next", stop=1)
        assert (await stopped(ben))["line"] == 3
        await ok(ada, "debug.continue", stop=2)
        await ben.output(run["number"], "Who? ")
        await ok(ben, "run.input", run=run["number"], data="Bob\r")
        await ben.output(run["number"], "Hello, Bob! 10")
        assert (await ada.event("debug.ended"))["outcome"] == "exited(0)"


async def test_what_a_debugged_program_wrote_appears_in_the_room(live_server: LiveServer) -> None:
    room = python_room(live_server, "with open('made.txt', 'w') as file: file.write('made')\n")
    async with joined(room, room.owner) as ada:
        await ok(ada, "debug.start", stopOnEntry=True)
        await ok(ada, "debug.continue", stop=(await stopped(ada))["stop"])
        told = await ada.event("run.artefacts")
        assert [one["path"] for one in told["artefacts"]] == ["made.txt"]
        assert told["run"]["debug"]


async def test_answers_of_the_console_and_of_watches_reach_everybody(
    live_server: LiveServer,
) -> None:
    room = python_room(live_server)
    bob = room.join("Bob")
    async with (
        joined(room, room.owner) as ada,
        joined(room, bob) as ben,
        editing(room, bob) as editor,
    ):
        await mark(editor, ada, name="b1", path="main.py", line=2)
        await ok(ada, "debug.start")
        frame = (await stopped(ben))["frameId"]
        await ok(ada, "debug.evaluate", stop=1, frameId=frame, expression="a + 40")
        said = await ben.event("debug.output")
        assert (said["expression"], said["output"], said["valueType"]) == ("a + 40", "40", "int")
        watched = {"stop": 1, "frameId": frame, "expression": "b + 1", "context": "watch"}
        await ok(ada, "debug.evaluate", **watched)
        told = await ben.event("debug.evaluated")
        assert (told["expression"], told["result"], told["valueType"]) == ("b + 1", "1", "int")
        await ok(ada, "debug.scopes", stop=1, frameId=frame)
        assert (await ben.event("debug.scopes"))["scopes"][0]["name"] == "Locals"
        await ok(ada, "debug.stop")
        assert (await ben.event("debug.ended"))["outcome"].startswith("stopped by")
