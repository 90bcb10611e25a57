"""Who has run or changed what in a debugged program, for the server's log.

Whoever operates a server can tell from it what was done by way of the debugger; the room itself
has its events for that.
"""

import logging

from pydantic import BaseModel

from collab.participant import Participant
from server.debug import commands

logger = logging.getLogger("server.audit")

SHOWN_CHARACTERS = 200  # of what was typed: enough to see what it was


def note(room_id: str, run: int, by: Participant, name: str, command: BaseModel) -> None:
    """Logs a command that may run code in the program; of others, nothing."""
    match command:
        case commands.Evaluate(expression=expression, context=context):
            more = {"context": context, "expression": _shown(expression)}
        case commands.SetVariable(name=variable, value=value):
            more = {"variable": _shown(variable), "value": _shown(value)}
        case _:
            return
    who = {"participant": by.id, "participant_name": by.name}
    logger.info("debug.%s", name, extra={"room": room_id, "run": run, **who, **more})


def note_watch(room_id: str, run: int, expression: str) -> None:
    """Logs that an expression is evaluated at every stop; who wrote it, the document says."""
    more = {"room": room_id, "run": run, "expression": _shown(expression)}
    logger.info("debug.watch", extra=more)


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
