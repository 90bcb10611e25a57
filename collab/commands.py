"""Commands and their replies: JSON objects with an id, answered once each (DESIGN, section 5)."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping

import orjson

from collab.errors import CommandError

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, object]], Awaitable[object]]


async def answer(payload: bytes, handle: Handler) -> dict[str, object]:
    """Has a command handled; a refusal, or a defect of ours, becomes an error reply."""
    number: object = None
    try:
        command = _parse(payload)
        number = command["id"]
        return {"reply": number, "ok": await handle(command)}
    except _NotJson as error:
        number, code, message = error.number, error.code, str(error)
    except CommandError as error:
        code, message = error.code, str(error)
    except Exception:
        logger.exception("a command failed")
        code, message = "internal", "the server failed to carry this out; it has been logged"
    return {"reply": number, "error": {"code": code, "message": message}}


def encode_json(value: object) -> bytes:
    """The compact UTF-8 form that goes over the wire."""
    return orjson.dumps(value)


class _NotJson(CommandError):
    """A command that can't be read.

    Attributes:
        number: its id, where that much can be read: there may be half of a character elsewhere.
    """

    def __init__(self, reason: str, payload: bytes) -> None:
        super().__init__("invalid", f"a command is a JSON object; this is no JSON: {reason}")
        self.number = _number_in(payload)


def _parse(payload: bytes) -> dict[str, object]:
    try:
        command = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise _NotJson(str(error), payload) from None
    if not isinstance(command, dict) or not _is_number(command.get("id")):
        raise CommandError("invalid", "a command is a JSON object with an id and a type")
    return command


def _number_in(payload: bytes) -> object:
    """The id in what only a laxer reader takes for JSON; None without one."""
    try:
        command = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    number = command.get("id") if isinstance(command, dict) else None
    return number if _is_number(number) else None


def _is_number(value: object) -> bool:
    """Whether this can be a command's id, and be sent back: a whole number, or a text."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value)
    return type(value) is int and -(2**63) <= value < 2**63
