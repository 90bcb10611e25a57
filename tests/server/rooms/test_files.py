import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.server.house import House, RoomUnderTest, running, settings_for

BOMB_BYTES = 8 << 20


async def test_a_file_is_written_read_and_deleted(house: House, room: RoomUnderTest) -> None:
    path, headers = f"{room.path}/files/src/häuser.py", room.owner.headers
    text = "# 🧮\r\nprint(1)\n"
    made = await house.client.put(path, content=text.encode(), headers=headers)
    assert (made.status_code, made.json()["path"]) == (201, "src/häuser.py")
    again = await house.client.put(path, content=b"print(2)\n", headers=headers)
    assert (again.status_code, again.json()["size"]) == (200, 9)
    assert again.json()["id"] == made.json()["id"]
    assert (await house.client.get(path, headers=headers)).text == "print(2)\n"
    assert (await house.client.delete(path, headers=headers)).status_code == 204
    for method in ("GET", "DELETE"):
        assert (await house.client.request(method, path, headers=headers)).status_code == 404


async def test_line_ends_are_unified(house: House, room: RoomUnderTest) -> None:
    path, headers = f"{room.path}/files/a.txt", room.owner.headers
    await house.client.put(path, content=b"a\r\nb\rc\n", headers=headers)
    assert (await house.client.get(path, headers=headers)).text == "a\nb\nc\n"


async def test_what_was_written_outlives_the_room_in_memory(
    house: House, room: RoomUnderTest
) -> None:
    path, headers = f"{room.path}/files/kept.txt", room.owner.headers
    await house.client.put(path, content=b"kept", headers=headers)
    stored = await house.state["hub"]._store.load(room.id)
    assert stored is not None
    assert any(b"kept" in update for update in stored.updates)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "a/../b", "a//b", "a\\b", "a\x01b", "x" * 300, "a/" * 20 + "b"]
)
async def test_paths_stay_inside_the_workspace(
    house: House, room: RoomUnderTest, path: str
) -> None:
    answer = await house.client.put(
        f"{room.path}/files/{quote(path, safe='')}",
        content=b"x",
        headers=room.owner.headers,
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "path"


async def test_binary_content_is_refused(house: House, room: RoomUnderTest) -> None:
    answer = await house.client.put(
        f"{room.path}/files/a.bin", content=b"\xff\xfe", headers=room.owner.headers
    )
    assert answer.status_code == 422


async def test_a_body_over_the_limit_is_refused_unread(house: House, room: RoomUnderTest) -> None:
    path, headers = f"{room.path}/files/big.txt", room.owner.headers
    answer = await house.client.put(path, content=b"x" * (2**20 + 1), headers=headers)
    assert answer.status_code == 413
    answer = await house.client.put(path, content=pieces(), headers=headers)
    assert answer.status_code == 413


async def pieces() -> AsyncIterator[bytes]:
    """A body without a stated length."""
    for _ in range(1025):
        yield b"x" * 1024


async def test_viewers_read_and_do_not_write(house: House, room: RoomUnderTest) -> None:
    viewer = await house.join(room, "viewer")
    for path in ("files", "files/main.py", "archive"):
        read = await house.client.get(f"{room.path}/{path}", headers=viewer.headers)
        assert read.status_code == 200
    for method, path in (("PUT", "files/a"), ("DELETE", "files/main.py"), ("PUT", "archive")):
        answer = await house.client.request(
            method, f"{room.path}/{path}", content=b"x", headers=viewer.headers
        )
        assert answer.status_code == 403


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


async def test_an_archive_goes_in_and_comes_out_whole(house: House, room: RoomUnderTest) -> None:
    files = {"main.py": b"import a\n", "pkg/a.py": "# \u4e2d\n".encode(), "pkg/": b""}
    put = await house.client.put(
        f"{room.path}/archive", content=packed(files), headers=room.owner.headers
    )
    assert [file["path"] for file in put.json()["files"]] == ["main.py", "pkg/a.py"]
    got = await house.client.get(f"{room.path}/archive", headers=room.owner.headers)
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        unpacked = {name: archive.read(name) for name in archive.namelist()}
    assert unpacked == {"main.py": b"import a\n", "pkg/a.py": "# \u4e2d\n".encode()}


def linked() -> bytes:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def lying() -> bytes:
    """An archive that states a smaller size than it has."""
    honest = packed({"a.txt": b"x" * 5000})
    return honest.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        packed({"a": b"x"})[:-10],
        packed({"../evil.py": b"x"}),
        packed({"/etc/cron.d/evil": b"x"}),
        packed({"C:\\evil.py": b"x"}),
        packed({"binary": b"\xff\x00"}),
        packed({"bomb.txt": b"\x00" * BOMB_BYTES}),
        packed({f"{number}": b"" for number in range(2001)}),
        linked(),
        lying(),
    ],
    ids=range(11),
)
async def test_hostile_archives_change_nothing(
    house: House, room: RoomUnderTest, content: bytes
) -> None:
    before = await house.client.get(f"{room.path}/files", headers=room.owner.headers)
    answer = await house.client.put(
        f"{room.path}/archive", content=content, headers=room.owner.headers
    )
    assert answer.status_code == 422
    after = await house.client.get(f"{room.path}/files", headers=room.owner.headers)
    assert after.json() == before.json()


@pytest.fixture
async def small_house(tmp_path: Path) -> AsyncGenerator[House]:
    settings = settings_for(tmp_path, room_files=2, archive_bytes=4096, file_bytes=3000)
    async with running(settings) as house:
        yield house


async def test_limits_come_from_the_settings(small_house: House) -> None:
    room = await small_house.create_room()
    headers, client = room.owner.headers, small_house.client
    for name, status in (("a", 201), ("b", 409), ("main.py", 200)):
        put = await client.put(f"{room.path}/files/{name}", content=b"x", headers=headers)
        assert put.status_code == status
    two_large = packed({"main.py": b"ab" * 1400, "a": b"cd" * 1400})
    put = await client.put(f"{room.path}/archive", content=two_large, headers=headers)
    assert put.status_code == 422
    for name in ("a", "main.py"):
        await client.put(f"{room.path}/files/{name}", content=b"x" * 2900, headers=headers)
    got = await client.get(f"{room.path}/archive", headers=headers)
    assert got.status_code == 422
