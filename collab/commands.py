"""Commands and their replies: JSON objects with an id, answered once each (DESIGN, section 5)."""

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
    except CommandError as error:
        code, message = error.code, str(error)
    except Exception:
        logger.exception("a command failed")
        code, message = "internal", "the server failed to carry this out; it has been logged"
    return {"reply": number, "error": {"code": code, "message": message}}


def encode_json(value: object) -> bytes:
    """The compact UTF-8 form that goes over the wire."""
    return orjson.dumps(value)


def _parse(payload: bytes) -> dict[str, object]:
    try:
        command = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise CommandError(
            "invalid", f"a command is a JSON object; this is no JSON: {error}"
        ) from None
    if not isinstance(command, dict) or not isinstance(command.get("id"), int | str):
        raise CommandError("invalid", "a command is a JSON object with an id and a type")
    return command
