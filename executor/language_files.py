"""The files of the catalogue: one TOML file per language, checked when it is read.

A file has the fields of `executor.languages.Runtime`, and a `[[versions]]` table for each version,
the preferred one first, with whatever the versions don't have in common. A version's id is made of
the file's name and the version.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from executor.errors import BrokenCatalogue
from executor.languages import PLACEHOLDERS, Catalogue, Needs, Runtime, SelfTest, Tools

PACKAGED = Path(__file__).parent / "languages"
MIB = 1 << 20
_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_BRACED = re.compile(r"\{[a-z]+\}")


def load_catalogue(directory: Path = PACKAGED) -> Catalogue:
    """Read every `*.toml` of the directory.

    Raises:
        BrokenCatalogue: a file does not fit the schema, or there is none.
    """
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise BrokenCatalogue(f"{directory} holds no language file (*.toml)")
    return Catalogue([runtime for path in paths for runtime in read(path)])


def read(path: Path) -> list[Runtime]:
    """Read the file of one language; its name is the language's id.

    Raises:
        BrokenCatalogue: it does not fit the schema.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BrokenCatalogue(f"{path.name}: {error}") from error
    versions = _Fields(path.name, table).tables("versions")
    common = {name: value for name, value in table.items() if name != "versions"}
    runtimes = [
        _runtime(path.stem, _Fields(f"{path.name}, version {number}", common | version))
        for number, version in enumerate(versions, 1)
    ]
    ids = [runtime.id for runtime in runtimes]
    if len(set(ids)) < len(ids):
        raise BrokenCatalogue(f"{path.name}: versions must have different ids, not {ids}")
    return runtimes


def version_id(language: str, version: str) -> str:
    """Return `c-gcc-14` for C's version `GCC 14`."""
    return f"{language}-{re.sub(r'[^a-z0-9.+]+', '-', version.lower())}"


def _runtime(language: str, fields: "_Fields") -> Runtime:
    version = fields.text("version")
    runtime = Runtime(
        id=version_id(language, version),
        language=fields.checked_name(language, "the file's name"),
        name=fields.text("name"),
        version=version,
        extensions=fields.texts("extensions"),
        entry=fields.text("entry"),
        monaco=fields.name("monaco"),
        image=fields.name("image"),
        compile=fields.command("compile", optional=True),
        run=fields.command("run"),
        toolchain=fields.texts("toolchain"),
        repl=fields.texts("repl", optional=True),
        env=dict(fields.optional_table("env").all_texts()),
        needs=_needs(fields.optional_table("needs")),
        tools=_tools(fields.optional_table("tools")),
        template=tuple(fields.table("template").all_texts()),
        self_test=_self_test(fields.table("self_test")),
    )
    fields.check_all_used()
    _check_sense(runtime, fields)
    return runtime


def _needs(fields: "_Fields") -> Needs:
    needs = Needs(fields.count("memory_mib") * MIB, fields.count("tmp_mib") * MIB)
    fields.check_all_used()
    return needs


def _tools(fields: "_Fields") -> Tools:
    tools = Tools(**dict(fields.all_texts(of={"formatter", "debugger", "packages", "lsp"})))
    fields.check_all_used()
    return tools


def _self_test(fields: "_Fields") -> SelfTest:
    test = SelfTest(fields.text("stdin"), fields.text("stdout"))
    fields.check_all_used()
    return test


def _check_sense(runtime: Runtime, fields: "_Fields") -> None:
    has_dots = all(extension.startswith(".") for extension in runtime.extensions)
    fields.check(has_dots, "extensions", "must begin with a dot")
    fields.check(runtime.entry in dict(runtime.template), "template", "must hold the entry file")
    is_known = runtime.entry.endswith(runtime.extensions)
    fields.check(is_known, "entry", "must have one of the extensions")
    words = " ".join(runtime.compile or runtime.run)
    takes_file = any(word in words for word in PLACEHOLDERS if word != "{build}")
    fields.check(takes_file, "compile" if runtime.compile else "run", "must take the entry file")


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
        return self.checked_name(self.text(field), field)

    def checked_name(self, value: str, field: str) -> str:
        self.check(_NAME.fullmatch(value) is not None, field, "must be made of a-z, 0-9, . + and -")
        return value

    def texts(self, field: str, *, optional: bool = False) -> tuple[str, ...]:
        if optional and field not in self.rest:
            return ()
        value = self._take(field)
        is_right = isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        self.check(bool(is_right), field, "must be a list of texts that isn't empty")
        return tuple(value)

    def command(self, field: str, *, optional: bool = False) -> tuple[str, ...]:
        words = self.texts(field, optional=optional)
        unknown = {found for word in words for found in _BRACED.findall(word)} - set(PLACEHOLDERS)
        message = f"has {', '.join(sorted(unknown))}; known are {', '.join(PLACEHOLDERS)}"
        self.check(not unknown, field, message)
        return words

    def count(self, field: str) -> int:
        value = self.rest.pop(field, 0)
        self.check(isinstance(value, int) and value >= 0, field, "must be a number")
        return int(value)

    def table(self, field: str) -> "_Fields":
        value = self._take(field)
        self.check(isinstance(value, dict), field, "must be a table")
        return _Fields(f"{self.place}, [{field}]", value)

    def optional_table(self, field: str) -> "_Fields":
        return self.table(field) if field in self.rest else _Fields(self.place, {})

    def tables(self, field: str) -> list[dict[str, Any]]:
        value = self._take(field)
        is_right = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
        self.check(bool(is_right), field, "must be a list of tables that isn't empty")
        return list(value)

    def all_texts(self, of: set[str] | None = None) -> Iterator[tuple[str, str]]:
        for field in [name for name in self.rest if of is None or name in of]:
            yield field, self.text(field)

    def check_all_used(self) -> None:
        unknown = ", ".join(self.rest)
        self.check(not self.rest, unknown, "is not a field")

    def _take(self, field: str) -> Any:
        self.check(field in self.rest, field, "is missing")
        return self.rest.pop(field)
