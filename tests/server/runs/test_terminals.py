"""Programs that use all of a terminal: real containers, several sockets."""

from collections.abc import Generator

import pyte
import pytest

from tests.live import LiveRoom, LiveServer
from tests.socket_client import SocketClient, joined

FULL_SCREEN = """\
import curses

def main(screen):
    curses.curs_set(0)
    screen.addstr(1, 4, 'drawn once \\u65e5\\u672c', curses.A_BOLD)
    for number in range(MANY):
        screen.addstr(3, 4, chr(97 + number % 26) * 60)
        screen.refresh()
    screen.addstr(5, 4, 'waiting for a key')
    screen.refresh()
    while (key := screen.getch()) != ord('q'):
        if key == curses.KEY_RESIZE:
            screen.addstr(7, 4, 'size %d x %d ' % screen.getmaxyx()[::-1])
            screen.refresh()

print('before')
curses.wrapper(main)
print('after')
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """One whose programs have the time that tests take."""
    settings = {"CODLAB_RUN_WALL_SECONDS": "60"}
    with LiveServer(tmp_path_factory.mktemp("server"), settings=settings) as server:
        yield server


def room_with(server: LiveServer, program: str) -> LiveRoom:
    return server.create_room(files=[{"path": "main.py", "text": program}])


def full_screen(refreshes: int) -> str:
    return FULL_SCREEN.replace("MANY", str(refreshes))


def screen_of(socket: SocketClient, *, cols: int = 80, rows: int = 24) -> list[str]:
    """What a terminal of this size shows of what was drawn."""
    screen = pyte.Screen(cols, rows)
    pyte.ByteStream(screen).feed(bytes(socket.screens[1]))
    return [line.rstrip() for line in screen.display]


@pytest.mark.parametrize("refreshes", [10, 3000])
async def test_a_late_joiner_sees_the_screen_as_it_stands(
    server: LiveServer, refreshes: int
) -> None:
    room = room_with(server, full_screen(refreshes))
    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        await ada.drawn(1, "waiting for a key")
        async with joined(room, room.join("Late")) as late:
            await late.drawn(1, "waiting for a key")
            assert screen_of(late) == screen_of(ada)
            assert "drawn once" in screen_of(late)[1]
            assert len(late.screens[1]) < 70_000
            await ada.command("run.input", run=1, data="q")
            for socket in (ada, late):
                await socket.output(1, "after")
            assert bytes(late.outputs[1]) == bytes(ada.outputs[1])
            assert b"drawn once" not in late.outputs[1]


async def test_the_last_screen_of_a_stopped_program_stays(server: LiveServer) -> None:
    room = room_with(server, full_screen(3000))
    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        await ada.drawn(1, "waiting for a key")
        expected = screen_of(ada)
        await ada.command("run.stop", run=1)
        await ada.event("run.finished")
        async with joined(room, room.join("Late")) as late:
            await late.output(1, "waiting for a key")
            screen = pyte.Screen(80, 24)
            pyte.ByteStream(screen).feed(bytes(late.outputs[1]).split(b"\x1b[?1049h")[1])
            assert [line.rstrip() for line in screen.display] == expected


async def test_a_new_size_reaches_the_program_and_the_room(server: LiveServer) -> None:
    room = room_with(server, full_screen(3000))
    async with joined(room, room.owner) as ada, joined(room, room.join("Bob")) as bob:
        started = (await ada.command("run.start", cols=80, rows=24))["ok"]["run"]
        assert (started["cols"], started["rows"]) == (80, 24)
        await bob.drawn(1, "waiting for a key")
        await ada.command("run.resize", run=1, cols=100, rows=30)
        resized = (await bob.event("run.resized"))["run"]
        assert (resized["cols"], resized["rows"]) == (100, 30)
        await bob.drawn(1, "size 100 x 30")
        async with joined(room, room.join("Late")) as late:
            await late.drawn(1, "size 100 x 30")
            assert "drawn once" in screen_of(late, cols=100, rows=30)[1]
        await ada.command("run.stop", run=1)


async def test_ctrl_c_interrupts_and_ctrl_d_ends(server: LiveServer) -> None:
    program = """\
import sys, time
print('ready', flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    print('interrupted', flush=True)
print('read', repr(sys.stdin.read()))
"""
    room = room_with(server, program)
    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        await ada.output(1, "ready")
        await ada.command("run.input", run=1, data="\x03")
        await ada.output(1, "interrupted")
        await ada.command("run.input", run=1, data="last\r\x04")
        await ada.output(1, "read 'last\\n'")
        assert (await ada.event("run.finished"))["run"]["outcome"] == "exited(0)"


async def test_pipes_take_lines_until_their_end(server: LiveServer) -> None:
    room = room_with(server, "import sys\nprint(sys.stdin.read().split(), sys.stdin.isatty())\n")
    async with joined(room, room.owner) as ada:
        started = (await ada.command("run.start", tty=False))["ok"]["run"]
        assert started["input_open"]
        assert started["cols"] is None
        await ada.command("run.input", run=1, data="one\n")
        await ada.command("run.input", run=1, data="two\n")
        await ada.command("run.eof", run=1)
        assert not [e for e in ada.events if e["type"] == "run.input"][-1]["run"]["input_open"]
        await ada.output(1, "['one', 'two'] False")


async def test_progress_bars_colours_and_wide_characters_come_as_written(
    server: LiveServer,
) -> None:
    written = "10 %\\r\\x1b[32m100 %\\x1b[0m \\u65e5\\u672c\\U0001f389\\n"
    room = room_with(server, f"print('{written}', end='')\n")
    async with joined(room, room.owner) as ada:
        await ada.command("run.start")
        await ada.event("run.finished")
        expected = "10 %\r\x1b[32m100 %\x1b[0m 日本🎉\r\n"
        assert ada.outputs[1].decode() == expected
