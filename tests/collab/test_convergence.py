"""Whatever befalls the connections, all end with the same document, and so does the store."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anyio import to_thread

from collab.broadcast import Batch
from collab.room import Room
from tests.collab.plan import PIECES, load_plan, make_plan
from tests.collab.swarm import STEPS, live_through, try_plan
from tests.interop.node_peer import NodePeer, node_peer
from tests.interop.pycrdt_peer import pycrdt_peer
from tests.live import LiveRoom, LiveServer

FAILED_PLANS = Path("test-results/plans")
PLANS_AT_ONCE = 25


@pytest.mark.parametrize("first_seed", range(0, 200, PLANS_AT_ONCE))
async def test_everybody_agrees_in_the_end(first_seed: int) -> None:
    await try_plans(first_seed, FAILED_PLANS)


async def try_plans(first_seed: int, kept: Path) -> None:
    for seed in range(first_seed, first_seed + PLANS_AT_ONCE):
        await try_plan(make_plan(seed, steps=STEPS), kept / f"{seed}.jsonl")


async def test_a_plan_that_failed_is_kept_and_fails_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness finds a server that now and then passes over an update for the others."""
    add_update, count = Batch.add_update, 0

    def forgetful(self: Batch, *arguments: Any) -> None:
        nonlocal count
        count += 1
        if count % 20:
            add_update(self, *arguments)

    monkeypatch.setattr(Batch, "add_update", forgetful)
    with pytest.raises(AssertionError, match="another text"):
        await try_plans(0, tmp_path)
    with pytest.raises(AssertionError, match="another text"):
        await live_through(load_plan(only_file(tmp_path)))


async def test_a_slow_reader_that_is_left_behind_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Room, "catch_up", lambda *_: None)
    with pytest.raises(AssertionError, match="another text"):
        await try_plans(0, tmp_path)


@pytest.mark.timeout(180)
async def test_stock_clients_agree_through_drops_and_a_killed_server(
    tmp_path: Path,
) -> None:
    rng = random.Random(7)
    with LiveServer(tmp_path) as server:
        files = [{"path": "main.py", "text": "start 😀\n"}]
        room = await to_thread.run_sync(partial(server.create_room, files=files))
        async with node_peer() as first, node_peer() as second, node_peer() as third:
            peers = [first, second, third]
            for number, peer in enumerate(peers):
                await peer.join(room, room.join(f"Peer {number}"))
            for step in range(90):
                await befall(rng, rng.choice(peers))
                if step % 30 == 10:
                    await write_by_http(room, f"by HTTP {step} 🧮\n")
                if step == 45:
                    await to_thread.run_sync(server.kill)
                    for peer in peers:
                        await type_somewhere(rng, peer)
                    await to_thread.run_sync(server.start)
            await assert_agreed(room, peers)


async def befall(rng: random.Random, peer: NodePeer) -> None:
    """Lets a client type, or lose or regain its connection."""
    happening = rng.random()
    if happening < 0.08:
        await peer.call("disconnect")
    elif happening < 0.12:
        await peer.call("terminate")
    elif happening < 0.3:
        await peer.call("reconnect")
    else:
        await type_somewhere(rng, peer)


async def type_somewhere(rng: random.Random, peer: NodePeer) -> None:
    """Replaces some characters, whole ones, by others."""
    at, count = rng.randrange(1000), rng.choice((0, 0, 1, 3))
    await peer.call("replace", path="main.py", at=at, count=count, text=rng.choice(PIECES))


async def write_by_http(room: LiveRoom, line: str) -> None:
    """Adds a line to the file as a program without a socket does."""
    url = f"{room.server.url}/api/rooms/{room.id}/files/main.py"
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    async with httpx2.AsyncClient(headers=headers) as client:
        text = (await client.get(url)).raise_for_status().text
        (await client.put(url, content=(line + text).encode())).raise_for_status()


async def assert_agreed(room: LiveRoom, peers: list[NodePeer]) -> None:
    for number, peer in enumerate(peers):
        await peer.call("reconnect")
        await peer.call("wait", until="synced")
        # It follows its author's edits, so who has all of these files has all edits.
        await peer.call("create", path=f"done {number}", text="done")
    for peer in peers:
        for number in range(len(peers)):
            await peer.wait_for_text(f"done {number}", "done")
    agreed = await peers[0].call("text", path="main.py")
    for peer in peers:
        assert await peer.call("text", path="main.py") == agreed
    url = f"{room.server.url}/api/rooms/{room.id}/files/main.py"
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    async with httpx2.AsyncClient(headers=headers) as client:
        assert (await client.get(url)).raise_for_status().text == agreed
    await to_thread.run_sync(room.server.restart)
    async with pycrdt_peer(room, room.owner) as newcomer:
        assert str(newcomer.text("main.py")) == agreed


def only_file(directory: Path) -> Path:
    (path,) = directory.iterdir()
    return path
