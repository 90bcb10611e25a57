"""Runs that belong to a room: real containers, several sockets, a server that dies."""

from pathlib import Path

import httpx2
import pytest

from tests.live import LiveRoom, LiveServer, Member
from tests.socket_client import joined

GREETER = "name = input('Who? ')\nprint(f'Hello, {name}!')\n"
ENDLESS = "import time\nprint('ready', flush=True)\nwhile True: time.sleep(1)\n"


def room_with(server: LiveServer, **files: str) -> LiveRoom:
    return server.create_room(
        files=[{"path": f"{name}.py", "text": text} for name, text in files.items()]
    )


def get(room: LiveRoom, path: str, member: Member | None = None) -> httpx2.Response:
    token = (member or room.owner).access_token
    url = f"{room.server.url}/api/rooms/{room.id}{path}"
    return httpx2.get(url, headers={"Authorization": f"Bearer {token}"}).raise_for_status()


async def test_a_run_belongs_to_the_whole_room(live_server: LiveServer) -> None:
    room = room_with(live_server, main=GREETER)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada_socket, joined(room, bob) as bob_socket:
        started = (await ada_socket.command("run.start"))["ok"]["run"]
        assert (started["number"], started["state"]) == (1, "queued")
        assert started["by"] == room.owner.participant["id"]
        await bob_socket.output(1, "Who? ")
        await bob_socket.command("run.input", run=1, data="Bob\r")
        assert (await ada_socket.event("run.input"))["by"] == bob.participant["id"]
        await ada_socket.output(1, "Hello, Bob!")
        finished = (await bob_socket.event("run.finished"))["run"]
        assert (finished["outcome"], finished["exit_code"]) == ("exited(0)", 0)
        assert finished["output_bytes"] == len(bob_socket.outputs[1])
        expected = ["run.queued", "run.preparing", "run.started", "run.input"]
        assert [e["type"] for e in bob_socket.events if e["type"].startswith("run.")] == expected
        async with joined(room, room.join("Late", role="viewer")) as late:
            await late.output(1, "Hello, Bob!")
            assert late.events[0]["runs"] == [finished]
    assert b"Hello, Bob!" in get(room, "/runs/1/output").content
    assert get(room, "/runs/1").json()["run"] == finished


async def test_the_first_newcomer_during_a_run_sees_the_output_so_far(
    live_server: LiveServer,
) -> None:
    room = room_with(live_server, main=ENDLESS)
    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        await ada.output(1, "ready")
    async with joined(room, room.join("Bob")) as bob:
        await bob.output(1, "ready")
        assert bob.events[0]["runs"][0]["state"] == "running"
        await bob.command("run.stop", run=1)
        assert (await bob.event("run.finished"))["run"]["outcome"] == "stopped by Bob"
        error = (await bob.command("run.input", run=1, data="x"))["error"]
        assert error["code"] == "conflict"


@pytest.mark.timeout(120)
async def test_a_run_outlives_the_connections_of_everybody(tmp_path: Path) -> None:
    program = "print('ready', flush=True)\nprint('got', input(), flush=True)\ninput()\n"
    with LiveServer(tmp_path, settings={"CODLAB_ROOM_LINGER_SECONDS": "0"}) as server:
        room = room_with(server, main=program)
        for text, expected in (("", "ready"), ("1\n", "got 1")):
            async with joined(room, room.owner) as ada:
                if text:
                    await ada.command("run.input", run=1, data=text)
                else:
                    await ada.command("run.start", tty=False)
                await ada.output(1, expected)
            server.until_metric("codlab_sockets 0.0")
        async with joined(room, room.owner) as ada:
            assert ada.events[0]["runs"][0]["state"] == "running"
            await ada.output(1, "ready\ngot 1\n")
            await ada.command("run.input", run=1, data="\n")
            assert (await ada.event("run.finished"))["run"]["outcome"] == "exited(0)"


