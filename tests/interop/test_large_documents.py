"""Stock clients in a document that the server has yet to index."""

import pytest
from anyio import to_thread

from bench import seed
from collab.protocol import saved, sync_update
from tests.interop.node_peer import node_peer
from tests.live import LiveRoom, LiveServer
from tests.socket_client import joined

LARGE_BYTES = 600_000


async def fill(room: LiveRoom) -> None:
    async with joined(room, room.owner) as client:
        for update in seed.updates(LARGE_BYTES):
            await client.connection.send(sync_update(update))
        await client.connection.send(saved(1))
        await client.until(lambda: client.saved)


async def test_what_stock_clients_bring_and_type_at_once_is_kept(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with LiveServer(tmp_path_factory.mktemp("large")) as server:
        room = await to_thread.run_sync(server.create_room)
        await fill(room)
        await to_thread.run_sync(server.restart)
        async with node_peer() as first, node_peer() as second:
            for name, peer in (("Ada", first), ("Bob", second)):
                await peer.call("create", path=name, text="offline 🌙")
                await peer.connect(room, room.join(name))
            for name, peer in (("Ada", first), ("Bob", second)):
                for letter in "typed ":
                    await peer.call("insert", path=name, index=0, text=letter)
            for peer in (first, second):
                for name in ("Ada", "Bob"):
                    await peer.wait_for_text(name, " depytoffline 🌙")
            async with node_peer() as third:
                await third.join(room, room.join("Cy"))
                for name in ("Ada", "Bob"):
                    assert await third.call("text", path=name) == " depytoffline 🌙"
