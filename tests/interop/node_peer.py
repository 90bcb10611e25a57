"""A stock yjs + y-websocket client in a Node process (`peer.mjs`)."""

import asyncio
import json
import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from tests.live import LiveRoom, Member

SCRIPT = Path(__file__).with_name("peer.mjs")
WAIT_SECONDS = 30.0

Way = Literal["header", "protocols", "query"]


class NodePeer:
    """One client; its methods are the actions of `peer.mjs`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._last_id = 0

    async def call(self, action: str, **arguments: Any) -> Any:
        """Has the client do something and returns what came of it.

        Raises:
            RuntimeError: the client could not do it.
            TimeoutError: what it waits for did not come.
        """
        self._last_id += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"id": self._last_id, "do": action, **arguments}).encode() + b"\n")
        async with asyncio.timeout(WAIT_SECONDS):
            answer = json.loads(await stdout.readline())
        assert answer["id"] == self._last_id
        if "error" in answer:
            raise RuntimeError(f"{action}: {answer['error']}")
        return answer["result"]

    async def connect(self, room: LiveRoom, member: Member, *, via: Way = "header") -> None:
        """Connects without waiting for the first sync."""
        await self.call(
            "connect", base=room.socket_base, room=room.id, token=member.access_token, via=via
        )

    async def join(self, room: LiveRoom, member: Member, *, via: Way = "header") -> None:
        """Connects and returns when the document is there."""
        await self.connect(room, member, via=via)
        await self.call("wait", until="synced")

    async def wait_for_text(self, path: str, text: str) -> None:
        """Returns when the file's text is exactly this."""
        await self.call("wait", until="text", path=path, equals=text)

    async def wait_for_others(self, *names: str) -> list[dict[str, Any]]:
        """Returns the others' awareness states when those of these names are all that there are.

        Stock clients pass over a client that never called `present`: its state still has clock 0.
        """
        await self.call("wait", until="others", names=sorted(names))
        others: list[dict[str, Any]] = await self.call("others")
        return others


@asynccontextmanager
async def node_peer() -> AsyncGenerator[NodePeer]:
    """Starts a client; ends its process in the end."""
    process = await asyncio.create_subprocess_exec(
        "node", SCRIPT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield NodePeer(process)
    finally:
        process.kill()
        await process.communicate()
