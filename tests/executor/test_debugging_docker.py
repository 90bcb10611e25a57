"""Debug sessions in real sandboxes with programs that make trouble."""

from executor.breakpoints import Breakpoint
from executor.languages import Runtime
from executor.runner import Runner
from tests.executor.debugging import debugged

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
