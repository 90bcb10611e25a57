"""Files that programs write: they appear in the room, and can be read, kept and dropped."""

import struct
import zlib
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.runs.media_types import BINARY, SVG, media_type
from tests.live import LiveRoom, LiveServer, Member
from tests.server.plot import PLOT
from tests.socket_client import joined

PNG = b"\x89PNG\r\n\x1a\n"


def call(
    room: LiveRoom, method: str, path: str, member: Member | None = None, **options: Any
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {(member or room.owner).access_token}"}
    url = f"{room.server.url}/api/rooms/{room.id}{path}"
    return httpx2.request(method, url, headers=headers, **options)


def room_with(server: LiveServer, program: str) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": program}])


async def test_what_a_program_writes_appears_in_the_room(live_server: LiveServer) -> None:
    room = room_with(live_server, PLOT)
    async with joined(room, room.owner) as ada, joined(room, room.join("Bob")) as bob:
        await ada.command("run.start")
        assert (await bob.event("run.finished"))["run"]["artefacts"] == []
        told = await bob.event("run.artefacts")
        artefacts = told["run"]["artefacts"]
        assert told["artefacts"] == artefacts
        assert [(one["path"], one["media_type"]) for one in artefacts] == [
            ("numbers.csv", "text/csv"),
            ("page.html", "text/plain"),
            ("plot.png", "image/png"),
        ]
        async with joined(room, room.join("Late", role="viewer")) as late:
            assert late.events[0]["runs"][0]["artefacts"] == artefacts
    assert call(room, "GET", "/runs/1").json()["run"]["artefacts"] == artefacts
    assert call(room, "GET", "/runs").json()[0]["artefacts"] == artefacts
    assert call(room, "GET", "/runs/1/artefacts").json() == artefacts
    picture = call(room, "GET", f"/runs/1/artefacts/{artefacts[2]['id']}")
    assert picture.content.startswith(PNG)
    assert len(picture.content) == artefacts[2]["bytes"]
    assert picture.headers["content-type"] == "image/png"
    page = call(room, "GET", f"/runs/1/artefacts/{artefacts[1]['id']}")
    assert page.headers["content-type"].startswith("text/plain")
    assert page.headers["content-disposition"] == "attachment; filename*=UTF-8''page.html"
    assert page.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_a_text_can_be_kept_and_whatever_there_is_dropped(live_server: LiveServer) -> None:
    room = room_with(live_server, PLOT)
    vic = room.join("Vic", role="viewer")
    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        told = await ada.event("run.artefacts")
        numbers, _page, plot = (f"/runs/1/artefacts/{one['id']}" for one in told["artefacts"])
        assert call(room, "POST", f"{numbers}/keep", vic).status_code == 403
        assert call(room, "DELETE", numbers, vic).status_code == 403
        assert call(room, "POST", f"{numbers}/keep").status_code == 201
        told = await ada.event("run.artefacts")
        assert [one["kept"] for one in told["artefacts"]] == [True, False, False]
        assert call(room, "GET", "/files/numbers.csv").text == "x,y\n1,2\n"
        assert call(room, "POST", f"{numbers}/keep").status_code == 200
        await ada.event("run.artefacts")
        refused = call(room, "POST", f"{plot}/keep")
        assert refused.status_code == 409
        assert "download" in refused.json()["detail"]
        assert call(room, "DELETE", plot).status_code == 204
        told = await ada.event("run.artefacts")
        assert [one["path"] for one in told["artefacts"]] == ["numbers.csv", "page.html"]
        for method, path in (("GET", plot), ("DELETE", plot), ("POST", f"{plot}/keep")):
            assert call(room, method, path).status_code == 404
        other = room_with(live_server, PLOT)
        assert call(other, "GET", numbers).status_code == 404


async def test_only_so_much_is_taken_and_the_rest_is_counted(tmp_path: Path) -> None:
    program = (
        "for n in range(9): open(f'{n}.txt', 'w').write('x' * 1000)\n"
        "open('large.txt', 'w').write('x' * 5000)\n"
        "open('back\\\\slash', 'w').close()\n"
        "raise SystemExit(3)\n"
    )
    settings = {"CODLAB_RUN_ARTEFACTS": "6", "CODLAB_RUN_ARTEFACT_BYTES": "4KiB"}
    with LiveServer(tmp_path, settings=settings) as server:
        room = room_with(server, program)
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
            run = (await ada.event("run.artefacts"))["run"]
            assert run["outcome"] == "exited(3)"
            assert len(run["artefacts"]) + run["missed_files"] == 11
            assert len(run["artefacts"]) in {5, 6}, "the one with a backslash may be among the six"
            assert all(one["bytes"] == 1000 for one in run["artefacts"])


@pytest.mark.timeout(120)
async def test_the_oldest_results_make_room_for_new_ones(tmp_path: Path) -> None:
    program = "open('half.bin', 'wb').write(b'\\0' * 600_000)\nprint('done')\n"
    with LiveServer(tmp_path, settings={"CODLAB_ROOM_RESULT_BYTES": "1MiB"}) as server:
        room = room_with(server, program)
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
            await ada.event("run.artefacts")
            await ada.command("run.start")
            assert (await ada.event("run.artefacts"))["run"]["number"] == 2
            emptied = (await ada.event("run.artefacts"))["run"]
            assert (emptied["number"], emptied["artefacts"]) == (1, [])
        assert call(room, "GET", "/runs/1/output").status_code == 404
        assert call(room, "GET", "/runs/2/output").status_code == 200
        assert call(room, "GET", "/runs/1/artefacts").json() == []
        assert len(call(room, "GET", "/runs/2/artefacts").json()) == 1


@pytest.mark.timeout(120)
async def test_artefacts_outlive_the_server(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        room = room_with(server, PLOT)
        async with joined(room, room.owner) as ada:
            await ada.command("run.start")
            artefacts = (await ada.event("run.artefacts"))["artefacts"]
        server.kill()
        server.start()
        async with joined(room, room.owner) as ada:
            assert ada.events[0]["runs"][0]["artefacts"] == artefacts
        url = f"/runs/1/artefacts/{artefacts[2]['id']}"
        assert call(room, "GET", url).content.startswith(PNG)


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("plot.txt", PNG + b"\0", "image/png"),
        ("photo", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.gif", b"GIF89a\0", "image/gif"),
        ("a", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a", b"%PDF-1.7\n\xe2", "application/pdf"),
        ("fake.png", b"<script>", "text/plain"),
        ("page.html", b"<html>", "text/plain"),
        ("plot.SVG", b"<?xml version='1.0'?>\n<svg>", SVG),
        ("plot.svg", b"<html>", "text/plain"),
        ("data.json", b"{}", "application/json"),
        ("data.json", b"\xff\0", BINARY),
        ("empty", b"", "text/plain"),
        ("a.txt", struct.pack(">I", zlib.crc32(b"")), BINARY),
    ],
)
def test_a_file_is_what_its_bytes_say(path: str, data: bytes, expected: str) -> None:
    assert media_type(path, data) == expected
