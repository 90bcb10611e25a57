"""What was asked about a stop, kept for who asks next: a room's people look at the same things."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from executor.dap import Body

MAX_ANSWERS = 2000


class Inspection:
    """The answers of one stop."""

    def __init__(self) -> None:
        self._answers: dict[str, Body] = {}

    def forget(self) -> None:
        """Drop all: the program has gone on, or was changed."""
        self._answers = {}

    async def once(
        self,
        command: str,
        arguments: Mapping[str, Any],
        ask: Callable[[str, Mapping[str, Any]], Awaitable[Body]],
    ) -> Body:
        """Return what was answered before; else ask."""
        key = f"{command} {json.dumps(arguments, sort_keys=True)}"
        answers = self._answers
        if key not in answers:
            answer = await ask(command, arguments)
            if len(answers) >= MAX_ANSWERS:
                del answers[next(iter(answers))]
            answers[key] = answer
        return answers[key]
