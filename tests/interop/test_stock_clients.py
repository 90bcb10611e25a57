"""Clients that know nothing of this project join its rooms."""

from dataclasses import replace
from functools import partial

import pytest
from anyio import to_thread

from tests.interop.node_peer import Way, node_peer
from tests.interop.pycrdt_peer import pycrdt_peer
from tests.live import LiveRoom, LiveServer

MAIN = {"path": "main.py", "text": "print('hi')\n"}
EMOJI = "naïve 👩‍👩‍👧 🧮 中\n"


@pytest.fixture
def room(live_server: LiveServer) -> LiveRoom:
    return live_server.create_room(files=[{"path": "main.py", "text": EMOJI}])


async def test_yjs_and_pycrdt_clients_converge_on_text_outside_the_basic_plane(
    room: LiveRoom,
) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    async with node_peer() as js, pycrdt_peer(room, bob) as py:
        await js.join(room, ada)
        assert await js.call("text", path="main.py") == EMOJI

        after_the_woman = len("naïve 👩".encode("utf-16-le")) // 2
        await js.call("insert", path="main.py", index=after_the_woman, text="🐍")
        expected = EMOJI.replace("👩", "👩🐍", 1)
        await py.wait_for_text("main.py", expected)

        py.text("main.py").insert(len(expected.encode()), "# 🚀 end")
        expected += "# 🚀 end"
        await js.wait_for_text("main.py", expected)

        await js.call("delete", path="main.py", index=0, length=6)
        await py.wait_for_text("main.py", expected.removeprefix("naïve "))


async def test_concurrent_edits_of_three_clients_converge(room: LiveRoom) -> None:
    async with (
        node_peer() as first,
        node_peer() as second,
        pycrdt_peer(room, room.join("Cy")) as third,
    ):
        await first.join(room, room.join("Ada"))
        await second.join(room, room.join("Bob"))
        for round_ in range(20):
            await first.call("insert", path="main.py", index=0, text=f"a{round_}🙂")
            await second.call("insert", path="main.py", index=0, text=f"b{round_}🙃")
            third.text("main.py").insert(0, f"c{round_}😀")
        # An author's new file follows its edits, so who has all three files has all edits.
        await first.call("create", path="first", text="done")
        await second.call("create", path="second", text="done")
        third.create("third", "done")
        for marker in ("first", "second", "third"):
            for peer in (first, second, third):
                await peer.wait_for_text(marker, "done")

        agreed = await first.call("text", path="main.py")
        assert await second.call("text", path="main.py") == agreed
        assert str(third.text("main.py")) == agreed
        for author, face in zip("abc", "🙂🙃😀", strict=True):
            for round_ in range(20):
                assert agreed.count(f"{author}{round_}{face}") == 1


@pytest.mark.parametrize("via", ["header", "protocols"])
async def test_a_stock_client_may_bring_its_token_by(room: LiveRoom, via: Way) -> None:
    async with node_peer() as peer:
        await peer.join(room, room.join("Ada"), via=via)
        assert await peer.call("text", path="main.py") == EMOJI


async def test_a_client_without_a_valid_token_is_closed_for_good(room: LiveRoom) -> None:
    ada = room.join("Ada")
    forged = replace(ada, access_token=ada.access_token[:-4] + "AAAA")
    async with node_peer() as peer:
        await peer.connect(room, forged)
        await peer.call("wait", until="closed", code=4401)


async def test_awareness_carries_the_name_that_the_server_knows(room: LiveRoom) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    async with node_peer() as first, node_peer() as second:
        await first.join(room, ada)
        await first.call("present", state={"user": {"name": "Mallory"}, "cursor": {"file": "x"}})
        await second.join(room, bob)
        await second.call("present", state={})

        [seen] = await second.wait_for_others("Ada")
        assert seen["user"] == ada.participant
        assert seen["cursor"] == {"file": "x"}
        [seen] = await first.wait_for_others("Bob")
        assert seen["user"] == bob.participant


async def test_awareness_of_a_client_that_vanished_is_removed(room: LiveRoom) -> None:
    async with node_peer() as first, node_peer() as second:
        await first.join(room, room.join("Ada"))
        await second.join(room, room.join("Bob"))
        await second.call("present", state={})
        await first.wait_for_others("Bob")
        await second.call("terminate")
        await first.wait_for_others()


async def test_a_reconnect_brings_edits_made_offline_both_ways(room: LiveRoom) -> None:
    async with node_peer() as first, node_peer() as second:
        await first.join(room, room.join("Ada"))
        await second.join(room, room.join("Bob"))
        await second.call("disconnect")
        await second.call("insert", path="main.py", index=0, text="offline 🌙 ")
        await second.call("create", path="offline", text="done")
        await first.call("insert", path="main.py", index=0, text="online ☀️ ")
        await second.call("reconnect")
        await second.call("wait", until="synced")
        await first.wait_for_text("offline", "done")

        agreed = await first.call("text", path="main.py")
        assert await second.call("text", path="main.py") == agreed
        assert agreed.count("offline 🌙 ") == 1
        assert agreed.count("online ☀️ ") == 1
        assert agreed.endswith(EMOJI)


async def test_a_viewers_edits_are_refused_and_reach_nobody(room: LiveRoom) -> None:
    async with node_peer() as viewer, node_peer() as editor:
        await viewer.join(room, room.join("Vi", role="viewer"))
        await viewer.call("insert", path="main.py", index=0, text="not allowed")
        await viewer.call("wait", until="denied")
        await viewer.call("present", state={})

        await editor.join(room, room.join("Ada"))
        assert await editor.call("text", path="main.py") == EMOJI
        [seen] = await editor.wait_for_others("Vi")
        assert seen["user"]["role"] == "viewer"


async def test_a_killed_server_gives_back_what_a_client_wrote_while_it_was_down(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with LiveServer(tmp_path_factory.mktemp("killed")) as server:
        room = await to_thread.run_sync(partial(server.create_room, files=[MAIN]))
        async with node_peer() as peer:
            await peer.join(room, room.join("Ada"))
            await to_thread.run_sync(server.kill)
            await peer.call("insert", path="main.py", index=0, text="while it was down\n")
            await to_thread.run_sync(server.start)
            await peer.call("wait", until="synced")
            async with pycrdt_peer(room, room.join("Bob")) as other:
                await other.wait_for_text("main.py", "while it was down\n" + MAIN["text"])
