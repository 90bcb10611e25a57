"""What was asked about a stop, kept for who asks next: a room's people look at the same things."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from executor.dap import Body
from executor.errors import AdapterRefused

MAX_ANSWERS = 2000
MAX_CHARACTERS = 8 << 20  # of all answers together, in JSON
MAX_SIZES = 100_000  # that are remembered
MAX_AT_ONCE = 10_000  # elements that are read together; js-debug loses its program over 100,000


@dataclass(frozen=True, slots=True)
class Part:
    """What is read of the variables of a scope or a value.

    Attributes:
        count: 0 is for all.
        kind: `indexed` or `named` for elements, or the rest, of what has both; empty for both, or
            for elements alone if it is a page.
    """

    reference: int
    start: int = 0
    count: int = 0
    kind: str = ""

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the request's arguments."""
        kind = self.kind or ("indexed" if self.count else "")
        page = {"start": self.start, "count": self.count} if self.count else {}
        filtered = {"filter": kind} if kind else {}
        return {"variablesReference": self.reference, **page, **filtered}

    def __str__(self) -> str:
        """Return its name among others: what all of a reference is, is the reference."""
        page = f"@{self.start}+{self.count}" if self.count else ""
        return f"{self.reference}{page}{'@named' if self.kind == 'named' else ''}"


@dataclass(frozen=True, slots=True)
class _Answer:
    body: Body
    characters: int


@dataclass(frozen=True, slots=True)
class _Size:
    elements: int = 0
    named: int = 0


class Inspection:
    """The answers of one stop."""

    def __init__(self) -> None:
        self._answers: dict[str, _Answer] = {}
        self._set: dict[tuple[int, str], Body] = {}
        self._sizes: dict[int, _Size] = {}
        """Of what can be opened, as far as that is known."""

    def checked(self, part: Part) -> dict[str, Any]:
        """Return the arguments that read a part, if it is not too large.

        Raises:
            AdapterRefused: it has to be read in pages.
        """
        size = self._sizes.get(part.reference, _Size())
        has_others = part.kind == "named" and size.named > 0
        if size.elements > MAX_AT_ONCE and not part.count and not has_others:
            raise AdapterRefused(
                f"there are {size.elements} elements: read them in pages, by count"
            )
        return part.arguments

    def forget(self) -> None:
        """Drop all answers: the program has gone on, or may have changed in any way."""
        self._answers = {}
        self._set = {}

    def noted(self, answer: Body) -> Body:
        """Note how large is what an answer tells of, and return it."""
        if len(self._sizes) > MAX_SIZES:
            self._sizes = {}
        lists = (answer.get(name) for name in ("variables", "scopes"))
        held = [each for one in lists if isinstance(one, list) for each in one]
        for each in (answer, *held):
            if isinstance(each, dict) and isinstance(each.get("variablesReference"), int):
                counts = (each.get(name) for name in ("indexedVariables", "namedVariables"))
                size = _Size(*(count if isinstance(count, int) else 0 for count in counts))
                self._sizes[each["variablesReference"]] = size
        return answer

    def change(self, reference: int, name: str, told: Body) -> None:
        """Note that a variable was set; `told` is what the adapter made of it.

        What depends on it is to be asked again. Itself is not: some adapters go on showing what it
        was when the program stopped.
        """
        self._answers = {}
        kept = ("value", "type", "variablesReference", "namedVariables", "indexedVariables")
        self._set[reference, name] = {key: told[key] for key in kept if key in told}

    def changed(self, part: Part, body: Body) -> Body:
        """Return a `variables` answer with what was set since the stop.

        Of an adapter that tells all elements whatever page it is asked for, it is cut.
        """
        told = body.get("variables", [])
        elements = self._sizes.get(part.reference, _Size()).elements
        if part.count and len(told) >= elements > part.count:
            told = told[part.start : part.start + part.count]
        variables = [{**each, **self._set.get((part.reference, each["name"]), {})} for each in told]
        return {**body, "variables": variables}

    def known(self, command: str, arguments: Mapping[str, Any]) -> Body | None:
        """Return what was answered before."""
        answer = self._answers.get(_key(command, arguments))
        return None if answer is None else answer.body

    def keep(self, command: str, arguments: Mapping[str, Any], body: Body) -> None:
        """Note an answer; of too many the oldest are dropped."""
        self.noted(body)
        key, answers = _key(command, arguments), self._answers
        answers[key] = _Answer(body, len(key) + len(json.dumps(body)))
        while (
            len(answers) > MAX_ANSWERS
            or sum(kept.characters for kept in answers.values()) > MAX_CHARACTERS
        ):
            del answers[next(iter(answers))]


def _key(command: str, arguments: Mapping[str, Any]) -> str:
    return f"{command} {json.dumps(arguments, sort_keys=True)}"