@pytest.mark.timeout(120)
async def test_a_run_that_ends_when_nobody_is_there_is_kept_whole(tmp_path: Path) -> None:
    program = "import time\ntime.sleep(1)\nopen('made', 'w').close()\nprint('done')\n"
    with LiveServer(tmp_path, settings={"CODLAB_ROOM_LINGER_SECONDS": "0"}) as server:
        room = room_with(server, main=program)
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
        server.until_metric("codlab_rooms 0.0")
        async with joined(room, room.owner) as ada:
            [run] = ada.events[0]["runs"]
            assert run["outcome"] == "exited(0)"
            assert [artefact["path"] for artefact in run["artefacts"]] == ["made"]
            await ada.output(1, "done")


async def test_a_run_that_waits_shows_where_in_the_queue_it_is(live_server: LiveServer) -> None:
    busy, room = room_with(live_server, main=ENDLESS), room_with(live_server, main="print('now')\n")
    async with joined(busy, busy.owner) as ada, joined(room, room.owner) as bob:
        for number in range(1, 5):
            await ada.command("run.start")
            await ada.output(number, "ready")
        for _ in range(2):
            await bob.command("run.start")
        while (await bob.event("run.queued"))["run"]["position"] != 2:  # told at first without one
            continue
        async with joined(room, room.join("Late")) as late:
            assert [run["position"] for run in late.events[0]["runs"]] == [1, 2]
        await ada.command("run.stop", run=1)
        await bob.output(1, "now")
        await bob.output(2, "now")
        assert (await bob.event("run.finished"))["run"]["position"] is None
        for number in range(2, 5):
            await ada.command("run.stop", run=number)
            await ada.event("run.finished")


async def test_what_runs_is_the_text_that_was_sent_before(live_server: LiveServer) -> None:
    room = room_with(live_server, main="print('old')\n")
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    async with joined(room, room.owner) as ada:
        first = (await ada.command("run.start", tty=False))["ok"]["run"]
        url = f"{live_server.url}/api/rooms/{room.id}/files/main.py"
        httpx2.put(url, content="print('new')\n", headers=headers).raise_for_status()
        second = (await ada.command("run.start", tty=False))["ok"]["run"]
        await ada.output(1, "old\n")
        await ada.output(2, "new\n")
        assert first["text_hash"] != second["text_hash"]
        assert second["number"] == 2


async def test_a_program_without_a_terminal_gets_its_input_by_http(
    live_server: LiveServer,
) -> None:
    room = room_with(live_server, main="import sys\nprint(sys.argv[1:], sys.stdin.read())\n")
    async with joined(room, room.owner) as ada:
        answer = httpx2.post(
            f"{live_server.url}/api/rooms/{room.id}/runs",
            headers={"Authorization": f"Bearer {room.owner.access_token}"},
            json={"args": ["a b", "é"], "stdin": "42"},
        )
        assert answer.status_code == 202
        await ada.output(1, "['a b', 'é'] 42\n")


async def test_a_run_is_typed_into_resized_and_ended_by_http(live_server: LiveServer) -> None:
    program = "import os, sys\nprint(input('Who? '), os.get_terminal_size().columns)\ninput()\n"
    room = room_with(live_server, main=program)

    def tell(what: str, member: Member, **fields: object) -> httpx2.Response:
        url = f"{live_server.url}/api/rooms/{room.id}/runs/1/{what}"
        headers = {"Authorization": f"Bearer {member.access_token}"}
        return httpx2.post(url, headers=headers, json=fields)

    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        await ada.output(1, "Who? ")
        assert tell("resize", room.owner, cols=97, rows=30).json()["run"]["number"] == 1
        assert tell("input", room.join("Vic", role="viewer"), data="x\r").status_code == 403
        assert tell("input", room.owner, data="Bob\r").status_code == 202
        await ada.output(1, "Bob 97")
        assert (await ada.command("control.take", what="stdin"))["ok"]
        refused = tell("input", room.join("Cy"), data="mine\r")
        assert (refused.status_code, "is typing" in refused.json()["detail"]) == (403, True)
        assert tell("eof", room.owner).status_code == 202
        finished = (await ada.event("run.finished"))["run"]
        assert finished["exit_code"] == 1  # EOFError
        assert tell("input", room.owner, data="late").status_code == 409


