"""A runner of programs that say what a test wants, behind a socket."""

from collections.abc import AsyncGenerator

import pytest

from executor.runner import Runner
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.remote.desk import Talker
from tests.executor.remote.separate import LIMITS, Separate, separated


@pytest.fixture
def talker() -> Talker:
    return Talker()


@pytest.fixture
def sandboxes(talker: Talker) -> FakeSandboxes:
    return FakeSandboxes({**programs.BEHAVIOURS, "talk": talker})


@pytest.fixture
async def runner(sandboxes: FakeSandboxes) -> AsyncGenerator[Runner]:
    async with Runner(sandboxes, LIMITS, concurrent_runs=2, queued_runs=4) as runner:
        yield runner


@pytest.fixture
async def separate(runner: Runner) -> AsyncGenerator[Separate]:
    async with separated(runner) as separate:
        yield separate
