"""What people miss in gdb as it is, in real sandboxes: deploy/runtimes/gcc-14/codlab_gdb."""

import pytest

from executor.breakpoints import Breakpoint
from executor.images_docker import DockerImages
from executor.runner import Runner
from tests.executor import debug_programs as programs
from tests.executor.debugging import debugged
from tests.executor.test_debuggers import BUILD_SECONDS, CATALOGUE

UNMADE = """\
#include <cstring>
#include <map>
#include <string>

void fill() {
    volatile char stack[4096];
    memset((void *)stack, 0x5a, sizeof stack);
}

int look() {
    int first = 1;
    std::map<std::string, int> ages{{"Ada", 36}};
    return first + ages["Ada"];
}

int main() {
    fill();
    return look();
}
"""
TEXTS = """\
#include <string.h>

int main(void) {
    char ended[50], full[3] = {'A', 'd', 'a'};
    static char huge[1 << 20];
    memset(ended, 0x5a, sizeof ended);
    strcpy(ended, "Ada");
    strcpy(huge, "Ada");
    return 0;
}
"""


@pytest.mark.timeout(BUILD_SECONDS)
async def test_hits_are_counted_where_gdb_would_take_a_number_alone(
    docker_runner: Runner, images: DockerImages
) -> None:
    program = programs.C
    await images.ensure(CATALOGUE.resolve("c-gcc-14"))
    place = Breakpoint("b", program.path, program.line(programs.INSIDE), hit_condition=">= 4")
    one = debugged(
        docker_runner, CATALOGUE.resolve("c-gcc-14"), {program.path: program.text}, [place]
    )
    await one.seen.at(1)
    assert (await one.local("b"))["value"] == "3"


@pytest.mark.timeout(BUILD_SECONDS)
async def test_a_variable_that_is_not_made_yet_hides_no_others(
    docker_runner: Runner, images: DockerImages
) -> None:
    await images.ensure(CATALOGUE.resolve("cpp-gcc-14"))
    line = UNMADE.splitlines().index("    int first = 1;") + 1
    one = debugged(
        docker_runner,
        CATALOGUE.resolve("cpp-gcc-14"),
        {"main.cpp": UNMADE},
        [Breakpoint("early", "main.cpp", line), Breakpoint("late", "main.cpp", line + 2)],
    )
    await one.seen.at(1)
    assert (await one.local("ages"))["value"].startswith("<")
    assert (await one.local("first"))["type"] == "int"
    await one.go_on()
    await one.seen.at(2)
    assert "1 element" in (await one.local("ages"))["value"]


@pytest.mark.timeout(BUILD_SECONDS)
async def test_characters_are_shown_up_to_their_end(
    docker_runner: Runner, images: DockerImages
) -> None:
    await images.ensure(CATALOGUE.resolve("c-gcc-14"))
    line = TEXTS.splitlines().index("    return 0;") + 1
    one = debugged(
        docker_runner,
        CATALOGUE.resolve("c-gcc-14"),
        {"main.c": TEXTS},
        [Breakpoint("b", "main.c", line)],
    )
    await one.seen.at(1)
    assert (await one.local("ended"))["value"] == '"Ada"'
    assert (await one.local("full"))["value"] == '"Ada"'
    assert (await one.local("huge"))["value"] == '"Ada"'
