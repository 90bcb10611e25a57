"""Sandboxes that wait for a room's runs: when there are some, and what a dead server leaves."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from executor.engine_docker import DockerEngine
from tests.live import LiveServer
from tests.socket_client import joined

ENDLESS = "print('ready', flush=True)\nwhile True: pass\n"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def engine() -> AsyncGenerator[DockerEngine]:
    async with DockerEngine() as engine:
        yield engine


def label(data_dir: Path) -> str:
    return f"codlab.server={(data_dir / 'instance_id').read_text()}"


async def test_who_may_run_finds_a_sandbox_ready_and_uses_it_up(
    tmp_path: Path, engine: DockerEngine
) -> None:
    with LiveServer(tmp_path) as server:
        room = server.create_room(files=[{"path": "main.py", "text": "print('hello')\n"}])
        async with joined(room, room.owner) as ada:
            server.until_metric("codlab_warm_sandboxes 1.0")
            [ready] = await engine.names(label(tmp_path))
            await ada.command("run.start")
            await ada.event("run.finished")
            server.until_metric("codlab_warm_sandboxes 1.0")
            while ready in (left := await engine.names(label(tmp_path))):
                pass
            assert len(left) == 1
    assert await engine.names(label(tmp_path)) == []


async def test_none_are_kept_where_none_may_be(tmp_path: Path, engine: DockerEngine) -> None:
    with LiveServer(tmp_path, settings={"CODLAB_WARM_SANDBOXES": "0"}) as server:
        room = server.create_room(files=[{"path": "main.py", "text": "print('hello')\n"}])
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
            assert (await ada.event("run.finished"))["run"]["outcome"] == "exited(0)"
            server.until_metric("codlab_warm_sandboxes 0.0")


async def test_what_a_killed_server_had_ends_with_it_and_is_gone_after_the_next_start(
    tmp_path: Path, engine: DockerEngine
) -> None:
    with LiveServer(tmp_path) as server:
        room = server.create_room(files=[{"path": "main.py", "text": ENDLESS}])
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
            await ada.output(1, "ready")
            server.until_metric("codlab_warm_sandboxes 1.0")
        left = await engine.names(label(tmp_path))
        assert len(left) == 2
        server.kill()
        for name in left:
            await engine.end(name)
        server.start()
        assert await engine.names(label(tmp_path)) == []


async def test_a_run_goes_on_while_nobody_is_there_and_can_be_taken_up_again(
    tmp_path: Path,
) -> None:
    with LiveServer(tmp_path, settings={"CODLAB_ROOM_LINGER_SECONDS": "0"}) as server:
        source = "print('ready', flush=True)\nprint('got', input())\n"
        room = server.create_room(files=[{"path": "main.py", "text": source}])
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
            await ada.output(1, "ready")
        async with joined(room, room.owner) as ada:
            await ada.output(1, "ready")
            assert ada.events[0]["runs"][0]["state"] == "running"
            await ada.command("run.input", run=1, data="it\r")
            await ada.output(1, "got it")
            assert (await ada.event("run.finished"))["run"]["outcome"] == "exited(0)"
