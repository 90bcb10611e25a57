"""Who types into a room's runs: several sockets, real programs."""

from typing import Any

import httpx2

from tests.live import LiveRoom, LiveServer, Member
from tests.socket_client import SocketClient, joined

ECHO = "print('ready', flush=True)\nwhile True: print('got', input(), flush=True)\n"
NOBODY: dict[str, Any] = {"stdin": None, "debug": None, "requests": {"stdin": [], "debug": []}}


def standing(control: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in control.items() if key != "acted_at"}


async def started(socket: SocketClient) -> None:
    await socket.command("run.start")
    await socket.output(1, "ready")


def echo_room(server: LiveServer) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": ECHO}])


async def test_who_took_the_keyboard_types_alone(live_server: LiveServer) -> None:
    room = echo_room(live_server)
    ada_id, bob = room.owner.participant["id"], room.join("Bob")
    bob_id = bob.participant["id"]
    async with joined(room, room.owner) as ada, joined(room, bob) as bob_socket:
        assert standing(ada.events[0]["control"]) == NOBODY
        refused = (await bob_socket.command("control.take", what="stdin"))["error"]
        assert refused["code"] == "conflict"
        await started(ada)
        taken = await ada.command("control.take", what="stdin")
        assert taken["ok"]["control"]["stdin"] == ada_id
        assert (await bob_socket.event("control.changed"))["control"]["stdin"] == ada_id

        for command in ({"type_": "run.input", "data": "no\r"}, {"type_": "run.eof"}):
            refused = (await bob_socket.command(run=1, **command))["error"]
            assert refused["code"] == "forbidden"
            assert refused["message"].startswith("Host is typing; ask for control")
        refused = (await bob_socket.command("control.take", what="stdin"))["error"]
        assert refused["code"] == "conflict"
        await bob_socket.command("control.request", what="stdin")
        while not (change := await ada.event("control.changed"))["control"]["requests"]["stdin"]:
            continue
        assert change["control"]["requests"]["stdin"] == [bob_id]
        async with joined(room, room.join("Late")) as late:
            assert standing(late.events[0]["control"]) == standing(change["control"])

        await ada.command("control.give", what="stdin", to=bob_id)
        assert (await ada.command("run.input", run=1, data="no\r"))["error"]["code"] == "forbidden"
        assert "ok" in await bob_socket.command("run.input", run=1, data="yes\r")
        await ada.output(1, "got yes")
        assert b"no" not in ada.outputs[1]
        await ada.command("run.stop", run=1)


async def test_nobody_holds_the_keyboard_of_a_program_that_is_over(live_server: LiveServer) -> None:
    room = echo_room(live_server)
    async with joined(room, room.owner) as ada:
        await started(ada)
        await ada.command("control.take", what="stdin")
        assert (await ada.event("control.changed"))["control"]["stdin"]
        await ada.command("run.stop", run=1)
        assert standing((await ada.event("control.changed"))["control"]) == NOBODY
        assert ada.events[-1]["type"] == "run.finished"


async def test_who_leaves_or_becomes_a_viewer_holds_nothing(live_server: LiveServer) -> None:
    room = echo_room(live_server)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada:
        async with joined(room, bob) as tab, joined(room, bob) as other_tab:
            await started(ada)
            await tab.command("control.take", what="stdin")
            assert (await ada.event("control.changed"))["control"]["stdin"]
            await other_tab.connection.close()
            assert "ok" in await tab.command("run.input", run=1, data="still here\r")
        assert standing((await ada.event("control.changed"))["control"]) == NOBODY
        async with joined(room, bob) as tab:
            await tab.command("control.take", what="stdin")
            assert (await ada.event("control.changed"))["control"]["stdin"]
            change_role(room, bob, "viewer")
            assert standing((await ada.event("control.changed"))["control"]) == NOBODY
            refused = (await tab.command("control.take", what="stdin"))["error"]
            assert refused["code"] == "forbidden"
        await ada.command("run.stop", run=1)


async def test_programs_take_ask_and_give_over_http(live_server: LiveServer) -> None:
    room = echo_room(live_server)
    bob, vic = room.join("Bob"), room.join("Vic", role="viewer")
    bob_id = bob.participant["id"]
    async with joined(room, room.owner) as ada, joined(room, bob):
        await started(ada)
        taken = post(room, room.owner, "take", what="stdin").raise_for_status().json()["control"]
        assert taken["stdin"] == room.owner.participant["id"]
        assert taken["acted_at"]["stdin"] > 0
        asked = post(room, bob, "request", what="stdin").raise_for_status().json()["control"]
        assert asked["requests"]["stdin"] == [bob_id]
        post(room, room.owner, "give", what="stdin", to=bob_id).raise_for_status()
        assert post(room, bob, "take", what="debug").status_code == 409
        assert post(room, room.owner, "give", what="stdin", to="nobody").status_code == 404
        assert post(room, vic, "take", what="stdin").status_code == 403
        assert post(room, bob, "take", what="keys").status_code == 422
        await ada.command("run.stop", run=1)


def post(room: LiveRoom, member: Member, order: str, **body: Any) -> httpx2.Response:
    return httpx2.post(
        f"{room.server.url}/api/rooms/{room.id}/control/{order}",
        headers={"Authorization": f"Bearer {member.access_token}"},
        json=body,
    )


def change_role(room: LiveRoom, member: Member, role: str) -> None:
    httpx2.patch(
        f"{room.server.url}/api/rooms/{room.id}/participants/{member.participant['id']}",
        headers={"Authorization": f"Bearer {room.owner.access_token}"},
        json={"role": role},
    ).raise_for_status()
