"""A TOML table being read: every field is taken once and checked; what is left is an error."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from executor.errors import BrokenCatalogue

_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_BRACED = re.compile(r"\{[a-z_]+\}")


class Fields:
    """See the module.

    All that take a field raise `BrokenCatalogue`, naming `place` and the field, if it is not right.
    """

    def __init__(self, place: str, table: Mapping[str, Any]) -> None:
        self.place = place
        self.rest = dict(table)

    def check(self, is_right: bool, field: str, message: str) -> None:
        """Refuse the file unless this is right."""
        if not is_right:
            raise BrokenCatalogue(f"{self.place}: {field} {message}")

    def text(self, field: str, *, optional: bool = False) -> str:
        """Take a text; an optional one is empty if it is not there."""
        if optional and field not in self.rest:
            return ""
        value = self._take(field)
        self.check(isinstance(value, str) and value != "", field, "must be a text that isn't empty")
        return str(value)

    def optional_text(self, field: str) -> str:
        """Take a text; an empty one where it is not there."""
        return self.text(field) if field in self.rest else ""

    def name(self, field: str) -> str:
        """Take a name of an id's letters."""
        return self.checked_name(self.text(field), field)

    def checked_name(self, value: str, field: str) -> str:
        """Return a value that is such a name."""
        self.check(_NAME.fullmatch(value) is not None, field, "must be made of a-z, 0-9, . + and -")
        return value

    def texts(self, field: str, *, optional: bool = False) -> tuple[str, ...]:
        """Take a list of texts."""
        if optional and field not in self.rest:
            return ()
        value = self._take(field)
        is_right = isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        self.check(bool(is_right), field, "must be a list of texts that isn't empty")
        return tuple(value)

    def command(
        self, field: str, placeholders: Collection[str], *, optional: bool = False
    ) -> tuple[str, ...]:
        """Take an argument vector, in which no other placeholders may stand."""
        words = self.texts(field, optional=optional)
        self.check_placeholders(field, words, placeholders)
        return words

    def check_placeholders(
        self, field: str, words: Iterable[str], placeholders: Collection[str]
    ) -> None:
        """Refuse texts with something else in braces."""
        unknown = {found for word in words for found in _BRACED.findall(word)} - set(placeholders)
        message = f"has {', '.join(sorted(unknown))}; known are {', '.join(placeholders)}"
        self.check(not unknown, field, message)

    def flag(self, field: str) -> bool:
        """Take a boolean; false where it is not there."""
        value = self.rest.pop(field, False)
        self.check(isinstance(value, bool), field, "must be true or false")
        return bool(value)

    def choice(self, field: str, choices: Sequence[str]) -> str:
        """Take one of these; the first where it is not there."""
        value = self.rest.pop(field, choices[0])
        self.check(value in choices, field, f"must be one of {', '.join(choices)}")
        return str(value)

    def rest_of(self, field: str) -> dict[str, Any]:
        """Take a table of whatever form; empty where it is not there."""
        value = self.rest.pop(field, {})
        self.check(isinstance(value, dict), field, "must be a table")
        return dict(value)

    def count(self, field: str) -> int:
        """Take a number; 0 where it is not there."""
        value = self.rest.pop(field, 0)
        self.check(isinstance(value, int) and value >= 0, field, "must be a number")
        return int(value)

    def table(self, field: str) -> "Fields":
        """Take a table."""
        value = self._take(field)
        self.check(isinstance(value, dict), field, "must be a table")
        return Fields(f"{self.place}, [{field}]", value)

    def optional_table(self, field: str) -> "Fields":
        """Take a table; an empty one where it is not there."""
        return self.table(field) if field in self.rest else Fields(self.place, {})

    def tables(self, field: str) -> list[dict[str, Any]]:
        """Take a list of tables."""
        value = self._take(field)
        is_right = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
        self.check(bool(is_right), field, "must be a list of tables that isn't empty")
        return list(value)

    def all_texts(self, of: set[str] | None = None) -> Iterator[tuple[str, str]]:
        """Take all fields, or those of these names, as texts."""
        for field in [name for name in self.rest if of is None or name in of]:
            yield field, self.text(field)

    def check_all_used(self) -> None:
        """Refuse the file if something is left."""
        unknown = ", ".join(self.rest)
        self.check(not self.rest, unknown, "is not a field")

    def _take(self, field: str) -> Any:
        self.check(field in self.rest, field, "is missing")
        return self.rest.pop(field)
