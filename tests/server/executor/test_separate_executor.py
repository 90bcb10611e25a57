"""A server and its executor in processes of their own; each of them may end without the other."""

import contextlib
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.cli import main
from tests.live import LiveRoom, LiveServer, Member
from tests.live_executor import LiveExecutor
from tests.server.debug.together import by_id, editing, mark, ok, python_room, stopped
from tests.socket_client import SocketClient, joined

COUNTING = """\
import time
for number in range(100_000):
    print(f"{number:06}", flush=True)
    time.sleep(0.002)
"""
LOOP = """\
def add(a, b):
    c = a + b
    return c

total = 0
for i in range(50):
    total = add(total, i)
"""


@contextmanager
def separate(directory: Path, **settings: str) -> Generator[tuple[LiveServer, LiveExecutor]]:
    for name in ("server", "executor"):
        (directory / name).mkdir()
    with LiveExecutor(directory / "executor") as executor:
        told = {"CODLAB_EXECUTOR_URL": executor.url, "CODLAB_DOCKER_HOST": "tcp://127.0.0.1:9"}
        with LiveServer(directory / "server", settings=told | settings) as server:
            yield server, executor


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[tuple[LiveServer, LiveExecutor]]:
    with separate(tmp_path_factory.mktemp("pair")) as pair:
        yield pair


async def run_in(room: LiveRoom, member: Member, **fields: Any) -> dict[str, Any]:
    async with joined(room, member) as client:
        number = (await ok(client, "run.start", **fields))["run"]["number"]
        return await finished(client, number)


async def finished(client: SocketClient, number: int) -> dict[str, Any]:
    while True:
        run: dict[str, Any] = (await client.event("run.finished"))["run"]
        if run["number"] == number:
            return run


async def test_what_rooms_do_is_the_same(pair: tuple[LiveServer, LiveExecutor]) -> None:
    server, _ = pair
    text = "name = input('Who? ')\nprint('Hello', name)\nopen('made.txt', 'w').write('x')\n"
    room = server.create_room(name="Ada", files=[{"path": "main.py", "text": text}])
    async with joined(room, room.owner) as ada:
        number = (await ok(ada, "run.start", tty=True))["run"]["number"]
        await ada.output(number, "Who? ")
        await ok(ada, "run.resize", run=number, cols=100, rows=30)
        await ok(ada, "run.input", run=number, data="Ada\r")
        assert (await finished(ada, number))["outcome"] == "exited(0)"
        assert b"Hello Ada" in ada.outputs[number]
        assert [one["path"] for one in (await ada.event("run.artefacts"))["artefacts"]] == [
            "made.txt"
        ]
    ready = httpx2.get(f"{server.url}/readyz").json()
    assert ready["parts"]["engine"] == "ok"
    assert "codlab_executor_connected 1.0" in httpx2.get(f"{server.url}/metrics").text


@pytest.mark.parametrize("end", ["kill", "stop"])
async def test_a_run_goes_on_while_its_server_is_away(
    pair: tuple[LiveServer, LiveExecutor], end: str
) -> None:
    server, _ = pair
    room = python_room(server, COUNTING)
    async with joined(room, room.owner) as ada:
        number = (await ok(ada, "run.start", tty=False))["run"]["number"]
        await ada.output(number, "000100")
        before = dict(await ok(ada, "run.resize", run=number, cols=80, rows=24))
        assert before == {}
    getattr(server, end)()
    server.start()
    async with joined(room, room.owner) as ada:
        [run] = [one for one in ada.events[0]["runs"] if one["number"] == number]
        assert (run["state"], run["by_name"]) == ("running", "Ada")
        await ada.output(number, "000600")
        await ok(ada, "run.stop", run=number)
        assert (await finished(ada, number))["outcome"] == "stopped by Ada"
        lines = bytes(ada.outputs[number]).decode().split("\n")
        assert lines[:-1] == [f"{at:06}" for at in range(len(lines) - 1)]


