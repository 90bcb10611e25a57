"""PHP programs that make trouble for their debugger, in real sandboxes."""

import asyncio

import pytest

from executor.errors import AdapterRefused
from tests.executor.debugging import refused
from tests.executor.php import (
    BUILD_SECONDS,
    DebugPhp,
    error,
    evaluated,
    inside,
    place,
    scope,
    variables,
)

pytestmark = pytest.mark.timeout(BUILD_SECONDS)

BROKEN_OFF = "it took too long, and was broken off"
ANSWER_SECONDS = 12  # on a machine under load; most take some milliseconds
DEBUGGER = (
    "array_filter(scandir('/proc'), fn ($pid) => ctype_digit($pid) && str_contains("
    "@file_get_contents(\"/proc/$pid/cmdline\"), 'adapter.php'))"
)
IMITATION = '<response command="run" transaction_id="1" status="stopped" reason="ok"></response>'


async def test_a_million_elements_are_read_by_the_page(debug: DebugPhp) -> None:
    one = debug("$all = range(1, 1_000_000);\n$named = array_flip($all); // a\n$n = 1; // b\n", "b")
    await one.seen.at(1)
    async with asyncio.timeout(ANSWER_SECONDS):
        for name, value in (("$all", "500051"), ("$named", "500050")):
            shown = (await variables(one))[name]
            assert shown["indexedVariables"] == 1_000_000
            assert shown["value"].startswith("array(1000000) [")
            page = await inside(one, shown["variablesReference"], 500_050, 20)
            assert len(page) == 20
            assert next(iter(page.values()))["value"] == value
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"


async def test_more_than_a_list_holds_is_counted(debug: DebugPhp) -> None:
    one = debug(
        '$o = new stdClass; for ($i = 0; $i < 5000; $i++) { $o->{"p$i"} = $i; }\n$n = 1; // a\n',
        "a",
    )
    await one.seen.at(1)
    shown = (await variables(one))["$o"]
    properties = await inside(one, shown["variablesReference"])
    assert len(properties) == 1001
    assert properties["…"]["value"] == "4000 more"


async def test_long_texts_are_cut(debug: DebugPhp) -> None:
    one = debug("$s = str_repeat('€', 17_000_000);\n$n = 1; // a\n", "a")
    await one.seen.at(1)
    async with asyncio.timeout(ANSWER_SECONDS):
        assert (await variables(one))["$s"]["value"].endswith('€"… (51000000 bytes)')
        for context in ("watch", "repl", "hover"):
            assert len(await evaluated(one, "$s", context)) < 30_000
        assert len(await evaluated(one, "[[$s, $s], $s]")) < 30_000
    assert await evaluated(one, "strlen($s)") == "51000000"


async def test_a_page_of_everything_large_fits_into_an_answer(debug: DebugPhp) -> None:
    one = debug(
        '$row = array_fill(0, 100, str_repeat("\\0", 100_000));\n'
        "$rows = array_fill(0, 100, $row);\n"
        "$n = 1; // a\n",
        "a",
    )
    await one.seen.at(1)
    shown = (await variables(one))["$rows"]
    async with asyncio.timeout(ANSWER_SECONDS):
        rows = await inside(one, shown["variablesReference"])
        assert len(rows) == 100
        assert len(await inside(one, rows["0"]["variablesReference"])) == 100


async def test_nesting_is_opened_a_level_at_a_time(debug: DebugPhp) -> None:
    one = debug("$a = [];\nfor ($i = 0; $i < 20000; $i++) { $a = [$a]; }\n$n = 1; // a\n", "a")
    await one.seen.at(1)
    shown = (await variables(one))["$a"]
    for _ in range(50):
        shown = (await inside(one, shown["variablesReference"]))["0"]
    assert shown["value"] == "array(1) [array(1)]"


async def test_a_stack_of_thousands_of_frames_is_read_by_the_page(debug: DebugPhp) -> None:
    one = debug(
        "function f($n) { return $n ? f($n - 1) : g(); }\n"
        "function g() {\n return 1; // a\n}\nf(20_000);\n",
        "a",
    )
    stop = await one.seen.at(1)
    assert (len(stop.frames), stop.total_frames) == (50, 20_003)
    async with asyncio.timeout(ANSWER_SECONDS):
        told = await one.session.stack_trace(1, stop.thread_id, 20_001, 50)
        assert [frame["name"] for frame in told["frames"]] == ["f", "{main}"]
        frame = told["frames"][0]["id"]
        assert (await one.session.evaluate(1, "$n", frame, "watch", "Ada"))["result"] == "20000"


