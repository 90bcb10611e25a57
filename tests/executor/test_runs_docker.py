"""Programs run for real: what people see, and what the sandbox holds against."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from textwrap import dedent

import pytest

from executor.container import USERS
from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.run import RunLimits, RunRequest, SourceFile, Stream, TerminalSize
from executor.runner import RunHandle, Runner
from executor.sandbox_docker import DockerSandboxes
from tests.executor import programs
from tests.executor.recorder import Recorder

MIB = 1 << 20
TERMINAL = TerminalSize(80, 24)
LIMITS = RunLimits(
    wall_seconds=20,
    memory_bytes=128 * MIB,
    pids=64,
    file_bytes=32 * MIB,
    workspace_bytes=16 * MIB,
    tmp_bytes=16 * MIB,
)
SHORT = RunLimits(wall_seconds=1.5)


class Bench:
    """Runs Python programs for real."""

    def __init__(self, python: Runtime, sandboxes: DockerSandboxes, stack: AsyncExitStack) -> None:
        self.python = python
        self._sandboxes = sandboxes
        self._stack = stack

    async def start(
        self, source: str, limits: RunLimits = LIMITS, terminal: TerminalSize | None = None
    ) -> tuple[RunHandle, Recorder]:
        runner = Runner(self._sandboxes, limits, concurrent_runs=4, queued_runs=4)
        await self._stack.enter_async_context(runner)
        recorder = Recorder()
        main = SourceFile("main.py", dedent(source).encode())
        request = RunRequest("room", self.python, (main,), "main.py", terminal=terminal)
        return runner.submit(request, recorder), recorder

    async def run(self, source: str, limits: RunLimits = LIMITS) -> tuple[str, Recorder]:
        _, recorder = await self.start(source, limits)
        return await recorder.outcome(), recorder


@pytest.fixture
async def bench(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> AsyncGenerator[Bench]:
    server = f"test-{secrets.token_hex(4)}"
    async with AsyncExitStack() as stack:
        yield Bench(python, DockerSandboxes(engine, images, server), stack)
    assert await engine.names(f"codlab.server={server}") == []


async def test_the_packaged_runtime_passes_its_self_test(bench: Bench) -> None:
    test = bench.python.self_test
    handle, recorder = await bench.start(dict(bench.python.template)[bench.python.entry])
    handle.write(test.stdin.encode())
    assert await recorder.outcome() == "exited(0)"
    assert recorder.text == test.stdout


async def test_a_terminal_shows_colours_echo_and_prompts(bench: Bench) -> None:
    handle, recorder = await bench.start(
        r"print('\x1b[31mred\x1b[0m'); print(input('name? '), '日本')", terminal=TERMINAL
    )
    await recorder.says("\x1b[31mred\x1b[0m\nname? ")
    handle.write("Ädä\x7fa\r".encode())
    assert await recorder.outcome() == "exited(0)"
    assert recorder.text.endswith("Äda 日本\n")
    assert recorder.streams[Stream.STDOUT] == b""


async def test_control_c_interrupts_a_program_once(bench: Bench) -> None:
    handle, recorder = await bench.start(
        """
        import signal, time
        count = 0
        def interrupted(*_):
            global count
            count += 1
        signal.signal(signal.SIGINT, interrupted)
        print('go', flush=True)
        while not count: time.sleep(0.01)
        time.sleep(0.2)
        print('interrupted', count)
        """,
        terminal=TERMINAL,
    )
    await recorder.says("go")
    handle.write(b"\x03")
    assert await recorder.outcome() == "exited(0)"
    assert "interrupted 1" in recorder.text


async def test_keys_that_docker_would_take_reach_the_program(bench: Bench) -> None:
    handle, recorder = await bench.start(
        """
        import os, tty
        tty.setraw(0)
        print('go', flush=True)
        print(os.read(0, 1), os.read(0, 1))
        """,
        terminal=TERMINAL,
    )
    await recorder.says("go")
    handle.write(b"\x10")
    handle.write(b"\x11")
    assert await recorder.outcome() == "exited(0)"
    assert r"b'\x10' b'\x11'" in recorder.text


async def test_a_program_that_ends_needs_no_end_of_its_input(bench: Bench) -> None:
    for terminal in (None, TERMINAL):
        _, recorder = await bench.start(programs.HELLO, terminal=terminal)
        assert await recorder.outcome() == "exited(0)"


async def test_stop_works_at_once(bench: Bench) -> None:
    for source, text in ((programs.WAIT_FOR_EVER, "waiting"), (programs.FLOOD, "xxx")):
        handle, recorder = await bench.start(source)
        await recorder.says(text)
        began = time.monotonic()
        handle.stop("Ada")
        assert await recorder.outcome() == "stopped by Ada"
        assert time.monotonic() - began < 2, "some 100 ms on a machine of its own"


@pytest.mark.parametrize(
    "evasion",
    [
        "while True: pass",
        "import signal, time\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(1000)",
        "import os, signal\nos.kill(0, signal.SIGSTOP)",
        "import os, time\nif os.fork() == 0: os.setsid()\ntime.sleep(1000)",
        "import os, time\nif os.fork() == 0 and os.fork() == 0: os.setsid()\ntime.sleep(1000)",
        "import os\nif os.fork() == 0: os.kill(1, 19); os.kill(-1, 19)\nos.waitpid(-1, 0)",
    ],
    ids=["busy", "ignores SIGTERM", "SIGSTOP", "setsid", "double fork", "stops all"],
)
async def test_nothing_outlives_the_deadline(bench: Bench, evasion: str) -> None:
    """That no container is left, the fixture asserts: a container is its processes."""
    began = time.monotonic()
    outcome, _ = await bench.run(evasion, SHORT)
    assert outcome == "timed out after 1.5 s"
    assert time.monotonic() - began < SHORT.wall_seconds + 8, "on a busy machine"


async def test_orphans_end_with_the_program(bench: Bench) -> None:
    outcome, _ = await bench.run(
        "import os, time\nif os.fork() == 0: os.setsid(); time.sleep(1000)"
    )
    assert outcome == "exited(0)"


async def test_the_dead_are_buried(bench: Bench) -> None:
    """More orphans than processes are allowed: each must be reaped."""
    outcome, recorder = await bench.run(
        """
        import os
        for _ in range(300):
            if (child := os.fork()) == 0:
                if os.fork() == 0: os._exit(0)
                os._exit(0)
            os.waitpid(child, 0)
        print('done')
        """
    )
    assert (outcome, recorder.text) == ("exited(0)", "done\n")


async def test_limits_that_end_a_program_are_named(bench: Bench) -> None:
    assert (await bench.run(programs.EAT_MEMORY))[0] == "out of memory at 128 MiB"
    cpu = RunLimits(wall_seconds=20, cpu_seconds=1)
    assert (await bench.run("while True: pass", cpu))[0] == "CPU time limit of 1 s"
    outcome, _ = await bench.run("import os; os.kill(os.getpid(), 11)")
    assert outcome == "killed by signal 11 (SIGSEGV)"


async def test_a_fork_bomb_stays_in_its_room(bench: Bench) -> None:
    outcome, recorder = await bench.run(
        """
        import os, time
        count = 0
        try:
            while True:
                if os.fork() == 0: time.sleep(1000)
                count += 1
        except OSError as error:
            print(count < 64, error)
        """
    )
    assert outcome == "exited(0)"
    assert recorder.text == "True [Errno 11] Resource temporarily unavailable\n"
    assert "[a process or thread was not started: limit of 64]" in recorder.marks


async def test_disks_fill_up_and_no_further(bench: Bench) -> None:
    outcome, recorder = await bench.run(
        """
        import errno
        for path in ('/room/a', '/tmp/a', '/dev/shm/a'):
            try:
                with open(path, 'wb') as file:
                    for _ in range(100): file.write(bytes(1 << 20)); file.flush()
            except OSError as error:
                print(path, errno.errorcode[error.errno])
            open(path, 'wb').close()
        try:
            for number in range(30_000): open(f'/tmp/{number}', 'w').close()
        except OSError as error:
            print(number < 20_000, errno.errorcode[error.errno])
        """
    )
    lines = ["/room/a ENOSPC", "/tmp/a ENOSPC", "/dev/shm/a EFBIG", "True ENOSPC"]
    assert (outcome, recorder.text.splitlines()) == ("exited(0)", lines)


async def test_an_output_flood_costs_the_server_little(bench: Bench) -> None:
    limits = RunLimits(wall_seconds=2, kept_output_bytes=4 * MIB, output_bytes_per_second=8 * MIB)
    outcome, recorder = await bench.run("import os\nwhile True: os.write(1, b'x' * 65536)", limits)
    assert outcome == "timed out after 2 s"
    assert len(recorder.text) == MIB
    assert "output limit of 1 MiB reached" in recorder.marks
    assert "the download has 3,145,728 of them" in recorder.marks
    assert recorder.pieces < 1000


async def test_output_comes_no_faster_than_allowed(bench: Bench) -> None:
    limits = RunLimits(wall_seconds=2, output_bytes_per_second=100_000)
    _, recorder = await bench.run("import os\nwhile True: os.write(1, b'x' * 1000)", limits)
    assert 100_000 < len(recorder.text) < 400_000
    assert not recorder.marks


async def test_a_byte_at_a_time_costs_no_message_each(bench: Bench) -> None:
    _, recorder = await bench.run("import os\nfor _ in range(20_000): os.write(1, b'x')")
    assert recorder.text == "x" * 20_000
    assert recorder.pieces < 2000


async def test_the_environment_is_the_allow_list(bench: Bench) -> None:
    outcome, recorder = await bench.run(
        "for line in sorted(open('/proc/self/environ').read().split('\\0')): print(line)"
    )
    assert outcome == "exited(0)"
    assert recorder.text.split() == [
        "HOME=/tmp",
        "LANG=C.UTF-8",
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "TERM=dumb",
    ]


async def test_nothing_of_the_system_can_be_written_or_gained(bench: Bench) -> None:
    _, recorder = await bench.run(
        """
        import ctypes, os, subprocess
        for path in ('/etc/passwd', '/usr/x', '/proc/sys/kernel/hostname', '/sys/kernel/x',
                     '/proc/sysrq-trigger', '/proc/1/mem', '/sys/fs/cgroup/x', '/dev/x'):
            try: open(path, 'w')
            except OSError as error: print('refused', path)
            else: print('WRITTEN', path)
        libc = ctypes.CDLL(None, use_errno=True)
        calls = {
            'mount': lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None),
            'unshare': lambda: libc.unshare(0x10000000),
            'setuid': lambda: libc.setuid(0),
            'chroot': lambda: libc.chroot(b'/'),
            'ptrace': lambda: libc.ptrace(16, 1, 0, 0),
            'io_uring_setup': lambda: libc.syscall(425, 1, ctypes.create_string_buffer(120)),
            'bpf': lambda: libc.syscall(321, 0, 0, 0),
            'vsock': lambda: libc.socket(40, 1, 0),
            'raw': lambda: libc.socket(2, 3, 1),
            'packet': lambda: libc.socket(17, 3, 0),
        }
        for name, call in calls.items(): print('refused' if call() < 0 else 'DONE', name)
        status = dict(l.split(':\\t') for l in open('/proc/self/status') if ':\\t' in l)
        print(*(status[k].strip() for k in ('CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp', 'Uid')))
        print(os.path.exists('/var/run/docker.sock'), os.path.exists('/.dockerenv'))
        """
    )
    lines = recorder.text.splitlines()
    assert [line for line in lines[:-2] if not line.startswith("refused")] == []
    assert len(lines) == 20
    nothing = "0" * 16
    *status, uid = lines[-2].split()[:5]
    assert status == [nothing, nothing, "1", "2"]
    assert int(uid) in USERS
    assert lines[-1].startswith("False")


async def test_no_network_is_there(bench: Bench) -> None:
    _, recorder = await bench.run(
        """
        import errno, os, socket
        for address in ('1.1.1.1', '169.254.169.254', '172.17.0.1', '10.0.0.1'):
            try: socket.create_connection((address, 80), timeout=2)
            except OSError as error: print(errno.errorcode[error.errno])
        try: socket.getaddrinfo('debian.org', 80)
        except OSError: print('no names')
        print(os.listdir('/sys/class/net'))
        """
    )
    assert recorder.text.splitlines() == ["ENETUNREACH"] * 4 + ["no names", "['lo']"]


async def test_runs_at_the_same_time_do_not_meet(bench: Bench) -> None:
    source = "open('/tmp/mark', 'x').close(); import os; print(len(os.listdir('/proc')) < 70)"
    ended = await asyncio.gather(*(bench.run(source) for _ in range(3)))
    assert [outcome for outcome, _ in ended] == ["exited(0)"] * 3
