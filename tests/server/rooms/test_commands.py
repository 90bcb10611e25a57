"""What a command of the room socket is refused with when it is none."""

from typing import cast

import pytest

from collab.commands import answer, encode_json
from collab.errors import CommandError
from server.debug.commands import parse_debug_command
from server.rooms.commands import parse_command


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"type": "run.fly"}, "there is no command 'run.fly'"),
        ({"type": 7}, "there is no command '7'"),
        ({}, "there is no command ''"),
        ({"type": "x" * 200}, f"there is no command '{'x' * 100}'"),
    ],
)
def test_a_command_that_there_is_not_is_named(fields: dict[str, object], message: str) -> None:
    with pytest.raises(CommandError) as refusal:
        parse_command(fields)
    assert (refusal.value.code, str(refusal.value)) == ("invalid", message)


async def test_what_is_no_json_is_told_with_the_reason_and_the_place() -> None:
    async def handle(_: object) -> object:
        raise AssertionError("there is nothing to handle")

    reply = await answer(b'{"id": 1, "type": "run.input", "data": "\\ud83d"}', handle)
    assert reply == {
        "reply": 1,
        "error": {
            "code": "invalid",
            "message": "a command is a JSON object; this is no JSON: "
            "no low surrogate in string: line 1 column 41 (char 40)",
        },
    }


@pytest.mark.parametrize(
    ("payload", "number"),
    [
        (b'{"id": "a", "x": "\\udead"}', "a"),
        (b'{"id": 7, "x": "\xff"}', None),
        (b'{"id": "\\ud83d", "x": 1}', None),
        (b'{"id": 36893488147419103232, "x": "\\ud83d"}', None),
        (b'{"id": true, "x": 1}', None),
        (b'{"id": 1.0, "x": 1}', None),
        (b'{"id": 3, "x": NaN}', 3),
        (b'{"id": 3, ' + b'"x": [' * 20_000, None),
        (b"[1", None),
    ],
)
async def test_a_command_that_is_none_is_answered_by_its_id_where_that_can_be_read(
    payload: bytes, number: object
) -> None:
    async def handle(_: object) -> object:
        raise AssertionError("there is nothing to handle")

    reply = await answer(payload, handle)
    assert encode_json(reply)
    assert reply["reply"] == number
    assert type(reply["reply"]) is type(number)
    error = cast("dict[str, str]", reply["error"])
    assert error["code"] == "invalid"


@pytest.mark.parametrize("value", ["1", True, 1.0, 10**30, [1]])
@pytest.mark.parametrize(
    ("command", "field", "others"),
    [
        ("run.stop", "run", {}),
        ("run.resize", "cols", {"run": 1, "rows": 24}),
        ("run.start", "rows", {}),
        ("debug.next", "stop", {}),
        ("debug.continue", "threadId", {"stop": 1}),
        ("debug.runToCursor", "line", {"stop": 1, "file": "main.py"}),
        ("debug.stackTrace", "levels", {"stop": 1, "threadId": 1}),
        ("debug.scopes", "frameId", {"stop": 1}),
        ("debug.variables", "variablesReference", {"stop": 1}),
        ("debug.variables", "start", {"stop": 1, "variablesReference": 1}),
        ("debug.variables", "count", {"stop": 1, "variablesReference": 1}),
        ("debug.evaluate", "frameId", {"stop": 1, "expression": "x"}),
        ("debug.completions", "column", {"stop": 1, "text": "x"}),
    ],
)
def test_a_number_is_nothing_that_only_looks_like_one(
    command: str, field: str, others: dict[str, object], value: object
) -> None:
    with pytest.raises(CommandError) as refusal:
        parse({"type": command, **others, field: value})
    assert refusal.value.code == "invalid"
    assert f"{field}: Input should be" in str(refusal.value)


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        ("run.stop", "run", 0),
        ("debug.next", "stop", 0),
        ("debug.next", "stop", None),
        ("debug.runToCursor", "line", 0),
        ("debug.stackTrace", "levels", 0),
        ("debug.stackTrace", "startFrame", -1),
        ("debug.variables", "variablesReference", 0),
        ("debug.variables", "start", -1),
        ("debug.variables", "count", -1),
        ("debug.completions", "column", 0),
    ],
)
def test_a_number_is_where_it_can_be(command: str, field: str, value: object) -> None:
    with pytest.raises(CommandError, match=rf"{field}: Input should be"):
        parse({"type": command, field: value})


@pytest.mark.parametrize("value", ["true", 1, "yes", None])
def test_yes_and_no_are_nothing_else(value: object) -> None:
    for fields in (
        {"type": "control.request", "what": "debug", "withdraw": value},
        {"type": "debug.start", "stopOnEntry": value},
    ):
        with pytest.raises(CommandError, match="should be a valid boolean"):
            parse(fields)


def test_what_is_controlled_goes_by_its_name() -> None:
    parse({"type": "control.take", "what": "debug"})
    with pytest.raises(CommandError, match="what: "):
        parse({"type": "control.take", "what": "everything"})


def parse(fields: dict[str, object]) -> object:
    kind = str(fields["type"])
    if kind.startswith("debug."):
        return parse_debug_command(kind.removeprefix("debug."), fields)
    return parse_command(fields)
