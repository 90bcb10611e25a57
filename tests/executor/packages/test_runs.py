"""Runs that have packages: there before the sandbox is made, or the run says why not."""

from collections.abc import AsyncGenerator

import pytest

from executor.errors import InstallFailed
from executor.languages import Runtime
from executor.packages.sets import Lock
from executor.run import RunLimits, RunRequest, RunState, SourceFile
from executor.runner import Runner
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.recorder import Recorder

LOCK = Lock("pip", "python-3.13", "six==1.17.0 --hash=sha256:00\n", ())


class Source:
    """Says what was asked of it, and fails if it is told to."""

    def __init__(self) -> None:
        self.ensured: list[tuple[str, Lock, str, str]] = []
        self.error: InstallFailed | None = None

    async def ensure(self, runtime: Runtime, lock: Lock, room: str, by: str) -> None:
        self.ensured.append((runtime.id, lock, room, by))
        if self.error:
            raise self.error


@pytest.fixture
def sandboxes() -> FakeSandboxes:
    return FakeSandboxes(programs.BEHAVIOURS)


@pytest.fixture
async def runner(sandboxes: FakeSandboxes) -> AsyncGenerator[Runner]:
    async with Runner(sandboxes, RunLimits(), concurrent_runs=1, queued_runs=1) as runner:
        runner.packages = Source()
        yield runner


async def outcome(runner: Runner, python: Runtime, packages: Lock | None) -> Recorder:
    recorder = Recorder()
    files = (SourceFile("main.py", programs.HELLO.encode()),)
    request = RunRequest("room", python, files, "main.py", by="ada", packages=packages)
    runner.submit(request, recorder)
    await recorder.outcome()
    return recorder


async def test_a_run_gets_a_sandbox_with_its_packages(
    runner: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    assert isinstance(runner.packages, Source)
    assert await (await outcome(runner, python, LOCK)).outcome() == "exited(0)"
    assert runner.packages.ensured == [(python.id, LOCK, "room", "ada")]
    await outcome(runner, python, None)
    assert [sandbox.spec.packages for sandbox in sandboxes.opened] == [LOCK.digest, ""]
    assert len(runner.packages.ensured) == 1


async def test_packages_that_can_t_be_had_are_the_outcome(
    runner: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    assert isinstance(runner.packages, Source)
    runner.packages.error = InstallFailed("the index is gone")
    recorder = await outcome(runner, python, LOCK)
    assert await recorder.outcome() == "failed to start: the index is gone"
    assert recorder.states == [RunState.QUEUED, RunState.FINISHED]
    assert sandboxes.opened == []


async def test_a_sandbox_is_expected_with_them(
    runner: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    runner.expect(python, packages=LOCK)
    assert sandboxes.expected[-1].packages == LOCK.digest
