"""How expressions are put to debuggers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from executor.dap import Body
from executor.debuggers import Debugger
from executor.errors import AdapterRefused, AdapterSilent

Ask = Callable[[Mapping[str, Any]], Awaitable[Body]]


def in_frame(frame_id: int | None) -> dict[str, int]:
    """Return the argument that says where."""
    return {} if frame_id is None else {"frameId": frame_id}


async def in_console(ask: Ask, arguments: Mapping[str, Any], debugger: Debugger) -> Body:
    """Evaluate in a console; where that is for the debugger's commands, expressions come first.

    People type names there, and a value in the console can be opened; what a command prints can't.
    """
    if not debugger.takes_commands:
        return await ask(arguments)
    try:
        return await ask({**arguments, "context": "watch"})
    except AdapterSilent:
        raise
    except AdapterRefused as no_expression:
        try:
            return await ask(arguments)
        except AdapterSilent:
            raise
        except AdapterRefused as no_command:
            words = f"{no_expression} As the debugger's command: {no_command}"
            raise AdapterRefused(words) from None
