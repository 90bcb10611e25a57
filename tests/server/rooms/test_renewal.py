"""A room's document written anew: over HTTP, and by the command line with and without a server."""

from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, text

from collab.errors import CloseCode
from server.cli import main
from tests.live import LiveRoom, LiveServer
from tests.socket_client import joined, opened

FILE = {"path": "main.py", "text": "x = 1\n"}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> LiveServer:
    """One that is not started yet; the command line has its settings."""
    data_dir.mkdir()
    server = LiveServer(data_dir)
    monkeypatch.chdir(data_dir)
    monkeypatch.setenv("CODLAB_DATA_DIR", str(data_dir))
    monkeypatch.setenv("CODLAB_PORT", str(server.port))
    monkeypatch.delenv("CODLAB_DATABASE_URL", raising=False)
    return server


def write(room: LiveRoom, content: str) -> None:
    request(room, "PUT", "/files/main.py", content=content.encode())


def read(room: LiveRoom) -> str:
    return request(room, "GET", "/files/main.py").text


def request(
    room: LiveRoom, method: str, path: str, content: bytes | None = None
) -> httpx2.Response:
    return httpx2.request(
        method,
        f"{room.server.url}/api/rooms/{room.id}{path}",
        headers={"Authorization": f"Bearer {room.owner.access_token}"},
        content=content,
    ).raise_for_status()


async def test_a_renewal_ends_the_sockets_and_gives_the_room_another_generation(
    live_server: LiveServer,
) -> None:
    room = live_server.create_room(files=[FILE])
    async with joined(room, room.owner) as client:
        before = client.events[0]["generation"]
        renewal = request(room, "POST", "/renew").json()
        assert await client.close_code() == CloseCode.OUTDATED_COPY
    assert renewal.keys() == {"bytes_before", "bytes_after"}
    async with opened(room, room.owner.access_token, query=f"?generation={before}") as client:
        assert await client.close_code() == CloseCode.OUTDATED_COPY
    async with joined(room, room.owner) as client:
        now = client.events[0]["generation"]
    assert now != before
    async with opened(room, room.owner.access_token, query=f"?generation={now}") as client:
        assert (await client.event("hello"))["generation"] == now


def test_only_an_owner_may_renew_a_room(live_server: LiveServer) -> None:
    room = live_server.create_room(files=[FILE])
    editor = room.join("Eve")
    answer = httpx2.post(
        f"{live_server.url}/api/rooms/{room.id}/renew",
        headers={"Authorization": f"Bearer {editor.access_token}"},
    )
    assert answer.status_code == 403


def test_the_command_line_has_the_running_server_do_it(
    server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with server:
        room = server.create_room(files=[FILE])
        write(room, "y = 2\n" * 100)
        write(room, "z = 3\n")
        assert main(["room", "renew", room.id]) == 0
        assert "bytes before" in capsys.readouterr().out
        assert read(room) == "z = 3\n"
        write(room, "z = 4\n")
        server.kill()
        server.start()
        assert read(room) == "z = 4\n"


def test_the_command_line_does_it_itself_while_the_server_is_stopped(
    server: LiveServer, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server:
        room = server.create_room(files=[FILE])
        write(room, "y = 2\n")
    assert main(["room", "renew", room.id]) == 0
    assert "bytes before" in capsys.readouterr().out
    engine = create_engine(f"sqlite:///{data_dir}/codlab.sqlite3")
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM generations")).scalar()
    engine.dispose()
    assert count == 1
    with server:
        assert read(room) == "y = 2\n"


def test_a_room_that_is_not_there_or_has_no_owner_is_told(
    server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["room", "renew", "nothere"]) == 1
    assert "no room nothere" in capsys.readouterr().err
    assert main(["room", "create"]) == 0
    room_id = capsys.readouterr().out.partition("/r/")[2].partition("#")[0]
    with server:
        assert main(["room", "renew", room_id]) == 1
        assert f"codlab room links {room_id}" in capsys.readouterr().err
        assert main(["room", "renew", "nothere"]) == 1
        assert "no room nothere" in capsys.readouterr().err
