"""What PHP's debug adapter shows of a program that stands still, and what it evaluates there."""

import pytest

from executor.breakpoints import Breakpoint
from executor.errors import AdapterRefused
from tests.executor.debugging import refused
from tests.executor.php import (
    BUILD_SECONDS,
    DebugPhp,
    error,
    evaluated,
    inside,
    is_set,
    place,
    scope,
    variables,
)

pytestmark = pytest.mark.timeout(BUILD_SECONDS)

VALUES = r"""
enum Suit: string { case Hearts = 'H'; }
class Base { private $secret = 1; public static $count = 7; }
class Point extends Base { public $x = 1; private $secret = 2; public ?Point $next = null; }
function f() {
  $null = null; $yes = true; $int = -5; $float = 3.0; $infinite = INF;
  $text = "a \"b\" \$c \\ \n\täöü €"; $bytes = "\xff\0"; $long = str_repeat('ab', 5000);
  $list = [1, 2, 3]; $map = ['a' => 1, 'b c' => [1], -5 => "x"]; $none = [];
  $point = new Point; $point->next = new Point; $suit = Suit::Hearts;
  $anonymous = new class { public $z = 1; }; $größe = 1;
  $file = fopen('php://memory', 'r'); $unused ??= null; unset($unused);
  return 1; // a
}
f();
"""
SHOWN = {
    "$null": "null",
    "$yes": "true",
    "$int": "-5",
    "$float": "3.0",
    "$infinite": "INF",
    "$text": '"a \\"b\\" \\$c \\\\ \\n\\täöü €"',
    "$bytes": '"\\xff\\x00"',
    "$long": '"' + "ab" * 499 + 'a"… (10000 bytes)',
    "$list": "array(3) [1, 2, 3]",
    "$map": 'array(3) ["a" => 1, "b c" => array(1), -5 => "x"]',
    "$none": "array(0)",
    "$point": "Point {::$count: 7, secret (Base): 1, x: 1, secret: 2, next: Point}",
    "$suit": "Suit::Hearts",
    "$anonymous": "class@anonymous {z: 1}",
    "$größe": "1",
}


async def test_values_look_as_php_writes_them(debug: DebugPhp) -> None:
    one = debug(VALUES, "a")
    await one.seen.at(1)
    shown = await variables(one)
    values = {name: variable["value"] for name, variable in shown.items()}
    assert values.pop("$file").endswith(" of type stream")
    assert values == SHOWN
    point = await inside(one, shown["$point"]["variablesReference"])
    assert set(point) == {"::$count", "secret (Base)", "x", "secret", "next"}
    assert point["next"]["evaluateName"] == "$point->next"
    assert await evaluated(one, point["::$count"]["evaluateName"]) == "7"


async def test_globals_and_constants_are_scopes_of_their_own(debug: DebugPhp) -> None:
    one = debug(
        "const ANSWER = [42, [43]]; $größe = 1; function f() { $l = 2;\n return $l; // a\n } f();",
        "a",
    )
    await one.seen.at(1)
    assert set(await variables(one)) == {"$l"}
    assert {"$größe", "$argv", "$_SERVER"} <= set(await variables(one, "Globals"))
    constants = await variables(one, "Constants")
    assert constants["ANSWER"]["value"] == "array(2) [42, array(1)]"
    opened = await inside(one, constants["ANSWER"]["variablesReference"])
    assert [each["value"] for each in opened.values()] == ["42", "array(1) [43]"]
    reference = (await scope(one, "Constants"))["variablesReference"]
    refusal = await refused(lambda: is_set(one, reference, "ANSWER", "1"), AdapterRefused)
    assert refusal == "ANSWER can not be set"
    reference = (await scope(one, "Globals"))["variablesReference"]
    assert await is_set(one, reference, "$größe", "'new'") == '"new"'
    assert await evaluated(one, "$größe", depth=1) == '"new"'


async def test_static_methods_show_the_properties_of_their_class(debug: DebugPhp) -> None:
    one = debug(
        "class C { static $all = [[1]];\n static function m() {\n return 1; // a\n } } C::m();", "a"
    )
    await one.seen.at(1)
    shown = await variables(one)
    assert shown["self::$all"]["value"] == "array(1) [array(1)]"
    assert (await inside(one, shown["self::$all"]["variablesReference"]))["0"][
        "value"
    ] == "array(1) [1]"
    reference = (await scope(one, "Locals"))["variablesReference"]
    assert await is_set(one, reference, "self::$all", "5") == "5"
    assert await evaluated(one, "C::$all") == "5"


async def test_any_frame_can_be_looked_at_and_changed(debug: DebugPhp) -> None:
    one = debug(
        """
function inner() { $name = 'inner';
  return 1; // a
}
class Outer { private $hidden = ['k' => 1];
  function call() { $name = 'outer'; $list = [1, [2]]; inner(); echo "$name $list[0]\\n"; }
}
(new Outer)->call();
""",
        "a",
    )
    stop = await one.seen.at(1)
    assert [frame.name for frame in stop.frames] == ["inner", "Outer->call", "{main}"]
    assert await evaluated(one, "$name . $this->hidden['k']", depth=1) == '"outer1"'
    assert await evaluated(one, "$name = 'changed'", "repl", depth=1) == '"changed"'
    reference = (await scope(one, "Locals", 1))["variablesReference"]
    listed = await inside(one, reference)
    assert await is_set(one, listed["$list"]["variablesReference"], "0", "1 + 1") == "2"
    assert await is_set(one, listed["$this"]["variablesReference"], "hidden", "[]") == "array(0)"
    assert await evaluated(one, "$name") == '"inner"'
    await one.go_on()
    assert await one.seen.outcome() == "exited(0)"
    assert "changed 2\n" in one.seen.text


