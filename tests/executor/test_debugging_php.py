"""How PHP's debug adapter, which is of our own making, has programs stop, go on and end."""

import asyncio

import pytest

from executor.breakpoints import Breakpoint, FunctionBreakpoint
from executor.run import RunRequest, SourceFile
from executor.runner import Runner
from tests.executor.php import (
    BUILD_SECONDS,
    PHP,
    DebugPhp,
    evaluated,
    place,
    variables,
)
from tests.executor.recorder import Recorder

pytestmark = pytest.mark.timeout(BUILD_SECONDS)

CAUGHT = """
namespace App;
use InvalidArgumentException as Wrong;
class Mine extends Wrong {}
function fails($class) { throw new $class('in vain'); }
function catches($class) { try { fails($class); } catch (\\LogicException | \\TypeError) { } }
function passes($class) {
  try {
    fails($class);
  } catch (\\TypeError $e) {
  } finally {
    $done = true;
  }
}
catches(Mine::class); // a base class catches it
try {
  passes(Mine::class);
} catch (Wrong $e) {} // by its other name
try { intdiv(1, 0); } catch (\\ArithmeticError $e) {}
try { throw new class extends Mine {}; } catch (Wrong) {}
try {
  $later = function () { throw new Mine('later'); }; // c
} catch (\\Exception $e) { }
try {
  try {
    fails(Mine::class);
  } catch (Mine $e) { throw $e; }
} catch (\\Exception $e) {}
$later();
"""


async def test_an_exception_is_stopped_at_where_it_is_thrown_if_nobody_catches_it(
    debug: DebugPhp,
) -> None:
    one = debug(CAUGHT)
    stop = await one.seen.at(1)
    assert (stop.reason, stop.description, stop.text) == ("exception", "App\\Mine", "later")
    assert stop.frames[0].line == 23
    assert set(await variables(one)) == set()
    await one.go_on()
    assert await one.seen.outcome() == "exited(255)"
    assert len(one.seen.stops) == 1
    assert "Uncaught App\\Mine: later" in one.seen.text


async def test_all_exceptions_can_be_stopped_at_or_none(debug: DebugPhp) -> None:
    one = debug(CAUGHT, exceptions=("all",))
    for number in range(1, 5):
        await one.seen.at(number)
        await one.go_on()
    stop = await one.seen.at(5)
    assert (stop.description, stop.text) == ("App\\Mine", "in vain")
    await one.session.set_exceptions([])
    await one.go_on()
    assert await one.seen.outcome() == "exited(255)"


async def test_warnings_are_stopped_at_unless_they_are_silenced(debug: DebugPhp) -> None:
    one = debug("$a = [];\n@$a['x'];\n$v = 1;\necho $a['y'];\n", exceptions=("warnings",))
    stop = await one.seen.at(1)
    assert (stop.description, stop.text) == ("Warning", 'Undefined array key "y"')
    assert place(stop) == "{main} 5"
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"


async def test_errors_in_functions_of_php_show_where_they_were_called(debug: DebugPhp) -> None:
    one = debug("function f($n) {\n return intdiv($n, 0);\n}\nf(5);\n")
    stop = await one.seen.at(1)
    assert (stop.description, place(stop)) == ("DivisionByZeroError", "f 3")
    assert (await variables(one))["$n"]["value"] == "5"
    assert await evaluated(one, "$n + 1") == "6"


async def test_lines_without_code_are_moved_and_files_not_included_yet_are_waited_for(
    debug: DebugPhp,
) -> None:
    one = debug(
        "require 'lib/help me.php';\n\n// nothing\n\necho help(); // b\n",
        "b",
        files={"lib/help me.php": "<?php\nfunction help() {\n\n  return 'helped'; // a\n}\n"},
        breakpoints=[
            Breakpoint("moved", "main.php", 4),
            Breakpoint("late", "lib/help me.php", 3),
            Breakpoint("beyond", "main.php", 500),
        ],
    )
    assert place(await one.seen.at(1)) == "{main} 6"
    assert one.seen.breakpoints["moved"].line == 6
    assert one.seen.breakpoints["late"].line == 4
    assert one.seen.breakpoints["late"].verified
    assert not one.seen.breakpoints["beyond"].verified
    assert one.seen.breakpoints["beyond"].message == "PHP has loaded no code at this line yet"
    await one.go_on()
    stop = await one.seen.at(2)
    assert (stop.frames[0].file, place(stop)) == ("lib/help me.php", "help 4")


