"""What a command of the room socket is refused with when it is none."""

import pytest

from collab.commands import answer
from collab.errors import CommandError
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
        "reply": None,
        "error": {
            "code": "invalid",
            "message": "a command is a JSON object; this is no JSON: "
            "no low surrogate in string: line 1 column 41 (char 40)",
        },
    }