async def test_what_is_evaluated_can_be_opened_and_leaves_nothing_behind(debug: DebugPhp) -> None:
    one = debug("function f() {\n return 1; // a\n }\nf();\necho count($GLOBALS); // b\n", "ab")
    await one.seen.at(1)
    stop, frame = one.here, one.here.frames[0].id
    expression = "array_fill(0, 3, [[7]])"
    body = await one.session.evaluate(stop.number, expression, frame, "watch", "Ada")
    rows = await inside(one, body["variablesReference"])
    deeper = await inside(one, rows["2"]["variablesReference"])
    assert (await inside(one, deeper["0"]["variablesReference"]))["0"]["value"] == "7"
    names = set(await variables(one, "Globals"))
    await one.go_on()
    await one.seen.at(2)
    assert await evaluated(one, 'array_map(fn($n) => "$$n", array_keys($GLOBALS))') != ""
    await one.go_on()
    await one.seen.outcome()
    assert one.seen.text.strip() == str(len(names))


async def test_the_console_takes_statements_and_says_what_is_wrong(debug: DebugPhp) -> None:
    one = debug("$n = 1;\n$n = 2; // a\n$n = 3; // b\n", "ab")
    await one.seen.at(1)
    assert await evaluated(one, "foreach ([1, 2] as $i) { $n += $i; }", "repl") == ""
    assert await evaluated(one, "echo 'said';", "repl") == ""
    assert await evaluated(one, "$n // the sum") == "4"
    assert await error(one, "1 +") == 'Syntax error, unexpected token ")"'
    assert await error(one, "gone()") == "Error: Call to undefined function gone()"
    assert await error(one, "throw new LogicException('no')") == "LogicException: no"
    assert await error(one, "isset($n + 1)") == (
        "Cannot use isset() on the result of an expression "
        '(you can use "null !== expression" instead)'
    )
    assert await error(one, "exit(3)") == "PHP could not finish it"
    assert await error(one, "") == 'Syntax error, unexpected token ")"'
    await one.go_on()
    assert place(await one.seen.at(2)) == "{main} 4"
    assert "said" in one.seen.text


async def test_what_is_under_the_mouse_is_not_run(debug: DebugPhp) -> None:
    one = debug("$o = (object) ['p' => 1]; function f() {}\n$n = 1; // a\n", "a")
    await one.seen.at(1)
    assert await evaluated(one, "$o->p", "hover") == "1"
    assert await evaluated(one, "PHP_VERSION_ID", "hover") > "80400"
    for word in ("exit", "die", "f()", "$o->p = 2", "f", "echo"):
        await error(one, word, "hover")
    assert await evaluated(one, "$o->p") == "1"


async def test_names_are_completed(debug: DebugPhp) -> None:
    one = debug(
        "function fully() {}\nclass P { public $size = 1; function sum() {} } $point = new P;\n"
        "$n = 1; // a\n",
        "a",
    )
    await one.seen.at(1)

    async def offered(text: str) -> list[tuple[str, int, int]]:
        frame = one.here.frames[0].id
        told = await one.session.completions(1, frame, text, len(text) + 1)
        return [(each["label"], each["start"], each["length"]) for each in told["targets"]]

    assert await offered("1 + $poi") == [("$point", 4, 4)]
    assert await offered("$point->s") == [("size", 8, 1), ("sum(", 8, 1)]
    assert await offered("fully") == [("fully(", 0, 5)]
    assert ("str_replace(", 0, 8) in await offered("str_repl")
    assert await offered("$none->x") == []


async def test_names_mean_what_they_mean_in_the_file(debug: DebugPhp) -> None:
    kinds = (
        "<?php\nnamespace Lib\\Kinds;\nenum Suit { case Hearts; }\nclass Card { const MAX = 52; }\n"
    )
    one = debug(
        """
namespace App;
use Lib\\Kinds\\{Suit, Card as Top};
require 'kinds.php';
const LIMIT = 2;
function doubled($n) { return $n * 2; }
for ($i = 0; $i < 9; $i++)
  $n = $i; // a
""",
        files={"kinds.php": kinds},
        breakpoints=[Breakpoint("a", "main.php", 9, "doubled($i) > LIMIT * 2")],
    )
    await one.seen.at(1)
    assert await evaluated(one, "doubled($i)") == "6"
    assert await evaluated(one, "[Suit::Hearts, Top::MAX, LIMIT, \\strlen('abc')]") == (
        "array(4) [Lib\\Kinds\\Suit, 52, 2, 3]"
    )
    assert await evaluated(one, "Suit::Hearts", "hover") == "Lib\\Kinds\\Suit::Hearts"
    assert await evaluated(one, "$later = doubled(4); echo $later;", "repl") == ""
    assert await error(one, "new Nothing") == 'Error: Class "App\\Nothing" not found'
    assert await is_set(one, (await scope(one))["variablesReference"], "$i", "Top::MAX") == "52"