async def test_each_breakpoint_of_a_line_is_obeyed_and_so_are_those_where_a_step_ends(
    debug: DebugPhp,
) -> None:
    one = debug(
        "\n$n = 1;\n$n = 2;\n\n$n = 3;\n$n = 4;\n",
        breakpoints=[
            Breakpoint("moved", "main.php", 2, log_message="moved {$n}"),
            Breakpoint("there", "main.php", 3),
            Breakpoint("next", "main.php", 4, log_message="n is {$n}"),
            Breakpoint("far", "main.php", 5, condition="$n == 2"),
            Breakpoint("never", "main.php", 6, condition="$n == 2"),
        ],
    )
    stop = await one.seen.at(1)
    assert (place(stop), stop.breakpoints) == ("{main} 3", ("there",))
    assert one.seen.log == "moved null\n"
    stop = await one.step("next")
    assert (place(stop), stop.reason, stop.breakpoints) == ("{main} 4", "step", ())
    assert one.seen.log == "moved null\nn is 1\n"
    stop = await one.step("next")
    assert (place(stop), stop.reason, stop.breakpoints) == (
        "{main} 6",
        "breakpoint",
        ("far", "never"),
    )
    assert (await one.step("next")).reason == "step"


async def test_conditions_are_what_php_takes_for_true(debug: DebugPhp) -> None:
    line = 2
    program = "for ($i = 0; $i < 9; $i++)\n  $n = $i;\n"
    one = debug(program, breakpoints=[Breakpoint("c", "main.php", line + 1, "$i & 4")])
    await one.seen.at(1)
    assert (await variables(one))["$i"]["value"] == "4"
    bad = Breakpoint("bad", "main.php", line + 1, "$i ==")
    await one.session.set_breakpoints([bad])
    assert not one.seen.breakpoints["bad"].verified
    assert one.seen.breakpoints["bad"].message == 'Syntax error, unexpected token ")"'
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"


async def test_a_condition_is_evaluated_once_for_each_time_that_its_line_is_reached(
    debug: DebugPhp,
) -> None:
    counted = Breakpoint("counted", "main.php", 4, "++$count == 3")
    one = debug("$count = 0;\nfor ($i = 0; $i < 9; $i++)\n  $n = $i;\n", breakpoints=[counted])
    await one.seen.at(1)
    assert await evaluated(one, "[$i, $count]") == "array(2) [2, 3]"
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"


async def test_methods_are_stopped_at_by_name(debug: DebugPhp) -> None:
    one = debug(
        "class C { function m($a) { return $a; } static function s() { return 1; } }\n"
        "(new C)->m(1); (new C)->m(2); C::s();\n",
        functions=[FunctionBreakpoint("m", "C->m", "$a == 2"), FunctionBreakpoint("s", "C::s()")],
    )
    assert (await one.seen.at(1)).frames[0].name == "C->m"
    assert (await variables(one))["$a"]["value"] == "2"
    await one.go_on()
    assert (await one.seen.at(2)).frames[0].name == "C::s"


async def test_a_step_that_something_else_ended_does_not_end_again(debug: DebugPhp) -> None:
    one = debug(
        """
function inner() {
  return 1; // a
}
function outer() {
  inner();
  $x = 1;
  return $x;
}
outer();
$last = 1;
$last = 2; // b
""",
        "ab",
        stop_on_entry=True,
    )
    assert (await one.seen.at(1)).reason == "entry"
    assert place(await one.step("next")) == "inner 4"
    assert place(await one.step("continue")) == "{main} 13"
    one.handle.stop("Ada")
    await one.seen.outcome()


