"""The languages of the common images, each proven in the sandbox; `make test-languages` has all."""

import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime, SelfTest
from executor.run import RunLimits
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes
from executor.self_test import exact_version, prove

COMMON_IMAGES = {"python-3.13", "scripts"}
COMMON = [runtime for runtime in load_catalogue().runtimes if runtime.image in COMMON_IMAGES]
BUILD_SECONDS = 900  # of an image that `codlab runtimes build` has not made before


@pytest.fixture
async def runner(engine: DockerEngine, images: DockerImages) -> AsyncGenerator[Runner]:
    sandboxes = DockerSandboxes(engine, images, f"test-{secrets.token_hex(4)}")
    limits = RunLimits(wall_seconds=40)
    async with Runner(sandboxes, limits, concurrent_runs=1, queued_runs=4) as runner:
        yield runner


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize("runtime", COMMON, ids=lambda runtime: runtime.id)
async def test_a_template_prints_what_its_language_file_says(
    runner: Runner, images: DockerImages, runtime: Runtime
) -> None:
    await images.ensure(runtime)
    report = await prove(runner, runtime)
    assert report.fault == ""
    assert report.toolchain.startswith(runtime.version.split()[-1])
    assert report.run_seconds > 0


async def test_a_runtime_that_fails_its_self_test_is_told(runner: Runner, python: Runtime) -> None:
    wrong = replace(python, self_test=SelfTest("Ada\n", "Hello!\n"))
    fault = (await prove(runner, wrong)).fault
    assert fault.startswith("the template printed 'What is your name? Hello, Ada!\\n' (exited(0))")
    assert fault.endswith("and not 'Hello!\\n'")
    broken = replace(python, template=(("main.py", "print('Hello!'); raise SystemExit(3)"),))
    fault = (await prove(runner, replace(broken, self_test=wrong.self_test))).fault
    assert "'Hello!\\n' (exited(3))" in fault


async def test_a_shell_that_is_not_there_is_told(runner: Runner, python: Runtime) -> None:
    report = await prove(runner, replace(python, repl=("ipython", "--quiet")))
    assert report.fault == "its shell 'ipython' is not in the image"


async def test_a_runtime_of_another_version_is_told(runner: Runner, python: Runtime) -> None:
    report = await prove(runner, replace(python, version="3.1"))
    assert report.fault.startswith("`python3 --version` does not say 3.1: 'Python 3.13")
    assert report.toolchain == ""


@pytest.mark.parametrize(
    ("version", "said", "exact"),
    [
        ("3.13", "Python 3.13.5", "3.13.5"),
        ("3.1", "Python 3.13.5", ""),
        ("GCC 14", "gcc (Debian 14.2.0-19) 14.2.0\nCopyright (C) 2024", "14.2.0"),
        ("PyPy 3.11", "Python 3.11.11 (7.3.19)\n[PyPy 7.3.19 with GCC 14.2.0]", "3.11.11"),
        ("2025", "2025.04.26-1", "2025.04.26"),
    ],
)
def test_the_exact_version_is_the_number_that_begins_alike(
    python: Runtime, version: str, said: str, exact: str
) -> None:
    assert exact_version(replace(python, version=version), said) == exact
