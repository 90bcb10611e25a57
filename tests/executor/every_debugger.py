"""The scripted session of every debugger, in every image; `make test-languages` runs it.

It builds some gigabytes of images, so it is not among what `make test` collects.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from executor.breakpoints import Breakpoint
from executor.images_docker import DockerImages
from executor.runner import Runner
from tests.executor import debug_programs as programs
from tests.executor.debug_programs import DebugProgram
from tests.executor.debugging import debugged
from tests.executor.jvm_programs import JVM
from tests.executor.native_programs import NATIVE
from tests.executor.test_debuggers import (
    CATALOGUE,
    entry_session,
    function_session,
    interrupted_session,
    scripted_session,
    swift_session,
)

BUILD_SECONDS = 1800
WILD = """\
struct Person { int age; string name; int[] years; }

void main() {
    Person* nobody = null;
    Person somebody = Person(36, "Ada", [1815, 1852]);
    assert(somebody.age == 36 && !nobody); // here
}
"""
CLASSES = """\
public class Main {
    static class Inner {
        static int twice(int a) {
            return 2 * a; // inner
        }
    }

    public static void main(String[] args) {
        System.out.println(Inner.twice(1));
        System.out.println(Other.thrice(1));
        System.out.println(Inner.twice(2));
    }
}

class Other {
    static int thrice(int a) {
        return 3 * a; // other
    }
}
"""
SHOW_PRELOAD = """\
console.log(`here: ${process.env.LD_PRELOAD}`);
require("child_process").execSync('echo "in a child: $LD_PRELOAD"', {stdio: "inherit"});
"""
BY_LANGUAGE = {
    "bash": programs.BASH,
    "c": programs.C,
    "cpp": programs.CPP,
    "go": programs.GO,
    "java": programs.JAVA,
    "node": programs.JAVASCRIPT,
    "php": programs.PHP,
    "python": programs.PYTHON,
    "ruby": programs.RUBY,
    "rust": programs.RUST,
    "typescript": programs.TYPESCRIPT,
    **JVM,
    **NATIVE,
}
DEBUGGED = {
    runtime.id: BY_LANGUAGE[runtime.language]
    for runtime in CATALOGUE.runtimes
    if runtime.debugging is not None
}


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), DEBUGGED.items(), ids=DEBUGGED)
async def test_a_scripted_session(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await scripted_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), DEBUGGED.items(), ids=DEBUGGED)
async def test_functions_are_stopped_at(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await function_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), DEBUGGED.items(), ids=DEBUGGED)
async def test_a_step_waits_for_no_acknowledgement(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await swift_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), DEBUGGED.items(), ids=DEBUGGED)
async def test_a_breakpoint_ends_the_step_that_it_cuts_short(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await interrupted_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
async def test_strings_of_rust_are_shown_as_such(
    docker_runner: Runner, images: DockerImages
) -> None:
    runtime, program = CATALOGUE.resolve("rust"), programs.RUST
    await images.ensure(runtime)
    place = Breakpoint("b", program.path, program.line(programs.TOTAL))
    one = debugged(docker_runner, runtime, {program.path: program.text}, [place])
    await one.seen.at(1)
    assert await one.value("p.name") == '"p"'


@pytest.mark.timeout(BUILD_SECONDS)
async def test_what_hastens_nodes_inspector_is_hidden_from_the_program(
    docker_runner: Runner, images: DockerImages
) -> None:
    runtime = CATALOGUE.resolve("node-node-26")
    await images.ensure(runtime)
    one = debugged(docker_runner, runtime, {"main.js": SHOW_PRELOAD})
    assert await one.seen.outcome() == "exited(0)"
    assert {"here: undefined", "in a child: "} <= set(one.seen.text.splitlines())


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize(("runtime", "program"), DEBUGGED.items(), ids=DEBUGGED)
async def test_it_stops_where_the_program_begins(
    docker_runner: Runner, images: DockerImages, runtime: str, program: DebugProgram
) -> None:
    await images.ensure(CATALOGUE.resolve(runtime))
    await entry_session(docker_runner, runtime, program)


@pytest.mark.timeout(BUILD_SECONDS)
async def test_all_classes_of_a_file_are_stopped_in(
    docker_runner: Runner, images: DockerImages
) -> None:
    runtime = CATALOGUE.resolve("java")
    await images.ensure(runtime)
    lines = CLASSES.splitlines()
    inner, other = (
        Breakpoint(mark, "Main.java", next(n for n, line in enumerate(lines, 1) if mark in line))
        for mark in ("// inner", "// other")
    )
    one = debugged(docker_runner, runtime, {"Main.java": CLASSES}, [other], stop_on_entry=True)
    assert (await one.seen.at(1)).frames[0].name == "Main.main"
    await one.go_on()
    assert (await one.seen.at(2)).frames[0].line == other.line
    await one.session.set_breakpoints([inner, other])
    assert one.seen.breakpoints[inner.id].verified
    await one.go_on()
    assert (await one.seen.at(3)).frames[0].line == inner.line
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"
    assert len(one.seen.stops) == 3


@pytest.mark.timeout(BUILD_SECONDS)
async def test_strings_and_slices_of_d_are_shown_as_far_as_they_can_be_read(
    docker_runner: Runner, images: DockerImages
) -> None:
    runtime = CATALOGUE.resolve("d")
    await images.ensure(runtime)
    line = next(n for n, line in enumerate(WILD.splitlines(), 1) if "// here" in line)
    one = debugged(docker_runner, runtime, {"main.d": WILD}, [Breakpoint("b", "main.d", line)])
    await one.seen.at(1)

    async def parts(reference: int) -> dict[str, Mapping[str, Any]]:
        body = await one.session.variables(1, reference, 0, 0)
        return {each["name"]: each for each in body["variables"]}

    somebody = await parts((await one.local("somebody"))["variablesReference"])
    assert (somebody["name"]["value"], somebody["years"]["value"]) == ('"Ada"', "2 elements")
    years = await parts(somebody["years"]["variablesReference"])
    assert [each["value"] for each in years.values()] == ["1815", "1852"]
    [there] = (await parts((await one.local("nobody"))["variablesReference"])).values()
    assert set(await parts(there["variablesReference"])) == {"age", "name", "years"}