async def test_names_and_messages_of_any_bytes_are_shown(debug: DebugPhp) -> None:
    one = debug(
        '${"a b"} = 1; ${"\\xff"} = 2; $o = new stdClass; $o->{"]]>\\n"} = 3;\n'
        "throw new Exception(\"\\0\\x01 ]]> \\xff\" . str_repeat('x', 20_000_000));",
    )
    stop = await one.seen.at(1)
    assert stop.reason == "exception"
    shown = await variables(one)
    assert shown["$a b"]["value"] == "1"
    assert [
        each["value"] for each in (await inside(one, shown["$o"]["variablesReference"])).values()
    ] == ["3"]
    await one.go_on()
    assert await one.seen.outcome() == "exited(255)"


async def test_more_variables_than_can_be_told_are_refused(debug: DebugPhp) -> None:
    one = debug(
        "for ($i = 0; $i < 3000; $i++) { ${str_repeat('v', 3000) . $i} = $i; }\n"
        "$n = 1; // a\n$n = 2; // b\n",
        "ab",
    )
    await one.seen.at(1)
    reference = (await scope(one, "Locals"))["variablesReference"]
    async with asyncio.timeout(ANSWER_SECONDS):
        refusal = await refused(lambda: inside(one, reference), AdapterRefused)
        assert refusal == "these variables can't be read"
    assert await evaluated(one, "$n ?? 5") == "5"
    assert place(await one.step("continue")) == "{main} 4"


async def test_an_expression_without_end_is_broken_off(debug: DebugPhp) -> None:
    one = debug(
        "pcntl_signal(SIGALRM, fn () => print('rung'));\npcntl_alarm(40);\n$n = 1; // a\n"
        "echo pcntl_async_signals() ? 'async' : 'plain', pcntl_alarm(0) > 10 ? ' set' : ' lost';\n",
        "a",
    )
    await one.seen.at(1)
    assert await error(one, "(function () { while (true) {} })()", "repl") == BROKEN_OFF
    assert await evaluated(one, "$n ?? 'none'") == '"none"'
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"
    assert one.seen.text == "plain set"


async def test_what_is_let_go_of_may_throw_and_an_exception_be_named_as_a_warning(
    debug: DebugPhp,
) -> None:
    one = debug(
        "class Bomb { function __destruct() { throw new Exception('late'); } }\n"
        "class Warning extends Exception {}\nspl_autoload_register(fn () => throw new Error);\n"
        "$n = 1; // a\n"
        "try { throw new Warning('mine'); } catch (NotThere | Exception) { echo 'caught'; }\n"
        "throw new Warning('mine');\n",
        "a",
    )
    await one.seen.at(1)
    assert await evaluated(one, "new Bomb") == "Bomb"
    await one.go_on()
    stop = await one.seen.at(2)
    assert (stop.reason, place(stop), stop.description) == ("exception", "{main} 7", "Warning")
    assert one.seen.text == "caught"
    await one.go_on()
    assert await one.seen.outcome() == "exited(255)"


async def test_what_a_program_prints_is_not_taken_for_the_debuggers(debug: DebugPhp) -> None:
    packet = f"{len(IMITATION)}\\0{IMITATION}\\0".replace('"', '\\"')
    one = debug(f'echo "{packet}", "Content-Length: 2\\r\\n\\r\\n{{}}";\n$n = 1; // a\n', "a")
    await one.seen.at(1)
    assert await evaluated(one, "1 + 1") == "2"
    assert IMITATION in one.seen.text


async def test_a_debugger_that_its_program_kills_ends_the_session(debug: DebugPhp) -> None:
    one = debug(f"foreach ({DEBUGGER} as $pid) posix_kill((int) $pid, 9);\nsleep(1000);")
    assert (await one.seen.outcome()).startswith("the debugger failed: ")


@pytest.mark.parametrize("end", ["exit(4);", "sleep(1000);"])
async def test_a_program_that_closes_its_connection_is_debugged_no_longer(
    debug: DebugPhp, end: str
) -> None:
    closing = "$libc = FFI::cdef('int close(int);'); for ($i = 3; $i < 64; $i++) $libc->close($i);"
    one = debug(f"{closing}\n$n = 1; // a\n{end}\n", "a")
    async with asyncio.timeout(20):
        assert await one.seen.outcome() in {
            "exited(4)",
            "exited(0)",
            "killed by signal 9 (SIGKILL)",
        }


async def test_processes_that_it_begins_are_not_debugged_and_say_nothing_of_it(
    debug: DebugPhp,
) -> None:
    one = debug(
        'if (pcntl_fork() === 0) {\n  echo "child\\n"; // a\n  exit(0);\n}\npcntl_wait($status);\n'
        "passthru('php -r \"var_dump(extension_loaded(\\'xdebug\\'));\"');\n$n = 1; // b\n",
        "ab",
    )
    assert place(await one.seen.at(1)) == "{main} 8"
    assert one.seen.text == "child\nbool(false)\n"


async def test_a_connection_of_another_process_is_not_taken(debug: DebugPhp) -> None:
    one = debug(
        "var_dump(@stream_socket_client('unix:///tmp/xdebug-dap.sock'));\n$n = 1; // a\n", "a"
    )
    await one.seen.at(1)
    assert one.seen.text == "bool(false)\n"
