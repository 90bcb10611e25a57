"""The rooms that the gallery's pictures are taken of, and people's ways into them."""

import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from e2e import gallery_debug, gallery_packages, gallery_runs
from e2e.room_page import RoomPage
from e2e.screenshots import SIZES
from tests.live import LiveRoom, LiveServer

TRACEBACK = """\
def mean(numbers):
    return sum(numbers) / len(numbers)


for sample in ([3, 5, 8], [13, 21], []):
    print(f"{sample} -> {mean(sample)}")
"""
ENDLESS = "import time\n\nprint('waiting for something that never comes')\ntime.sleep(1000)\n"
PLOTS = """\
import math, struct, zlib

def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

def draw(path, height_at, width=640, height=360):
    rows = [bytearray(b"\\xff" * 3 * width) for _ in range(height)]
    for x in range(width):
        for y in range(height):
            distance = abs(y - height_at(x) * height)
            if distance < 3:
                rows[y][3 * x : 3 * x + 3] = bytes((20, 110, 200))
            elif x % 80 == 0 or y % 60 == 0:
                rows[y][3 * x : 3 * x + 3] = bytes((225, 230, 235))
    data = zlib.compress(b"".join(b"\\0" + row for row in rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head))
        file.write(chunk(b"IDAT", data) + chunk(b"IEND", b""))

draw("waves.png", lambda x: 0.5 + 0.4 * math.sin(x / 60))
draw("decay.png", lambda x: 0.9 - 0.8 * math.exp(-x / 150))
open("drawing.svg", "w").write(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100'>"
    "<circle cx='60' cy='50' r='40' fill='teal'/>"
    "<rect x='110' y='20' width='70' height='60'/></svg>"
)
open("summary.csv", "w").writelines(f"{x},{math.sin(x / 10):.4f}\\n" for x in range(99))
open("weights.bin", "wb").write(bytes(range(256)) * 40)
open("too-large.bin", "wb").write(bytes(8_000_000))
for step in range(60_000):
    print(f"step {step:5}  loss {math.exp(-step / 9000):.6f}")
"""
DEEP = "packages/a-folder-with-quite-a-long-name/another-one-inside-it"
MANY = ["main.py", "README.md", "conftest.py"] + [
    f"{DEEP}/a_module_whose_name_says_everything_about_it_{number}.py" for number in range(12)
]


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the pictures are taken of."""

    empty: LiveRoom
    many: LiveRoom
    traceback: LiveRoom
    timed_out: LiveRoom
    older: LiveRoom
    full: LiveRoom
    no_engine: LiveRoom
    results: LiveRoom
    runs: gallery_runs.RunRooms
    debugged: LiveRoom
    packages: gallery_packages.PackageRooms


@contextmanager
def open_page(browser: Browser, *, size: str = "desktop", theme: str = "dark") -> Generator[Page]:
    context = browser.new_context(
        viewport=SIZES[size],
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def prepare(browser: Browser, stack: ExitStack) -> Rooms:
    """Makes them, and runs what is to have run; the servers stop with the stack."""

    def server(**settings: str) -> LiveServer:
        data_dir = stack.enter_context(tempfile.TemporaryDirectory())
        return stack.enter_context(LiveServer(Path(data_dir), settings=settings))

    usual = server(CODLAB_RUN_WALL_SECONDS="2")

    def room(title: str, program: str, on: LiveServer = usual) -> LiveRoom:
        return on.create_room(title=title, files=[{"path": "main.py", "text": program}])

    rooms = Rooms(
        empty=room("Nothing yet", ""),
        many=usual.create_room(
            title="A room with a title that is as long as titles may be, or very nearly so",
            files=[{"path": path, "text": f"# {path}\n"} for path in MANY],
        ),
        traceback=room("Means", TRACEBACK),
        timed_out=room("Waiting", ENDLESS),
        older=room("Older", "print('what was')\n"),
        full=room("Full", "", on=server(CODLAB_ROOM_SESSIONS="1")),
        results=room("Plots", PLOTS, on=server()),
        no_engine=room("No engine", "", on=server(CODLAB_DOCKER_HOST="tcp://127.0.0.1:9")),
        runs=stack.enter_context(gallery_runs.prepared()),
        debugged=stack.enter_context(gallery_debug.prepared()),
        packages=stack.enter_context(gallery_packages.prepared()),
    )
    for ran in (
        rooms.traceback,
        rooms.timed_out,
        rooms.older,
        rooms.results,
        rooms.no_engine,
    ):
        with open_page(browser) as page:
            ada = join(page, ran)
            ada.run()
            ada.expect_run(1)
            if ran is rooms.older:
                ada.type_at(1, 1, "# changed since\n")
            ada.expect_status("saved")
    inside = stack.enter_context(open_page(browser))
    join(inside, rooms.full)
    crowd = [stack.enter_context(open_page(browser)) for _ in range(4)]
    for page, name in zip(crowd, ["Grace Hopper", "Alan", "Edsger W. Dijkstra", "李"], strict=True):
        join(page, rooms.many, name=name)
    return rooms


def join(page: Page, room: LiveRoom, *, role: str = "editor", name: str = "Ada") -> RoomPage:
    """Goes in by a link."""
    page.goto(room.links[role])
    dialog = page.get_by_role("dialog", name="Join the room")
    dialog.get_by_label("Your name").fill(name)
    dialog.get_by_role("button", name="Join").click()
    person = RoomPage(page)
    person.expect_status("saved")
    return person
