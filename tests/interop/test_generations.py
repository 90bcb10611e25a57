"""Stock Yjs clients that hold a copy of a document which was written anew since."""

import httpx2
import pytest
from anyio import to_thread

from tests.interop.node_peer import NodePeer, node_peer
from tests.live import LiveRoom, LiveServer

LINE = "print('hi')  # 👋\n"
OUTDATED_COPY = 4412


@pytest.fixture
def room(live_server: LiveServer) -> LiveRoom:
    return live_server.create_room(files=[{"path": "main.py", "text": LINE}])


async def renew(room: LiveRoom) -> dict[str, int]:
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    async with httpx2.AsyncClient(base_url=room.server.url, headers=headers) as client:
        answer = await client.post(f"/api/rooms/{room.id}/renew")
    renewal: dict[str, int] = answer.raise_for_status().json()
    return renewal


async def text_for_a_newcomer(room: LiveRoom) -> str:
    async with node_peer() as newcomer:
        await newcomer.join(room, room.join("Newcomer"))
        return str(await newcomer.call("text", path="main.py"))


async def types_a_line(peer: NodePeer, line: str) -> None:
    await peer.call("insert", path="main.py", index=0, text=line)


async def test_a_copy_from_before_the_renewal_is_not_merged_in(room: LiveRoom) -> None:
    async with node_peer() as ada, node_peer() as bob:
        await ada.join(room, room.join("Ada"))
        await types_a_line(ada, "# by Ada\n")
        await bob.join(room, room.join("Bob"))
        await bob.wait_for_text("main.py", "# by Ada\n" + LINE)
        await bob.call("disconnect")
        await types_a_line(bob, "# offline\n")

        await renew(room)
        await ada.call("wait", until="closed", code=OUTDATED_COPY)
        assert await text_for_a_newcomer(room) == "# by Ada\n" + LINE

        await bob.call("reconnect")
        await bob.call("wait", until="closed", code=OUTDATED_COPY)
        assert await bob.call("text", path="main.py") == "# offline\n# by Ada\n" + LINE
        assert await text_for_a_newcomer(room) == "# by Ada\n" + LINE


async def test_an_outdated_copy_is_refused_by_a_server_that_has_restarted_since(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with LiveServer(tmp_path_factory.mktemp("renewed")) as server:
        room = await to_thread.run_sync(
            lambda: server.create_room(files=[{"path": "main.py", "text": LINE}])
        )
        async with node_peer() as ada:
            await ada.join(room, room.join("Ada"))
            await ada.call("disconnect")
            await renew(room)
            await renew(room)
            await to_thread.run_sync(server.kill)
            await to_thread.run_sync(server.start)
            await ada.call("reconnect")
            await ada.call("wait", until="closed", code=OUTDATED_COPY)
        assert await text_for_a_newcomer(room) == LINE


async def test_who_comes_afresh_edits_the_renewed_document(room: LiveRoom) -> None:
    async with node_peer() as ada, node_peer() as bob:
        await renew(room)
        await ada.join(room, room.join("Ada"))
        await bob.join(room, room.join("Bob"))
        await types_a_line(ada, "# one\n")
        await bob.wait_for_text("main.py", "# one\n" + LINE)
        await bob.call("disconnect")
        await types_a_line(bob, "# two\n")
        await bob.call("reconnect")
        await ada.wait_for_text("main.py", "# two\n# one\n" + LINE)


async def test_what_was_deleted_is_gone_from_the_renewed_document(room: LiveRoom) -> None:
    async with node_peer() as ada:
        await ada.join(room, room.join("Ada"))
        for number in range(50):
            await types_a_line(ada, f"# {number}\n")
            await ada.call("delete", path="main.py", index=0, length=len(f"# {number}\n"))
        await ada.call("create", path="done", text="")
        async with node_peer() as bob:
            await bob.join(room, room.join("Bob"))
            await bob.wait_for_text("done", "")
    renewal = await renew(room)
    assert renewal["bytes_after"] < renewal["bytes_before"]
    assert await text_for_a_newcomer(room) == LINE
