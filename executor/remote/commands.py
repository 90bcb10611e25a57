"""The commands of a debug session, as they are told to another process."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from executor.errors import ExecutorError
from executor.remote import values
from executor.service import Session

Json = Mapping[str, Any]


async def _resume(session: Session, told: Json) -> None:
    await session.resume(told["command"], told["stop"], told["thread_id"], told["by"])


async def _run_to(session: Session, told: Json) -> None:
    await session.run_to(told["stop"], told["path"], told["lines"], told["by"])


async def _pause(session: Session, told: Json) -> None:
    await session.pause(told["thread_id"])


async def _stack_trace(session: Session, told: Json) -> object:
    return await session.stack_trace(told["stop"], told["thread_id"], told["first"], told["levels"])


async def _scopes(session: Session, told: Json) -> object:
    return await session.scopes(told["stop"], told["frame_id"])


async def _variables(session: Session, told: Json) -> object:
    return await session.variables(
        told["stop"], told["reference"], told["first"], told["count"], told["kind"]
    )


async def _evaluate(session: Session, told: Json) -> object:
    return await session.evaluate(
        told["stop"], told["expression"], told["frame_id"], told["context"], told["by"]
    )


async def _set_variable(session: Session, told: Json) -> object:
    return await session.set_variable(
        told["stop"], told["reference"], told["name"], told["value"], told["by"]
    )


async def _completions(session: Session, told: Json) -> object:
    return await session.completions(told["stop"], told["frame_id"], told["text"], told["column"])


async def _set_breakpoints(session: Session, told: Json) -> None:
    lines = values.read_breakpoints(told["lines"])
    await session.set_breakpoints(lines, values.read_functions(told["functions"]))


async def _set_exceptions(session: Session, told: Json) -> object:
    await session.set_exceptions([str(each) for each in told["filters"]])
    return session.chosen_exceptions


_COMMANDS: Mapping[str, Callable[[Session, Json], Awaitable[object]]] = {
    "resume": _resume,
    "run_to": _run_to,
    "pause": _pause,
    "stack_trace": _stack_trace,
    "scopes": _scopes,
    "variables": _variables,
    "evaluate": _evaluate,
    "set_variable": _set_variable,
    "completions": _completions,
    "set_breakpoints": _set_breakpoints,
    "set_exceptions": _set_exceptions,
}


async def obey(session: Session, command: str, arguments: Json) -> object:
    """Carry out a command; return what it comes to. Raises as the session does."""
    if command not in _COMMANDS:
        raise ExecutorError(f"there is no command {command} of a debug session")
    return await _COMMANDS[command](session, arguments)
