"""The language catalogue: one TOML file per runtime, checked when it is loaded."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from executor.errors import BrokenCatalogue, UnknownRuntime

PACKAGED = Path(__file__).parent / "languages"
ENTRY = "{entry}"
_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A program that proves the runtime: with this input it must print exactly this output."""

    source: str
    stdin: str
    stdout: str


@dataclass(frozen=True, slots=True)
class Runtime:
    """One version of one language.

    Attributes:
        extensions: file name endings with their dot.
        entry: the file that runs when a room doesn't say which.
        monaco: the editor's name for the language's highlighting.
        command: argument vector; `{entry}` stands for the entry file.
        image: the directory in deploy/runtimes/ that its image is built from.
        template: the files of a new room, path to text.
    """

    id: str
    language: str
    name: str
    version: str
    extensions: tuple[str, ...]
    entry: str
    monaco: str
    command: tuple[str, ...]
    image: str
    template: tuple[tuple[str, str], ...]
    self_test: SelfTest

    def argv(self, entry: str, args: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the argument vector that runs `entry`.

        A file name that looks like an option gets a `./` before it.
        """
        file = f"./{entry}" if entry.startswith("-") else entry
        return (*(file if word == ENTRY else word for word in self.command), *args)


class Catalogue:
    """All runtimes on offer, ordered by language, the newest version first."""

    def __init__(self, runtimes: Iterable[Runtime]) -> None:
        newest_first = sorted(runtimes, key=_version, reverse=True)
        self.runtimes = tuple(sorted(newest_first, key=lambda runtime: runtime.language))

    @classmethod
    def load(cls, directory: Path = PACKAGED) -> "Catalogue":
        """Read every `*.toml` of the directory.

        Raises:
            BrokenCatalogue: a file does not fit the schema, or there is none.
        """
        runtimes = [read(path) for path in sorted(directory.glob("*.toml"))]
        if not runtimes:
            raise BrokenCatalogue(f"{directory} holds no language file (*.toml)")
        return cls(runtimes)

    def resolve(self, id_or_language: str) -> Runtime:
        """Return the runtime with this id, or a language's newest.

        Raises:
            UnknownRuntime: there is neither.
        """
        for runtime in self.runtimes:
            if id_or_language in {runtime.id, runtime.language}:
                return runtime
        known = ", ".join(runtime.id for runtime in self.runtimes)
        raise UnknownRuntime(f"there is no runtime {id_or_language!r}; known are: {known}")


def read(path: Path) -> Runtime:
    """Read one language file, which is named by its runtime's id.

    Raises:
        BrokenCatalogue: it does not fit the schema.
    """
    try:
        fields = _Fields(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise BrokenCatalogue(f"{path.name}: {error}") from error
    runtime = _runtime(fields)
    fields.check(runtime.id == path.stem, "id", f"must be the file's name, {path.stem!r}")
    return runtime


def _runtime(fields: "_Fields") -> Runtime:
    template = fields.table("template")
    test = fields.table("self_test")
    runtime = Runtime(
        id=fields.name("id"),
        language=fields.name("language"),
        name=fields.text("name"),
        version=fields.text("version"),
        extensions=fields.texts("extensions"),
        entry=fields.text("entry"),
        monaco=fields.text("monaco"),
        command=fields.texts("command"),
        image=fields.name("image"),
        template=tuple((path, template.text(path)) for path in list(template.rest)),
        self_test=SelfTest(test.text("source"), test.text("stdin"), test.text("stdout")),
    )
    for table in (fields, template, test):
        table.check_all_used()
    fields.check(ENTRY in runtime.command, "command", f"must contain {ENTRY!r}")
    fields.check(runtime.entry in dict(runtime.template), "template", "must hold the entry file")
    return runtime


def _version(runtime: Runtime) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", runtime.version)]


class _Fields:
    """A TOML table being read: every field is taken once, checked, and what is left is an error."""

    def __init__(self, place: str, table: Mapping[str, Any]) -> None:
        self.place = place
        self.rest = dict(table)

    def check(self, is_right: bool, field: str, message: str) -> None:
        if not is_right:
            raise BrokenCatalogue(f"{self.place}: {field} {message}")

    def text(self, field: str) -> str:
        value = self._take(field)
        self.check(isinstance(value, str) and value != "", field, "must be a text that isn't empty")
        return str(value)

    def name(self, field: str) -> str:
        value = self.text(field)
        self.check(_NAME.fullmatch(value) is not None, field, "must be made of a-z, 0-9, . + and -")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self._take(field)
        is_right = isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        self.check(bool(is_right), field, "must be a list of texts that isn't empty")
        return tuple(value)

    def table(self, field: str) -> "_Fields":
        value = self._take(field)
        self.check(isinstance(value, dict), field, "must be a table")
        return _Fields(f"{self.place}, [{field}]", value)

    def check_all_used(self) -> None:
        unknown = ", ".join(self.rest)
        self.check(not self.rest, unknown, "is not a field")

    def _take(self, field: str) -> Any:
        self.check(field in self.rest, field, "is missing")
        return self.rest.pop(field)
