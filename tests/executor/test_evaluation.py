"""Expressions in the console of a debugger that takes commands there."""

from collections.abc import Mapping
from typing import Any

import pytest

from executor.dap import Body
from executor.debugger_files import load_debuggers
from executor.errors import AdapterRefused, AdapterSilent
from executor.evaluation import in_console

GDB, DEBUGPY = load_debuggers()["gdb"], load_debuggers()["debugpy"]


class Debugger:
    """Knows one expression and one command."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, arguments: Mapping[str, Any]) -> Body:
        context, text = arguments["context"], arguments["expression"]
        self.asked.append(context)
        if text == "hang":
            raise AdapterSilent("no answer")
        if (context, text) in {("watch", "x"), ("repl", "info line")}:
            return {"result": f"{context} {text}"}
        raise AdapterRefused(f"no {context}.")


@pytest.mark.parametrize(
    ("text", "result"), [("x", "watch x"), ("info line", "repl info line")], ids=str
)
async def test_expressions_come_before_commands(text: str, result: str) -> None:
    told = await in_console(Debugger().ask, {"expression": text, "context": "repl"}, GDB)
    assert told["result"] == result


async def test_what_is_neither_is_refused_with_both_reasons() -> None:
    with pytest.raises(AdapterRefused, match=r"^no watch\. As the debugger's command: no repl\.$"):
        await in_console(Debugger().ask, {"expression": "y", "context": "repl"}, GDB)


async def test_what_hangs_is_not_tried_as_a_command_too() -> None:
    debugger = Debugger()
    with pytest.raises(AdapterSilent):
        await in_console(debugger.ask, {"expression": "hang", "context": "repl"}, GDB)
    assert debugger.asked == ["watch"]


async def test_other_debuggers_are_asked_once() -> None:
    debugger = Debugger()
    with pytest.raises(AdapterRefused):
        await in_console(debugger.ask, {"expression": "x", "context": "repl"}, DEBUGPY)
    assert debugger.asked == ["repl"]
