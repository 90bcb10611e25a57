"""Packages of a room as its people see them: real installations, sockets, a server that dies."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from executor.engine_docker import DockerEngine
from tests.live import LiveRoom, LiveServer, Member
from tests.socket_client import SocketClient, joined

USES_SIX = "import six\nprint('six', six.__version__)\n"
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def engine() -> AsyncGenerator[DockerEngine]:
    async with DockerEngine() as engine:
        yield engine


def call(
    room: LiveRoom, method: str, path: str = "", member: Member | None = None, **options: Any
) -> httpx2.Response:
    token = (member or room.owner).access_token
    url = f"{room.server.url}/api/rooms/{room.id}/packages{path}"
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.request(method, url, headers=headers, **options)


async def ended(socket: SocketClient) -> dict[str, Any]:
    """The event that ends the change under way; those before it are passed over."""
    while True:
        event = await socket.event("packages.changed")
        if event["state"] in {"ready", "failed"}:
            return event


async def outcome(socket: SocketClient) -> str:
    await socket.command("run.start")
    return str((await socket.event("run.finished"))["run"]["outcome"])


async def test_what_one_installs_everybody_sees_and_runs(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada_socket, joined(room, bob) as bob_socket:
        assert ada_socket.events[0]["packages"]["packages"] == []
        assert await outcome(ada_socket) == "exited(1)"
        begun = (await bob_socket.command("packages.install", requirements=["six>=1.16"]))["ok"]
        assert (begun["state"], begun["by_name"]) == ("queued", "Bob")
        end = await ended(ada_socket)
        assert end["error"] is None
        [installed] = end["packages"]
        assert installed["requirements"] == ["six>=1.16"]
        [six] = installed["packages"]
        assert (six["name"], six["direct"], six["hash"][:7]) == ("six", True, "sha256:")
        assert await outcome(ada_socket) == "exited(0)"
        assert f"six {six['version']}".encode() in ada_socket.outputs[2]
        async with joined(room, room.join("Late", role="viewer")) as late:
            told = late.events[0]["packages"]
            assert (told["state"], told["packages"]) == ("ready", end["packages"])
        states = [
            event["state"] for event in bob_socket.events if event["type"] == "packages.changed"
        ]
        order = ["queued", "preparing", "resolving", "downloading", "saving", "ready"]
        assert states == sorted(states, key=order.index)


async def test_what_fails_changes_nothing_and_says_why(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    async with joined(room, room.owner) as ada:
        await ada.command("packages.install", requirements=["six"])
        before = (await ended(ada))["packages"]
        await ada.command("packages.install", requirements=["six==99"])
        failed = await ended(ada)
        assert failed["state"] == "failed"
        assert "no version of six fits six==99" in failed["error"]
        assert failed["packages"] == before
        assert await outcome(ada) == "exited(0)"


async def test_packages_are_removed_with_what_only_they_needed(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    async with joined(room, room.owner) as ada:
        await ada.command("packages.install", requirements=["Requests", "six"])
        [both] = (await ended(ada))["packages"]
        needed = {one["name"] for one in both["packages"] if not one["direct"]}
        assert "urllib3" in needed
        await ada.command("packages.remove", names=["requests"])
        [one] = (await ended(ada))["packages"]
        assert [package["name"] for package in one["packages"]] == ["six"]
        kept = {package["name"]: package["version"] for package in both["packages"]}
        assert one["packages"][0]["version"] == kept["six"]
        await ada.command("packages.remove", names=["six"])
        assert (await ended(ada))["packages"] == []
        refused = await ada.command("packages.remove", names=["six"])
        assert refused["error"]["code"] == "not_found"


async def test_a_run_started_meanwhile_has_what_was_there(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    async with joined(room, room.owner) as ada:
        await ada.command("packages.install", requirements=["six"])
        await ada.command("run.start")
        assert (await ada.event("run.finished"))["run"]["outcome"] == "exited(1)"
        assert (await ended(ada))["error"] is None
        assert await outcome(ada) == "exited(0)"


async def test_npm_packages_are_found_by_both_kinds_of_modules(live_server: LiveServer) -> None:
    text = "import isNumber from 'is-number'\nimport { createRequire } from 'node:module'\n"
    text += "const required = createRequire(import.meta.url)('is-number')\n"
    text += "console.log(`${isNumber(7)} ${required === isNumber}`)\n"
    room = live_server.create_room(runtime="node", files=[{"path": "main.mjs", "text": text}])
    async with joined(room, room.owner) as ada:
        await ada.command("packages.install", requirements=["is-number@^7"])
        [installed] = (await ended(ada))["packages"]
        assert installed["runtimes"] == ["node-node-26", "typescript-node-26"]
        assert installed["packages"][0]["hash"].startswith("sha512-")
        await ada.command("run.start", entry="main.mjs")
        assert (await ada.event("run.finished"))["run"]["outcome"] == "exited(0)"
        assert b"true true" in ada.outputs[1]


async def test_one_change_at_a_time_and_it_can_be_stopped(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    async with joined(room, room.owner) as ada:
        await ada.command("packages.install", requirements=["numpy", "pandas"])
        refused = await ada.command("packages.install", requirements=["six"])
        assert refused["error"]["code"] == "conflict"
        await ada.command("packages.stop")
        failed = await ended(ada)
        assert (failed["state"], failed["packages"]) == ("failed", [])
        assert failed["error"].startswith("stopped by ")
        idle = await ada.command("packages.stop")
        assert idle["error"]["code"] == "conflict"


@pytest.mark.parametrize(
    "requirement",
    ["./six", "git+https://example.org/six", "-r x.txt", "--index-url=x", "six @ file:///six", ""],
)
async def test_only_names_and_versions_are_taken(live_server: LiveServer, requirement: str) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    async with joined(room, room.owner) as ada:
        refused = await ada.command("packages.install", requirements=[requirement])
        assert refused["error"]["code"] == "invalid"


async def test_viewers_look_on(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    viewer = room.join("Vera", role="viewer")
    async with joined(room, viewer) as vera:
        assert vera.events[0]["permissions"]["install"] is False
        assert (await vera.command("packages.list"))["ok"]["packages"] == []
        for command in ("packages.install", "packages.remove", "packages.stop"):
            fields = {"requirements": ["six"], "names": ["six"]}
            refused = await vera.command(command, **fields)
            assert refused["error"]["code"] == "forbidden"
    assert call(room, "POST", member=viewer, json={"requirements": ["six"]}).status_code == 403


async def test_the_same_by_http(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
    async with joined(room, room.owner) as ada:
        begun = call(room, "POST", json={"requirements": ["six"], "manager": "pip"})
        assert (begun.status_code, begun.json()["requirements"]) == (202, ["six"])
        assert (await ended(ada))["error"] is None
        [installed] = call(room, "GET").json()["packages"]
        assert installed["requirements"] == ["six"]
        assert call(room, "DELETE", params={"names": "six"}).status_code == 202
        assert (await ended(ada))["packages"] == []
    assert call(room, "POST", "/stop").status_code == 409


async def test_another_language_s_packages_need_no_change_of_the_room(
    live_server: LiveServer,
) -> None:
    room = live_server.create_room(runtime="ruby", files=[{"path": "main.rb", "text": "puts 1\n"}])
    async with joined(room, room.owner) as ada:
        refused = await ada.command("packages.install", requirements=["rake"])
        assert "can't be installed for Ruby 3.3" in refused["error"]["message"]
        begun = await ada.command("packages.install", requirements=["six"], manager="pip")
        assert begun["ok"]["runtime"] == "python-3.13"
        assert (await ended(ada))["error"] is None


async def test_a_killed_server_leaves_the_old_set_and_nothing_else(
    tmp_path: Path, engine: DockerEngine
) -> None:
    with LiveServer(tmp_path) as server:
        room = server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
        async with joined(room, room.owner) as ada:
            await ada.command("packages.install", requirements=["six"])
            before = (await ended(ada))["packages"]
            await ada.command("packages.install", requirements=["numpy", "pandas"])
            while (await ada.event("packages.changed"))["state"] != "downloading":
                pass
            server.kill()
        server.start()
        async with joined(room, room.owner) as ada:
            told = ada.events[0]["packages"]
            assert (told["state"], told["packages"]) == ("ready", before)
            assert await outcome(ada) == "exited(0)"
        label = f"codlab.server={(tmp_path / 'instance_id').read_text()}"
        assert len(await engine.volumes(label)) == 2, "the files, and the mark that they are whole"
        deleted = httpx2.delete(
            f"{server.url}/api/rooms/{room.id}",
            headers={"Authorization": f"Bearer {room.owner.access_token}"},
        )
        assert deleted.status_code == 204
        while await engine.volumes(label):  # as soon as the warm sandboxes that hold it are gone
            pass


async def test_a_room_changes_its_packages_so_often_and_no_more(tmp_path: Path) -> None:
    settings = {"CODLAB_PACKAGE_CHANGES_PER_HOUR": "1"}
    with LiveServer(tmp_path, settings=settings) as server:
        room = server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
        async with joined(room, room.owner) as ada:
            await ada.command("packages.install", requirements=["six"])
            assert (await ended(ada))["error"] is None
            refused = await ada.command("packages.install", requirements=["idna"])
            assert refused["error"]["code"] == "too_many"


async def test_without_packages_nothing_is_offered(tmp_path: Path) -> None:
    with LiveServer(tmp_path, settings={"CODLAB_PACKAGES": "0"}) as server:
        room = server.create_room(files=[{"path": "main.py", "text": USES_SIX}])
        runtimes = httpx2.get(f"{server.url}/api/runtimes").json()
        assert not any(runtime["packages"] for runtime in runtimes)
        refused = call(room, "POST", json={"requirements": ["six"]})
        assert refused.status_code == 422