@pytest.mark.parametrize("end", ["kill", "stop"])
async def test_a_debug_session_goes_on_while_its_server_is_away(
    pair: tuple[LiveServer, LiveExecutor], end: str
) -> None:
    server, _ = pair
    room = python_room(server, LOOP)
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada, editing(room, bob) as editor:
        await mark(editor, ada, name="b1", path="main.py", line=2, condition="b == 2")
        before = await look_around(ada)
    getattr(server, end)()
    server.start()
    async with joined(room, room.owner) as ada, editing(room, bob) as editor:
        seen = ada.events[0]["debug"]
        assert {name: seen[name] for name in before} == before
        assert (seen["state"], seen["driver"]) == ("stopped", None)
        assert seen["breakpoints"] == [{"id": "b1", "verified": True, "line": 2}]
        assert [said["output"] for said in seen["console"]] == ["42"]
        assert seen["deadline"] > ada.events[0]["at"]
        await ok(ada, "debug.next", stop=1)
        after = await stopped(ada)
        assert (after["stop"], after["line"]) == (2, 3)
        assert after["driver"] == room.owner.participant["id"]
        # What is marked now is mapped on the text that was started.
        await editor.call("insert", path="main.py", index=0, text="# é 😀\n")
        await mark(editor, ada, name="b2", path="main.py", line=8)
        while "b2" not in (marks := by_id((await ada.event("debug.breakpoints"))["breakpoints"])):
            continue
        assert marks["b2"] == {"id": "b2", "verified": True, "line": 7}
        await ok(ada, "debug.continue", stop=2)
        assert (await stopped(ada))["line"] == 7
        await ok(ada, "debug.stop")
        assert (await ada.event("debug.ended"))["outcome"] == "stopped by Ada"


async def look_around(ada: SocketClient) -> dict[str, Any]:
    """Starts a session, and looks into its first stop; returns what is to be seen of it."""
    number = (await ok(ada, "debug.start"))["run"]["number"]
    stop = await stopped(ada)
    frame = stop["frameId"]
    scopes = (await ok(ada, "debug.scopes", stop=1, frameId=frame))["scopes"]
    reference = scopes[0]["variablesReference"]
    read = await ok(ada, "debug.variables", stop=1, variablesReference=reference)
    await ok(ada, "debug.evaluate", stop=1, expression="a + 41", frameId=frame)
    told = ("stop", "reason", "threadId", "frameId", "file", "line", "frames", "threads")
    return {name: stop[name] for name in told} | {
        "run": number,
        "scopes": {str(frame): scopes},
        "variables": {str(reference): read["variables"]},
    }


async def test_a_run_that_its_server_had_not_stored_is_known_all_the_same(
    pair: tuple[LiveServer, LiveExecutor],
) -> None:
    server, _ = pair
    room = python_room(server, "print('Hello,', input())")
    async with joined(room, room.owner) as ada:
        number = (await ok(ada, "run.start", tty=False))["run"]["number"]
        await ada.event("run.started")
    server.kill()
    with contextlib.closing(sqlite3.connect(server.database)) as database:
        database.execute("DELETE FROM runs WHERE room_id = ?", (room.id,))
        database.commit()
    server.start()
    async with joined(room, room.owner) as ada:
        [run] = ada.events[0]["runs"]
        told = (run["number"], run["state"], run["by_name"], run["entry"], run["input_open"])
        assert told == (number, "running", "Ada", "main.py", True)
        await ok(ada, "run.input", run=number, data="Ada\n")
        await ok(ada, "run.eof", run=number)
        assert (await finished(ada, number))["outcome"] == "exited(0)"
        assert ada.outputs[number] == b"Hello, Ada\n"
        another = (await ok(ada, "run.start", tty=False))["run"]["number"]
        assert another == number + 1
        await ok(ada, "run.stop", run=another)
        await finished(ada, another)


async def test_what_was_given_up_is_ended_by_the_server_that_comes(
    pair: tuple[LiveServer, LiveExecutor],
) -> None:
    """The executor did not answer for long, and then the server ended, too."""
    server, executor = pair
    room = python_room(server, LOOP)
    async with joined(room, room.owner) as ada:
        await ok(ada, "debug.start", stopOnEntry=True)
        await stopped(ada)
    server.kill()
    lost = "UPDATE runs SET state = 'finished', outcome = 'lost: so it was' WHERE room_id = ?"
    with contextlib.closing(sqlite3.connect(server.database)) as database:
        database.execute(lost, (room.id,))
        database.commit()
    server.start()
    executor.until_idle()
    async with joined(room, room.owner) as ada:
        [run] = ada.events[0]["runs"]
        assert (run["state"], run["outcome"]) == ("finished", "lost: so it was")


async def test_a_run_that_ends_while_its_server_is_away_is_recorded_at_its_start(
    pair: tuple[LiveServer, LiveExecutor],
) -> None:
    server, _ = pair
    text = "name = input()\nfor n in range(3000): print(n)\nopen('made.txt', 'w').write(name)\n"
    text = (
        text.replace("input()", "__import__('time').sleep(1.5) or 'Ada'") + "raise SystemExit(7)\n"
    )
    room = python_room(server, text)
    async with joined(room, room.owner) as ada:
        number = (await ok(ada, "run.start", tty=False))["run"]["number"]
        await ada.event("run.started")
    server.kill()
    pair[1].until_idle()
    server.start()
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    address = f"{server.url}/api/rooms/{room.id}/runs/{number}"
    server.until_metric("codlab_unsaved_runs 0.0")  # and nobody has opened the room
    run = httpx2.get(address, headers=headers).raise_for_status().json()["run"]
    assert (run["state"], run["outcome"], run["exit_code"]) == ("finished", "exited(7)", 7)
    assert [one["path"] for one in run["artefacts"]] == ["made.txt"]
    assert run["started_at"] < run["finished_at"] < run["started_at"] + 20_000
    output = httpx2.get(f"{address}/output", headers=headers).text
    assert output == "".join(f"{n}\n" for n in range(3000))


