"""Debug sessions in real sandboxes with programs that make trouble."""

import asyncio
from functools import partial

import pytest

from executor.breakpoints import Breakpoint
from executor.errors import AdapterBusy, AdapterRefused
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.runner import Runner
from executor.words import BROKEN_OFF
from tests.executor.debugging import debugged, refused

CATALOGUE = load_catalogue()
BUILD_SECONDS = 900  # of an image that `codlab runtimes build` has not made before
FLOOD = "while True:\n    print('x' * 1000)\n"
DEAF = """\
import time
n = 0
while True:
    n += 1
    time.sleep(0.01)
"""
MURDERER = """\
import os, signal
for pid in {*os.listdir('/proc')} - {str(os.getpid())}:
    if pid.isdigit() and open(f'/proc/{pid}/cmdline').read().endswith('/adapter\\0'):
        os.kill(int(pid), signal.SIGKILL)
while True: pass
"""
HUNGRY = "hoard = []\nwhile True: hoard.append(bytearray(1 << 20))\n"
LOOK_AROUND = """\
import os, socket
print(open('/proc/self/status').read().split('CapEff:')[1].split()[0])
print([name for _, name in socket.if_nameindex()])
print(os.isatty(0), os.getuid() >= 20000)
"""


async def test_a_program_that_prints_without_end_can_be_paused(
    docker_runner: Runner, python: Runtime
) -> None:
    one = debugged(docker_runner, python, {"main.py": FLOOD})
    await one.seen.until(lambda: one.seen.is_running and len(one.seen.text) > 100_000)
    await one.session.pause(None)
    stop = await one.seen.at(1)
    assert stop.reason == "pause"
    assert (await one.step("next")).number == 2
    one.handle.stop("Ada")
    assert await one.seen.outcome() == "stopped by Ada"


async def test_what_nobody_reads_does_not_keep_the_debugger_from_being_told(
    docker_runner: Runner, python: Runtime
) -> None:
    one = debugged(docker_runner, python, {"main.py": DEAF}, [Breakpoint("b", "main.py", 4)])
    await one.seen.at(1)
    one.handle.write(b"x" * 60_000)  # a terminal takes 4096
    assert (await one.step("next")).frames[0].line == 5
    assert (await one.step("next")).frames[0].line == 3
    one.handle.stop("Ada")
    await one.seen.outcome()


async def test_a_debugger_that_its_program_kills_ends_the_session(
    docker_runner: Runner, python: Runtime
) -> None:
    one = debugged(docker_runner, python, {"main.py": MURDERER})
    assert (await one.seen.outcome()).startswith("the debugger failed: ")


async def test_want_of_memory_is_told(docker_runner: Runner, python: Runtime) -> None:
    one = debugged(docker_runner, python, {"main.py": HUNGRY})
    assert "out of memory" in await one.seen.outcome() + one.seen.marks


async def test_it_is_locked_down_as_every_run(docker_runner: Runner, python: Runtime) -> None:
    one = debugged(docker_runner, python, {"main.py": LOOK_AROUND})
    assert await one.seen.outcome() == "exited(0)"
    assert one.seen.text.split("\n")[:3] == ["0000000000000000", "['lo']", "True True"]