async def test_a_step_goes_on_over_exceptions_that_are_caught(debug: DebugPhp) -> None:
    one = debug(
        "function f() { try {\n throw new Exception;\n } catch (Exception) {} }\n"
        "f(); // a\n$n = 1;\n$n = 2;\n",
        "a",
    )
    await one.seen.at(1)
    stop = await one.step("next")
    assert (stop.reason, place(stop)) == ("step", "{main} 6")


async def test_a_program_can_ask_for_its_debugger(debug: DebugPhp) -> None:
    one = debug("$n = 1;\nxdebug_break();\n$n = 2;\n")
    stop = await one.seen.at(1)
    assert (stop.reason, place(stop)) == ("breakpoint", "{main} 4")


async def test_a_program_that_runs_takes_breakpoints_and_can_be_paused(debug: DebugPhp) -> None:
    program = "echo 'on';\nwhile (true) {\n  usleep(1000);\n  $n = 1; // a\n}\n"
    one = debug(program)
    await one.seen.until(lambda: one.seen.is_running and "on" in one.seen.text)
    await one.session.pause(None)
    stop = await one.seen.at(1)
    assert (stop.reason, stop.frames[0].name) == ("pause", "{main}")
    await one.go_on()
    await one.session.set_breakpoints([Breakpoint("a", "main.php", 5)])
    stop = await one.seen.at(2)
    assert (stop.reason, place(stop)) == ("breakpoint", "{main} 5")
    await one.seen.until(lambda: one.seen.breakpoints["a"].verified)
    await one.session.set_breakpoints([])
    await one.go_on()
    await one.session.pause(None)
    assert (await one.seen.at(3)).reason == "pause"
    one.handle.stop("Ada")
    assert await one.seen.outcome() == "stopped by Ada"


async def test_a_program_that_waits_for_input_takes_breakpoints_at_once(debug: DebugPhp) -> None:
    program = """
echo 'name? ';
$name = fgets(STDIN);
usleep(30_000); // Xdebug looks for news every 25 ms
$n = 1;
$n = 2; // a
"""
    one = debug(program)
    await one.seen.until(lambda: one.seen.is_running and "name?" in one.seen.text)
    async with asyncio.timeout(5):
        await one.session.set_breakpoints([Breakpoint("a", "main.php", 7)])
    assert [each.verified for each in one.seen.breakpoints.values()] == [False]
    one.handle.write(b"Ada\r")
    assert place(await one.seen.at(1)) == "{main} 7"
    assert [each.verified for each in one.seen.breakpoints.values()] == [True]
    assert (await variables(one))["$name"]["value"] == '"Ada\\n"'


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("exit(3);", "exited(3)"),
        ("function {", "exited(255)"),
        ("posix_kill(getmypid(), 11);", "killed by signal 11 (SIGSEGV)"),
        ("", "exited(0)"),
        ("register_shutdown_function(function () { exit(5); });", "exited(5)"),
    ],
)
async def test_a_program_that_ends_at_once_ends_its_session(
    debug: DebugPhp, program: str, outcome: str
) -> None:
    assert await debug(program).seen.outcome() == outcome


async def test_a_program_has_its_name_arguments_and_terminal(debug: DebugPhp) -> None:
    one = debug("echo $argv[0], ' ', posix_isatty(STDIN) ? 'terminal' : 'pipe', \"\\n\";")
    assert await one.seen.outcome() == "exited(0)"
    assert one.seen.text == "main.php terminal\n"


@pytest.mark.usefixtures("debug")  # for its image
async def test_xdebug_is_not_loaded_into_a_program_that_is_only_run(docker_runner: Runner) -> None:
    main = SourceFile("main.php", b"<?php var_dump(extension_loaded('xdebug'));")
    seen = Recorder()
    docker_runner.submit(RunRequest("room", PHP, (main,), "main.php"), seen)
    await seen.outcome()
    assert seen.text == "bool(false)\n"
