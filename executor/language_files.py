"""The files of the catalogue: one TOML file per language, checked when it is read.

A file has the fields of `executor.languages.Runtime`, and a `[[versions]]` table for each version,
the preferred one first, with whatever the versions don't have in common. A version's id is made of
the file's name and the version.
"""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

from executor.debugger_files import load_debuggers
from executor.errors import BrokenCatalogue
from executor.languages import (
    PLACEHOLDERS,
    Catalogue,
    Debugging,
    Needs,
    Runtime,
    SelfTest,
    Tools,
)
from executor.toml_fields import Fields

PACKAGED = Path(__file__).parent / "languages"
MIB = 1 << 20


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
    versions = Fields(path.name, table).tables("versions")
    common = {name: value for name, value in table.items() if name != "versions"}
    runtimes = [
        _runtime(path.stem, Fields(f"{path.name}, version {number}", common | version))
        for number, version in enumerate(versions, 1)
    ]
    ids = [runtime.id for runtime in runtimes]
    if len(set(ids)) < len(ids):
        raise BrokenCatalogue(f"{path.name}: versions must have different ids, not {ids}")
    return runtimes


def version_id(language: str, version: str) -> str:
    """Return `c-gcc-14` for C's version `GCC 14`."""
    return f"{language}-{re.sub(r'[^a-z0-9.+]+', '-', version.lower())}"


def _runtime(language: str, fields: Fields) -> Runtime:
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
        compile=fields.command("compile", PLACEHOLDERS, optional=True),
        run=fields.command("run", PLACEHOLDERS),
        toolchain=fields.texts("toolchain"),
        repl=fields.texts("repl", optional=True),
        env=dict(fields.optional_table("env").all_texts()),
        needs=_needs(fields.optional_table("needs")),
        tools=_tools(fields.optional_table("tools")),
        debugging=_debugging(fields.table("debug")) if "debug" in fields.rest else None,
        packages_directory=fields.text("packages_directory", optional=True),
        template=tuple(fields.table("template").all_texts()),
        self_test=_self_test(fields.table("self_test")),
    )
    fields.check_all_used()
    _check_sense(runtime, fields)
    return runtime


def _needs(fields: Fields) -> Needs:
    needs = Needs(fields.count("memory_mib") * MIB, fields.count("tmp_mib") * MIB)
    fields.check_all_used()
    return needs


def _tools(fields: Fields) -> Tools:
    tools = Tools(**dict(fields.all_texts(of={"formatter", "packages", "lsp"})))
    fields.check_all_used()
    return tools


def _debugging(fields: Fields) -> Debugging:
    debuggers, name = load_debuggers(), fields.name("debugger")
    fields.check(name in debuggers, "debugger", f"must be one of {', '.join(debuggers)}")
    entry = fields.optional_text("entry") or debuggers[name].entry
    debugging = Debugging(
        replace(debuggers[name], entry=entry),
        compile=fields.command("compile", PLACEHOLDERS, optional=True),
        run=fields.command("run", PLACEHOLDERS, optional=True),
        needs=_needs(fields.optional_table("needs")),
    )
    fields.check_all_used()
    return debugging


def _self_test(fields: Fields) -> SelfTest:
    test = SelfTest(fields.text("stdin"), fields.text("stdout"))
    fields.check_all_used()
    return test


def _check_sense(runtime: Runtime, fields: Fields) -> None:
    has_dots = all(extension.startswith(".") for extension in runtime.extensions)
    fields.check(has_dots, "extensions", "must begin with a dot")
    fields.check(runtime.entry in dict(runtime.template), "template", "must hold the entry file")
    is_known = runtime.entry.endswith(runtime.extensions)
    fields.check(is_known, "entry", "must have one of the extensions")
    words = " ".join(runtime.compile or runtime.run)
    has_manager = bool(runtime.tools.packages) or not runtime.packages_directory
    fields.check(has_manager, "packages_directory", "is of no use without [tools] packages")
    takes_file = any(word in words for word in PLACEHOLDERS if word != "{build}")
    fields.check(takes_file, "compile" if runtime.compile else "run", "must take the entry file")