SPINNING = {
    "python-3.13": (
        "main.py",
        """\
def spin():
    while True: pass

def add(a, b):
    return a + b

add(1, 2)
""",
    ),
    "c-gcc-14": (
        "main.c",
        """\
int spin(void) { for (;;); }
int twice(int a) {
    return 2 * a;
}
int add(int a, int b) {
    return a + b;
}
int main(void) { return add(1, 2); }
""",
    ),
}
AT = {"python-3.13": 5, "c-gcc-14": 6}


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize("runtime", SPINNING)
async def test_an_expression_that_hangs_is_broken_off_and_keeps_nobody_in_the_dark(
    docker_runner: Runner, images: DockerImages, runtime: str
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    path, text = SPINNING[runtime]
    one = debugged(
        docker_runner,
        CATALOGUE.resolve(runtime),
        {path: text},
        [Breakpoint("b", path, AT[runtime])],
    )
    frame = (await one.seen.at(1)).frames[0].id
    hanging = asyncio.create_task(one.session.evaluate(1, "spin()", frame, "repl", "Ada"))
    await asyncio.sleep(0)
    busy = await refused(lambda: one.session.scopes(1, frame), AdapterBusy)
    assert busy == "the debugger is busy with Ada's spin(); try again when it is done"
    with pytest.raises(AdapterRefused, match=BROKEN_OFF):
        await hanging
    assert (await one.local("b"))["value"] == "2"
    assert await one.value("a + b") == "3"
    assert len(one.seen.stops) == 1
    assert (await one.step("stepOut")).number == 2
    assert one.seen.log == ""
    one.handle.stop("Ada")
    await one.seen.outcome()


@pytest.mark.timeout(BUILD_SECONDS)
async def test_a_function_that_an_expression_calls_moves_nobody(
    docker_runner: Runner, images: DockerImages
) -> None:
    await images.ensure(CATALOGUE.resolve("c-gcc-14"))
    path, text = SPINNING["c-gcc-14"]
    places = [Breakpoint("b", path, AT["c-gcc-14"]), Breakpoint("in it", path, 3)]
    one = debugged(docker_runner, CATALOGUE.resolve("c-gcc-14"), {path: text}, places)
    stop = await one.seen.at(1)
    before = await one.local("a")
    for _ in range(3):
        assert await one.value("twice(a)", "repl") == "2"
    assert await one.value("twice(b)") == "4"
    assert len(one.seen.stops) == 1
    told = await one.session.set_variable(1, before["scope"], "a", "twice(20)", "Ada")
    assert told["value"] == "40"
    assert (await one.local("a"))["value"] == "40"
    assert one.here is stop
    assert (await one.step("next")).number == 2
    one.handle.stop("Ada")
    await one.seen.outcome()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("a", "nope", "NameError: name 'nope' is not defined"),
        ("a", "1 +", "SyntaxError: invalid syntax"),
        ("t", "(1, 2", "SyntaxError: '(' was never closed"),
        ("gone", "1", "there is no variable gone here"),
    ],
)
async def test_a_value_that_is_none_is_refused(
    docker_runner: Runner, python: Runtime, name: str, value: str, why: str
) -> None:
    text = "def f(a, t):\n    return a\n\nf(1, (2, 3))\n"
    one = debugged(docker_runner, python, {"main.py": text}, [Breakpoint("b", "main.py", 2)])
    await one.seen.at(1)
    scope = (await one.local("a"))["scope"]
    said = await refused(
        lambda: one.session.set_variable(1, scope, name, value, "Ada"), AdapterRefused
    )
    assert why in said
    assert "/opt/" not in said
    assert (await one.local("a"))["value"] == "1"
    t = await one.local("t")
    inside = await one.session.variables(1, t["variablesReference"], 0, 0)
    assert {"0", "1"} <= {each["name"] for each in inside["variables"]}
    can_not = await refused(
        lambda: one.session.set_variable(1, t["variablesReference"], "0", "9", "Ada"),
        AdapterRefused,
    )
    assert can_not == "Unable to change: 0."
    told = await one.session.set_variable(1, scope, "a", "1", "Ada")
    assert told["value"] == "1"
    one.handle.stop("Ada")
    await one.seen.outcome()


COMMENTED = """\
def f(a):
    b = a + 1

    # nothing to stop at
    return b

f(1)
# the end
"""


async def test_a_cursor_on_a_comment_is_run_to_after_it(
    docker_runner: Runner, python: Runtime
) -> None:
    """Debugpy would take the line before, and say that all is well."""
    one = debugged(docker_runner, python, {"main.py": COMMENTED}, [Breakpoint("b", "main.py", 2)])
    await one.seen.at(1)
    for lines in ([8], [99]):
        run = partial(one.session.run_to, 1, "main.py", lines, "ada")
        assert "there is no code on line" in await refused(run, AdapterRefused)
    await one.session.run_to(1, "main.py", [4, 5, 7], "ada")
    assert (await one.seen.at(2)).frames[0].line == 5
    one.handle.stop("Ada")
    await one.seen.outcome()


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize("runtime", SPINNING)
async def test_several_breakpoints_on_a_line_are_obeyed_each(
    docker_runner: Runner, images: DockerImages, runtime: str
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    path, text = SPINNING[runtime]
    line = AT[runtime]
    places = [
        Breakpoint("false", path, line, "a == 7"),
        Breakpoint("true", path, line, "b == 2"),
        Breakpoint("log", path, line, log_message="b is {b}"),
    ]
    one = debugged(docker_runner, CATALOGUE.resolve(runtime), {path: text}, places)
    stop = await one.seen.at(1)
    assert (stop.breakpoints, one.seen.log) == (("true",), "b is 2\n")
    assert all(each.verified for each in one.seen.breakpoints.values())
    assert set(one.seen.breakpoints) == {"false", "true", "log"}
    one.handle.stop("Ada")
    await one.seen.outcome()