async def test_the_end_of_the_executor_is_told_to_rooms_and_the_next_one_is_used(
    tmp_path: Path,
) -> None:
    with separate(tmp_path) as (server, executor):
        room = python_room(server, LOOP)
        bob = room.join("Bob")
        async with joined(room, room.owner) as ada, joined(room, bob) as ben:
            await ok(ada, "debug.start", stopOnEntry=True)
            await stopped(ben)
            executor.kill()
            assert executor.container_names, "a kill leaves containers behind"
            assert (await ben.event("debug.ended"))["outcome"] == "lost: the executor ended"
            assert (await ada.event("run.finished"))["run"]["outcome"] == "lost: the executor ended"
            ready = httpx2.get(f"{server.url}/readyz").json()
            assert ready["status"] == "degraded"
            assert ready["parts"]["engine"].startswith(f"no executor answers at {executor.url}")
            assert ready["parts"]["engine"].endswith("start it with `codlab executor`")
            number = (await ok(ada, "run.start"))["run"]["number"]
            outcome = (await finished(ada, number))["outcome"]
            assert outcome == f"failed to start: {ready['parts']['engine']}"
            executor.start()
            server.until_metric("codlab_executor_connected 1.0")
            number = (await ok(ada, "run.start"))["run"]["number"]
            assert (await finished(ada, number))["outcome"] == "exited(0)"
            assert len(executor.container_names) <= 2, "what was left over is removed"


def test_an_executor_that_hangs_keeps_nobody_waiting_who_asks_for_the_servers_health(
    pair: tuple[LiveServer, LiveExecutor],
) -> None:
    server, executor = pair
    with executor.frozen():
        ready = httpx2.get(f"{server.url}/readyz", timeout=10).json()
    assert ready["status"] == "degraded"
    assert ready["parts"]["engine"] == "does not answer"


async def test_a_server_may_come_before_its_executor(tmp_path: Path) -> None:
    with separate(tmp_path) as (server, executor):
        room = python_room(server, COUNTING)
        async with joined(room, room.owner) as ada:
            number = (await ok(ada, "run.start", tty=False))["run"]["number"]
            await ada.output(number, "000600")  # of which the beginning is stored
        server.kill()
        executor.kill()
        server.start()
        async with joined(room, room.owner) as ada:
            executor.start()
            run = await finished(ada, number)
            assert run["outcome"] == "lost: the executor has it no longer"
            assert ada.outputs[number].startswith(b"000000")


async def test_a_room_that_is_deleted_ends_its_run(pair: tuple[LiveServer, LiveExecutor]) -> None:
    server, executor = pair
    room = python_room(server, COUNTING)
    async with joined(room, room.owner) as ada:
        number = (await ok(ada, "run.start", tty=False))["run"]["number"]
        await ada.output(number, "000010")
        headers = {"Authorization": f"Bearer {room.owner.access_token}"}
        httpx2.delete(f"{server.url}/api/rooms/{room.id}", headers=headers).raise_for_status()
    executor.until_idle()


def test_the_doctor_asks_the_executor(pair: tuple[LiveServer, LiveExecutor]) -> None:
    _, executor = pair
    found = executor.doctor()
    assert f"ok       executor       at {executor.url}, with " in found
    assert "have their image" in found


def test_a_second_executor_at_one_address_says_what_is_wrong(
    pair: tuple[LiveServer, LiveExecutor], tmp_path: Path
) -> None:
    _, executor = pair
    second = LiveExecutor(tmp_path, settings={"CODLAB_EXECUTOR_URL": executor.url})
    with pytest.raises(RuntimeError, match="another executor listens at"):
        second.start()


def test_an_address_that_others_can_reach_needs_a_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CODLAB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CODLAB_EXECUTOR_URL", "tcp://127.0.0.1:9")
    assert main(["executor"]) == 2
    told = capfd.readouterr().err
    assert "tcp://127.0.0.1:9 is open to others: set CODLAB_EXECUTOR_SECRET" in told
    monkeypatch.setenv("CODLAB_EXECUTOR_URL", "127.0.0.1:9")
    assert main(["executor"]) == 2
    assert "is no address such as unix:///path or tcp://host:port" in capfd.readouterr().err