async def test_a_viewer_starts_nothing(live_server: LiveServer) -> None:
    room = room_with(live_server, main=GREETER)
    async with joined(room, room.join("Vic", role="viewer")) as vic:
        assert (await vic.command("run.start"))["error"]["code"] == "forbidden"
    async with joined(room, room.owner) as ada:
        assert ada.events[0]["runs"] == []


async def test_a_room_runs_only_so_much_at_once(live_server: LiveServer) -> None:
    room = room_with(live_server, main=ENDLESS)
    async with joined(room, room.owner) as ada:
        for _ in range(4):
            await ada.command("run.start")
        assert (await ada.command("run.start"))["error"]["code"] == "too_many"
        for number in range(1, 5):
            await ada.command("run.stop", run=number)
        await ada.until(lambda: sum(event["type"] == "run.finished" for event in ada.events) == 4)


async def test_a_person_runs_only_so_much_at_once(tmp_path: Path) -> None:
    with LiveServer(tmp_path, settings={"CODLAB_PERSON_RUNS": "1"}) as server:
        room = room_with(server, main=ENDLESS)
        async with joined(room, room.owner) as ada, joined(room, room.join("Bob")) as bob:
            await ada.command("run.start")
            assert (await ada.command("run.start"))["error"]["code"] == "too_many"
            assert "ok" in await bob.command("run.start")


async def test_a_run_may_be_given_less_than_the_server_allows(live_server: LiveServer) -> None:
    room = room_with(live_server, main=ENDLESS)
    async with joined(room, room.owner) as ada:
        refused = await ada.command("run.start", limits={"wall_seconds": -1})
        assert refused["error"]["code"] == "invalid"
        await ada.command("run.start", limits={"wall_seconds": 1, "memory_mib": 10**6})
        finished = (await ada.event("run.finished"))["run"]
        assert finished["outcome"] == "timed out after 1 s"


@pytest.mark.timeout(120)
async def test_an_editor_is_held_to_limits_of_their_own(tmp_path: Path) -> None:
    settings = {"CODLAB_EDITOR_WALL_SECONDS": "1", "CODLAB_EDITOR_RUNS": "1"}
    with LiveServer(tmp_path, settings=settings) as server:
        room = room_with(server, main=ENDLESS)
        async with joined(room, room.owner) as ada, joined(room, room.join("Bob")) as bob:
            for _ in range(2):
                await ada.command("run.start")
            await bob.command("run.start")
            assert (await bob.command("run.start"))["error"]["code"] == "too_many"
            await bob.output(3, "ready")
            finished = (await bob.event("run.finished"))["run"]
            assert (finished["number"], finished["outcome"]) == (3, "timed out after 1 s")


@pytest.mark.timeout(120)
async def test_a_killed_server_remembers_its_rooms_and_runs(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        room = room_with(server, main=ENDLESS, greet="print('kept')\n")
        async with joined(room, room.owner) as ada:
            await ada.command("run.start", entry="greet.py")
            await ada.event("run.finished")
            await ada.command("run.start", entry="main.py")
            await ada.output(2, "ready")
        server.until_metric("codlab_unsaved_runs 0.0")
        server.kill()
        server.start()
        async with joined(room, room.owner) as ada:
            first, second = ada.events[0]["runs"]
            assert first["outcome"] == "exited(0)"
            assert second["outcome"] == "server restarted"
            await ada.output(1, "kept")
            await ada.command("run.start", entry="greet.py")
            await ada.output(3, "kept")
            assert [file["path"] for file in get(room, "/files").json()] == ["greet.py", "main.py"]
