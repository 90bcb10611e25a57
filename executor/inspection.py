"""What was asked about a stop, kept for who asks next: a room's people look at the same things."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from executor.dap import Body

MAX_ANSWERS = 2000
MAX_CHARACTERS = 8 << 20  # of all answers together, in JSON


@dataclass(frozen=True, slots=True)
class _Answer:
    body: Body
    characters: int


class Inspection:
    """The answers of one stop."""

    def __init__(self) -> None:
        self._answers: dict[str, _Answer] = {}
        self._set: dict[tuple[int, str], Body] = {}

    def forget(self) -> None:
        """Drop all: the program has gone on, or may have changed in any way."""
        self._answers = {}
        self._set = {}

    def change(self, reference: int, name: str, told: Body) -> None:
        """Note that a variable was set; `told` is what the adapter made of it.

        What depends on it is to be asked again. Itself is not: some adapters go on showing what it
        was when the program stopped.
        """
        self._answers = {}
        kept = ("value", "type", "variablesReference", "namedVariables", "indexedVariables")
        self._set[reference, name] = {key: told[key] for key in kept if key in told}

    def changed(self, reference: int, body: Body) -> Body:
        """Return a `variables` answer with what was set since the stop."""
        variables = [
            {**each, **self._set.get((reference, each["name"]), {})}
            for each in body.get("variables", [])
        ]
        return {**body, "variables": variables}

    async def once(
        self,
        command: str,
        arguments: Mapping[str, Any],
        ask: Callable[[str, Mapping[str, Any]], Awaitable[Body]],
    ) -> Body:
        """Return what was answered before; else ask."""
        key = f"{command} {json.dumps(arguments, sort_keys=True)}"
        answers = self._answers
        if key in answers:
            return answers[key].body
        answer = await ask(command, arguments)
        answers[key] = _Answer(answer, len(key) + len(json.dumps(answer)))
        while (
            len(answers) > MAX_ANSWERS
            or sum(kept.characters for kept in answers.values()) > MAX_CHARACTERS
        ):
            del answers[next(iter(answers))]
        return answer
