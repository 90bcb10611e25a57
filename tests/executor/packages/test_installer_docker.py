"""Real installations from an index of this machine: what they reach, refuse and leave behind."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from textwrap import dedent

import pytest

from executor.engine_docker import DockerEngine
from executor.errors import InstallFailed, StartFailed
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.packages.installer import Installer
from executor.packages.layers_docker import DockerLayers
from executor.packages.manager import PackageManager, Step
from executor.packages.npm import Npm
from executor.packages.pip import Pip
from executor.packages.policy import InstallPolicy
from executor.packages.sets import Installed, InstallState, Lock, Progress, Wanted
from executor.run import RunLimits, RunRequest, SourceFile
from executor.runner import Runner
from executor.sandbox import SandboxSpec
from executor.sandbox_docker import DockerSandboxes
from tests.executor.conftest import RECIPES
from tests.executor.packages.fake_index import FakeIndex, fake_index
from tests.executor.recorder import Recorder

MIB = 1 << 20
POLICY = InstallPolicy(layer_bytes=8 * MIB, packages=5, seconds=60)
pytestmark = pytest.mark.timeout(600)  # the first builds images


@dataclass
class Bench:
    """An installer with layers and sandboxes of its own."""

    engine: DockerEngine
    sandboxes: DockerSandboxes
    layers: DockerLayers
    index: FakeIndex
    label: str

    def installer(self, pip: Pip | None = None, policy: InstallPolicy = POLICY) -> Installer:
        pip = pip or Pip(f"{self.index.url}/simple/")
        managers: dict[str, PackageManager] = {"pip": pip, "npm": Npm(f"{self.index.url}/")}
        return Installer(self.sandboxes, self.layers, managers, policy)

    async def install(
        self, runtime: Runtime, *requirements: str, kept: Lock | None = None
    ) -> Installed:
        wanted = Wanted("room", "ada", requirements, kept)
        return await self.installer().install(runtime, wanted, lambda _: None)

    async def run(self, runtime: Runtime, source: str, packages: Lock | None) -> tuple[str, str]:
        """Runs a program; returns its outcome and what it wrote."""
        runner = Runner(self.sandboxes, RunLimits(), concurrent_runs=1, queued_runs=1)
        runner.packages = self.installer()
        recorder = Recorder()
        file = SourceFile(runtime.entry, dedent(source).encode())
        request = RunRequest("room", runtime, (file,), runtime.entry, packages=packages)
        async with runner:
            runner.submit(request, recorder)
            return await recorder.outcome(), recorder.text


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with fake_index() as index:
        yield index


@pytest.fixture(scope="session")
async def node(engine: DockerEngine, python: Runtime) -> Runtime:
    """Node, whose image is there then, and those in which packages are installed."""
    node = load_catalogue().resolve("node")
    async with DockerImages(engine, RECIPES) as images:
        for runtime in (python, node):
            await images.ensure(runtime)
            await images.build_installer(runtime, lambda _: None)
    return node


@pytest.fixture
async def bench(
    engine: DockerEngine, images: DockerImages, node: Runtime, index: FakeIndex
) -> AsyncGenerator[Bench]:
    server = f"test-{secrets.token_hex(4)}"
    layers = DockerLayers(engine, server, 100 * MIB)
    sandboxes = DockerSandboxes(engine, images, server)
    sandboxes.layers = layers
    bench = Bench(engine, sandboxes, layers, index, f"codlab.server={server}")
    yield bench
    await layers.prune(())
    assert await engine.names(bench.label) == []
    assert await engine.volumes(bench.label) == {}


async def test_what_is_installed_is_imported_without_a_network_and_can_t_be_changed(
    bench: Bench, python: Runtime
) -> None:
    bench.index.add_wheel("tool", {"tool/__init__.py": b"NAME = 'tool'\n"})
    installed = await bench.install(python, "tool")
    assert [one.name for one in installed.lock.packages] == ["tool"]
    outcome, text = await bench.run(
        python,
        """
        import os, tool
        print(tool.NAME, os.listdir('/sys/class/net'))
        for act in (lambda: open(tool.__file__, 'a'), lambda: os.remove(tool.__file__)):
            try: act()
            except OSError as error: print(error.strerror)
        """,
        installed.lock,
    )
    assert outcome == "exited(0)"
    assert text.splitlines()[0] == "tool ['lo']"
    assert set(text.splitlines()[1:]) <= {"Permission denied", "Read-only file system"}
    assert (await bench.run(python, "import tool", None))[0] == "exited(1)"


ATTACK = """\
import os, socket, sys
found = []
def reach(address):
    try:
        with socket.create_connection(address, timeout=2): found.append(address)
    except OSError: pass
