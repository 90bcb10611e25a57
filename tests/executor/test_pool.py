import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from executor.engine_docker import DockerEngine
from executor.errors import EngineUnavailable
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.pool import SandboxPool
from executor.run import RunLimits, RunRequest, SourceFile
from executor.runner import Runner
from executor.sandbox import Sandbox, SandboxSpec
from executor.sandbox_docker import DockerSandboxes
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandbox, FakeSandboxes
from tests.executor.recorder import Recorder

MOST = 3


@pytest.fixture
def fake() -> FakeSandboxes:
    return FakeSandboxes(programs.BEHAVIOURS)


@pytest.fixture
def spec(python: Runtime) -> SandboxSpec:
    return SandboxSpec(python, RunLimits())


@pytest.fixture
async def pool(fake: FakeSandboxes) -> AsyncGenerator[SandboxPool]:
    async with SandboxPool(fake, MOST, settle_seconds=0) as pool:
        await pool.remove_leftovers()
        yield pool
    assert fake.open_ones == []


def same(one: Sandbox, other: FakeSandbox) -> bool:
    return one is other


async def test_what_is_expected_is_made_ahead_and_used_once(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    pool.expect(spec)
    await fake.until(lambda: len(fake.opened) == 1)
    first = await pool.open(spec)
    assert same(first, fake.opened[0])
    await fake.until(lambda: len(fake.opened) == 2)
    second = await pool.open(spec)
    assert same(second, fake.opened[1])
    await first.close()
    await second.close()


async def test_when_there_is_none_left_one_is_made(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    sandboxes = [await pool.open(spec) for _ in range(MOST + 2)]
    assert len({id(sandbox) for sandbox in sandboxes}) == MOST + 2
    await fake.until(lambda: len(fake.opened) == 2 * MOST + 2)
    for sandbox in sandboxes:
        await sandbox.close()


async def test_one_of_other_limits_is_not_given_out(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    pool.expect(spec)
    await fake.until(lambda: len(fake.opened) == 1)
    larger = SandboxSpec(spec.runtime, replace(spec.limits, memory_bytes=1 << 30))
    sandbox = await pool.open(larger)
    assert same(sandbox, fake.opened[-1])
    assert fake.opened[-1].spec == larger
    await sandbox.close()


async def test_what_is_asked_for_less_makes_room(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    for number in range(MOST + 1):
        pool.expect(SandboxSpec(replace(spec.runtime, id=f"python-{number}"), spec.limits))
        await pool.until_ready()
    await fake.until(lambda: fake.opened[0].is_closed)
    assert [sandbox.is_closed for sandbox in fake.opened[1:]] == [False] * MOST
    assert pool.idle_count == MOST


async def test_one_that_died_is_not_given_out(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    pool.expect(spec)
    await fake.until(lambda: len(fake.opened) == 1)
    fake.opened[0].is_broken = True
    sandbox = await pool.open(spec)
    assert not same(sandbox, fake.opened[0])
    await fake.until(lambda: fake.opened[0].is_closed)
    await sandbox.close()


async def test_the_image_of_one_that_is_ready_is_there(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    fake.ensure_error = EngineUnavailable("no engine")
    with pytest.raises(EngineUnavailable):
        await pool.ensure(spec.runtime)
    pool.expect(spec)
    await fake.until(lambda: len(fake.opened) == 1)
    await pool.ensure(spec.runtime)


@pytest.mark.parametrize("error", [EngineUnavailable("no engine"), RuntimeError("a defect")])
async def test_where_none_can_be_made_it_waits_to_be_asked_again(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec, error: Exception
) -> None:
    fake.open_error = error
    pool.expect(spec)
    await fake.until(lambda: fake.attempts == 1)
    with pytest.raises(type(error)):
        await pool.open(spec)
    fake.open_error = None
    pool.expect(spec)
    await fake.until(lambda: len(fake.opened) == 1)


async def test_nothing_is_made_before_leftovers_are_removed(
    fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    async with SandboxPool(fake, MOST, settle_seconds=0) as pool:
        pool.expect(spec)
        sandbox = await pool.open(spec)
        assert same(sandbox, fake.opened[0])
        assert await pool.remove_leftovers() == 1
        await fake.until(lambda: len(fake.opened) == 2)
    assert fake.open_ones == []


async def test_leaving_it_gives_up_what_is_being_made(
    fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    fake.may_open.clear()
    async with SandboxPool(fake, MOST, settle_seconds=0) as pool:
        await pool.remove_leftovers()
        pool.expect(spec)
        await fake.opening.wait()
    assert fake.opened == []


async def test_runs_for_real_take_what_is_ready_and_leave_nothing(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> None:
    server = f"test-{secrets.token_hex(4)}"
    label = f"codlab.server={server}"
    main = SourceFile("main.py", b"open('mark', 'x').close(); print('once')")
    request = RunRequest("room", python, (main,), "main.py")
    pool = SandboxPool(DockerSandboxes(engine, images, server), MOST, settle_seconds=0)
    async with pool, Runner(pool, RunLimits(), concurrent_runs=2, queued_runs=2) as runner:
        runner.expect(python)
        for _ in range(3):
            await pool.until_ready()
            idle = set(await engine.names(label))
            recorder = Recorder()
            runner.submit(request, recorder)
            assert await recorder.outcome() == "exited(0)"
            assert recorder.text == "once\n"
            assert idle
    assert await engine.names(label) == []


async def test_idle_ones_that_the_engine_has_lost_are_made_good(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> None:
    server = f"test-{secrets.token_hex(4)}"
    label = f"codlab.server={server}"
    spec = SandboxSpec(python, RunLimits())
    async with SandboxPool(DockerSandboxes(engine, images, server), 1, settle_seconds=0) as pool:
        await pool.remove_leftovers()
        pool.expect(spec)
        await pool.until_ready()
        [lost] = await engine.names(label)
        await engine.remove(lost)
        while await engine.names(label) in ([], [lost]):
            pool.expect(spec)
            await pool.until_ready()
    assert await engine.names(label) == []


async def test_packages_make_another_kind_which_can_be_forgotten(
    pool: SandboxPool, fake: FakeSandboxes, spec: SandboxSpec
) -> None:
    with_packages = replace(spec, packages="a")
    pool.expect(spec)
    pool.expect(with_packages)
    await fake.until(lambda: len(fake.opened) == 2)
    await pool.until_ready()
    by_packages = {sandbox.spec.packages: sandbox for sandbox in fake.opened}
    await pool.forget_packages({"b"})
    assert by_packages["a"].is_closed
    sandbox = await pool.open(spec)
    assert same(sandbox, by_packages[""])
    await sandbox.close()
