"""Output that is more than is shown: kept for who downloads it, and not in the server's memory."""

import asyncio
import re
from pathlib import Path

import httpx2
import pytest

from executor.run import Place
from server.runs.live_output import CROWDED_BYTES, LiveOutput
from tests.live import LiveRoom, LiveServer
from tests.socket_client import joined

MIB = 1 << 20
FLOOD = """\
import sys
for number in range(100):
    sys.stdout.write(f"{number:06}\\n" + "." * (2**20 - 8) + "\\n")
print("the end")
"""


def output(room: LiveRoom, number: int, query: str = "") -> httpx2.Response:
    url = f"{room.server.url}/api/rooms/{room.id}/runs/{number}/output{query}"
    headers = {"Authorization": f"Bearer {room.owner.access_token}"}
    return httpx2.get(url, headers=headers, timeout=60)


async def test_what_is_not_shown_is_held_only_until_it_is_stored() -> None:
    printed = LiveOutput()
    printed.add(1, b"head", Place.BOTH)
    for _ in range(CROWDED_BYTES // 64_000 + 1):
        await printed.ready()
        printed.add(1, b"x" * 64_000, Place.KEPT)
    waiting = asyncio.ensure_future(printed.ready())
    await printed.until_due(60)
    assert not waiting.done()
    printed.stored(len(printed.unstored))
    await waiting
    assert printed.unstored == []
    assert [chunk.data for chunk in printed.shown] == [b"head"]


@pytest.mark.timeout(180)
async def test_a_flood_is_kept_without_being_held_in_memory(tmp_path: Path) -> None:
    settings = {"CODLAB_RUN_OUTPUT_BYTES_PER_SECOND": "8MiB"}
    with LiveServer(tmp_path, settings=settings) as server:
        room = server.create_room(files=[{"path": "main.py", "text": FLOOD}])
        async with joined(room, room.owner) as ada:
            await ada.command("run.start", tty=False, limits={"wall_seconds": 1})
            await ada.event("run.finished")
            before = server.peak_memory_bytes()
            await ada.command("run.start", tty=False)
            finished = (await ada.event("run.finished"))["run"]
            await ada.output(2, "the end\n")
            assert server.peak_memory_bytes() - before < 24 * MIB
            shown = bytes(ada.outputs[2])
            answer = output(room, 2, "?full=true")
            assert server.peak_memory_bytes() - before < 24 * MIB
    assert finished["outcome"] == "exited(0)"
    assert finished["output_bytes"] == len(shown) < MIB + 200
    assert b"the download has 15,728,640 of them]" in shown
    whole = answer.content
    assert answer.headers["content-disposition"] == 'attachment; filename="run-2.txt"'
    assert finished["kept_bytes"] == len(whole)
    assert 16 * MIB <= len(whole) < 16 * MIB + 100
    assert re.findall(rb"^0000\d\d$", whole, re.MULTILINE) == [b"%06d" % n for n in range(16)]
    assert re.search(rb"\n\[88,080,\d{3} bytes cut\]\r\n\.+\nthe end\n$", whole)


@pytest.mark.timeout(120)
async def test_all_of_the_output_can_be_read_while_the_program_goes_on(
    live_server: LiveServer,
) -> None:
    program = "print('first', flush=True)\ninput()\nprint('second', flush=True)\ninput()\n"
    room = live_server.create_room(files=[{"path": "main.py", "text": program}])
    async with joined(room, room.owner) as ada:
        await ada.command("run.start", tty=False)
        await ada.output(1, "first\n")
        assert output(room, 1, "?full=true").content == b"first\n"
        await ada.command("run.input", run=1, data="\n")
        await ada.output(1, "second\n")
        assert output(room, 1, "?full=true").content == output(room, 1).content
        await ada.command("run.stop", run=1)
    assert output(room, 2, "?full=true").status_code == 404