for address in [('1.1.1.1', 443), ('169.254.169.254', 80), ('172.17.0.1', PORT),
                ('127.0.0.1', PORT), ('10.0.0.1', 80)]: reach(address)
try: found.append(socket.getaddrinfo('debian.org', 80))
except OSError: pass
def ask(target):
    with socket.create_connection(('127.0.0.1', 3128), timeout=5) as proxy:
        proxy.sendall(f'CONNECT {target} HTTP/1.1\\r\\n\\r\\n'.encode())
        return proxy.recv(99).split()[1]
for target in TARGETS:
    if (answer := ask(target)) != b'403': found.append((target, answer))
links = os.listdir('/sys/class/net')
status = dict(l.split(':\\t', 1) for l in open('/proc/self/status') if ':\\t' in l)
print('ERROR: found', found, links, status['CapEff'].strip(), status['Seccomp'].strip(),
      file=sys.stderr)
sys.exit(1)
"""


@dataclass(frozen=True, slots=True)
class Attacker(Pip):
    """A package manager that has been taken over."""

    attack: str = ""

    def resolve(self, runtime: Runtime, requirements: Sequence[str], kept: Lock | None) -> Step:
        return Step(argv=("python3", "-c", self.attack))


async def test_even_a_hijacked_manager_reaches_nothing_but_the_index(
    bench: Bench, python: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    reached: list[object] = []

    async def canary(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(writer.get_extra_info("peername"))
        writer.close()

    async def attack(targets: list[str], port: int) -> str:
        source = f"PORT, TARGETS = {port}, {targets}\n{ATTACK}"
        attacker = Attacker(f"{bench.index.url}/simple/", attack=source)
        with caplog.at_level(logging.INFO), pytest.raises(InstallFailed) as failed:
            await bench.installer(attacker).install(
                python, Wanted("room", "ada", ["x"]), lambda _: None
            )
        return str(failed.value)

    async with await asyncio.start_server(canary, "0.0.0.0", 0) as server:
        port = server.sockets[0].getsockname()[1]
        hosts = ["127.0.0.1", "localhost", "172.17.0.1", "[::1]", "169.254.169.254"]
        assert await attack([], port) == f"found [] ['lo'] {'0' * 16} 2"
        assert "are not allowed here" in await attack([f"{host}:{port}" for host in hosts], port)
    assert reached == []
    assert caplog.text.count("package egress refused") == len(hosts)
    assert "package egress served" not in caplog.text


async def test_no_install_script_of_an_npm_package_runs(bench: Bench, node: Runtime) -> None:
    scripts = dict.fromkeys(("preinstall", "install", "postinstall"), "echo > ran.txt")
    files = {"index.js": b"module.exports = require('fs').readdirSync(__dirname).sort()\n"}
    bench.index.add_npm("evil", {"scripts": scripts}, files)
    installed = await bench.install(node, "evil")
    outcome, text = await bench.run(node, "console.log(require('evil').join(' '))", installed.lock)
    assert (outcome, text) == ("exited(0)", "index.js package.json\n")


async def test_nothing_is_built_from_source(bench: Bench, python: Runtime) -> None:
    bench.index.add_sdist("evil", "raise SystemExit('it ran')")
    with pytest.raises(InstallFailed, match=r"^evil has no wheel for this Python"):
        await bench.install(python, "evil")


async def test_another_file_than_the_locked_one_is_refused(bench: Bench, python: Runtime) -> None:
    bench.index.add_wheel("tool", {"tool.py": b""})
    lock = (await bench.install(python, "tool")).lock
    await bench.layers.prune(())
    await bench.installer().ensure(python, lock, "room", "ada")
    assert (await bench.run(python, "import tool", lock))[0] == "exited(0)"
    await bench.layers.prune(())
    bench.index.add_wheel("tool", {"tool.py": b"evil = True"})
    outcome, _ = await bench.run(python, "import tool", lock)
    assert outcome.startswith("failed to start: the index gave another file")


async def test_the_same_lock_is_installed_once(bench: Bench, python: Runtime) -> None:
    bench.index.add_wheel("tool", {"tool.py": b""})
    first = await bench.install(python, "tool")
    states: list[InstallState] = []

    def watch(progress: Progress) -> None:
        states.append(progress.state)

    second = await bench.installer().install(python, Wanted("other", "bob", ["tool>=1"]), watch)
    assert second == first
    assert InstallState.DOWNLOADING not in states


async def test_a_room_s_quota_holds_for_what_is_unpacked(bench: Bench, python: Runtime) -> None:
    bench.index.add_wheel("bomb", {f"bomb/{n}": bytes(MIB) for n in range(64)})
    with pytest.raises(InstallFailed, match="more than the 8 MiB of packages that a room may have"):
        await bench.install(python, "bomb")
    bench.index.add_wheel("fat", {f"fat/{n}": secrets.token_bytes(MIB) for n in range(10)})
    with pytest.raises(InstallFailed, match="more than the 8 MiB"):
        await bench.install(python, "fat")


async def test_and_for_the_number_of_packages(bench: Bench, python: Runtime) -> None:
    for number in range(6):
        bench.index.add_wheel(f"part{number}", {})
    with pytest.raises(InstallFailed, match="would be 6 packages; a room may have 5"):
        await bench.install(python, *(f"part{number}" for number in range(6)))


async def test_what_is_there_keeps_its_version(bench: Bench, python: Runtime) -> None:
    bench.index.add_wheel("tool", {})
    before = (await bench.install(python, "tool")).lock
    newer = bench.index.answers["/simple/tool/"][1].decode()
    bench.index.add_wheel("tool", {}, version="2.0")
    kind, link = bench.index.answers["/simple/tool/"]
    bench.index.answers["/simple/tool/"] = kind, link + newer.encode()
    bench.index.add_wheel("other", {})
    after = (await bench.install(python, "tool", "other", kept=before)).lock
    assert [(one.name, one.version) for one in after.packages] == [
        ("other", "1.0"),
        ("tool", "1.0"),
    ]
    anew = (await bench.install(python, "tool>1", "other", kept=before)).lock
    assert [one.version for one in anew.packages] == ["1.0", "2.0"], "where it can't be kept"


async def test_an_index_that_does_not_answer_is_named(bench: Bench, python: Runtime) -> None:
    gone = Pip("http://127.0.0.1:9/simple/")
    with pytest.raises(InstallFailed, match=r"^127\.0\.0\.1 can't be reached from this server$"):
        await bench.installer(gone).install(python, Wanted("r", "a", ["x"]), lambda _: None)


@pytest.mark.parametrize("state", ["resolving", "downloading", "saving"])
async def test_given_up_at_any_time_it_leaves_nothing(
    bench: Bench, python: Runtime, state: str
) -> None:
    bench.index.add_wheel("tool", {"tool.py": b""})
    reached = asyncio.Event()

    def watch(progress: Progress) -> None:
        if progress.state == state:
            reached.set()

    wanted = Wanted("room", "ada", ["tool"])
    task = asyncio.create_task(bench.installer().install(python, wanted, watch))
    await reached.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert await bench.engine.names(bench.label) == []


async def test_too_long_is_too_long(bench: Bench, python: Runtime) -> None:
    slow = Attacker(bench.index.url, attack="import time; time.sleep(100)")
    hasty = replace(POLICY, seconds=3)
    with pytest.raises(InstallFailed, match="it took longer than 3 s"):
        await bench.installer(slow, hasty).install(python, Wanted("r", "a", ["x"]), lambda _: None)


async def test_layers_that_are_too_much_go_in_the_order_of_their_use(
    bench: Bench, python: Runtime
) -> None:
    locks = []
    for name in ("one", "two"):
        bench.index.add_wheel(name, {f"{name}.py": b"x = 1\n" * 1000})
        locks.append((await bench.install(python, name)).lock)
    one, two = (lock.digest for lock in locks)
    assert await bench.layers.volume(one)
    small = DockerLayers(bench.engine, bench.label.partition("=")[2], 20_000)
    assert await small.volume(two)
    assert await small.volume(one)
    assert await small.prune({one, two}) == 0
    assert await small.volume(two) is None
    assert await small.volume(one) is not None
    await small.prune(())
    assert await bench.engine.volumes(bench.label) == {}


async def test_what_a_sandbox_holds_stays(bench: Bench, python: Runtime) -> None:
    bench.index.add_wheel("tool", {})
    digest = (await bench.install(python, "tool")).lock.digest
    sandbox = await bench.sandboxes.open(SandboxSpec(python, RunLimits().sandbox, digest))
    assert await bench.layers.prune(()) == 1
    assert await bench.layers.volume(digest) is not None
    await sandbox.close()
    assert await bench.layers.prune(()) == 0
    with pytest.raises(StartFailed, match="not installed any more"):
        await bench.sandboxes.open(SandboxSpec(python, RunLimits().sandbox, digest))
