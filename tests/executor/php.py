"""PHP programs under their debugger: places in them are marked by comments; what is seen there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from executor.breakpoints import Breakpoint
from executor.errors import AdapterRefused
from executor.language_files import load_catalogue
from executor.runner import Runner
from executor.stops import Stop
from tests.executor.debugging import Debugged, debugged, refused

BUILD_SECONDS = 180  # of the image, which takes half a minute
PHP = load_catalogue().resolve("php")
DebugPhp = Callable[..., Debugged]


def debugged_php(runner: Runner, text: str, marks: Sequence[str] = "", **more: Any) -> Debugged:
    """Debug a program with breakpoints at the marks `a`, `b` and so on, where it has them."""
    files = {"main.php": "<?php\n" + text, **more.pop("files", {})}
    at_marks = [
        Breakpoint(mark, path, line)
        for path, source in files.items()
        for line, words in enumerate(source.split("\n"), 1)
        for mark in marks
        if words.endswith(f"// {mark}")
    ]
    breakpoints = [*at_marks, *more.pop("breakpoints", ())]
    return debugged(runner, PHP, files, breakpoints, **more)


def place(stop: Stop) -> str:
    """Where a stop is: the function's name and the line."""
    return f"{stop.frames[0].name} {stop.frames[0].line}"


async def inside(one: Debugged, reference: int, start: int = 0, count: int = 0) -> dict[str, Any]:
    """What a scope or a value holds, by name."""
    told = await one.session.variables(one.here.number, reference, start, count)
    return {each["name"]: each for each in told["variables"]}


async def scope(one: Debugged, name: str = "Locals", depth: int = 0) -> Mapping[str, Any]:
    body = await one.session.scopes(one.here.number, one.here.frames[depth].id)
    return next(each for each in body["scopes"] if each["name"] == name)


async def variables(one: Debugged, name: str = "Locals", depth: int = 0) -> dict[str, Any]:
    return await inside(one, (await scope(one, name, depth))["variablesReference"])


async def evaluated(one: Debugged, expression: str, context: str = "watch", depth: int = 0) -> str:
    frame = one.here.frames[depth].id
    body = await one.session.evaluate(one.here.number, expression, frame, context, "Ada")
    return str(body["result"])


async def is_set(one: Debugged, reference: int, name: str, value: str) -> str:
    """Set a variable; return what it is then."""
    number = one.here.number
    return str((await one.session.set_variable(number, reference, name, value, "Ada"))["value"])


async def error(one: Debugged, expression: str, context: str = "watch") -> str:
    return await refused(lambda: evaluated(one, expression, context), AdapterRefused)
