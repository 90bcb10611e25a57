"""The files of the debuggers: one TOML file for each, with the fields of `Debugger`."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from executor.debuggers import VALUES, Debugger, FirstStop
from executor.errors import BrokenCatalogue
from executor.toml_fields import Fields

PACKAGED = Path(__file__).parent / "debuggers"
PLACEHOLDERS = tuple(f"{{{name}}}" for name in VALUES)


@cache
def load_debuggers(directory: Path = PACKAGED) -> Mapping[str, Debugger]:
    """Read every `*.toml` of the directory; the debuggers by their names.

    Raises:
        BrokenCatalogue: a file does not fit the schema.
    """
    return {path.stem: read(path) for path in sorted(directory.glob("*.toml"))}


def read(path: Path) -> Debugger:
    """Read the file of one debugger.

    Raises:
        BrokenCatalogue: it does not fit the schema.
    """
    try:
        fields = Fields(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise BrokenCatalogue(f"{path.name}: {error}") from error
    debugger = Debugger(
        name=path.stem,
        adapter=fields.command("adapter", PLACEHOLDERS),
        address=fields.optional_text("address"),
        log_end=fields.optional_text("log_end"),
        signal=fields.optional_text("signal"),
        exit_words=fields.optional_text("exit_words"),
        exit_signal=fields.optional_text("exit_signal"),
        is_on_terminal=fields.flag("is_on_terminal"),
        request=fields.choice("request", ("launch", "attach")),
        arguments=_template(fields, "arguments"),
        stop_on_entry=_template(fields, "stop_on_entry"),
        program=fields.command("program", PLACEHOLDERS, optional=True),
        env=dict(fields.optional_table("env").all_texts()),
        exceptions=fields.texts("exceptions", optional=True),
        console=fields.choice("console", ("repl", "watch")),
        broken_off=fields.optional_text("broken_off"),
        unsure=frozenset(fields.texts("unsure", optional=True)),
        commands=fields.optional_text("commands"),
        silent=frozenset(fields.texts("silent", optional=True)),
        without=frozenset(fields.texts("without", optional=True)),
        verifies_late=fields.flag("verifies_late"),
        first_stop=FirstStop(fields.choice("first_stop", tuple(FirstStop))),
        entry=fields.optional_text("entry"),
        resumes_at_start=fields.flag("resumes_at_start"),
    )
    fields.check_all_used()
    return debugger


def _template(fields: Fields, field: str) -> dict[str, Any]:
    template = fields.rest_of(field)
    fields.check_placeholders(field, _texts_in(template), PLACEHOLDERS)
    return template


def _texts_in(template: Any) -> Iterator[str]:
    match template:
        case str():
            yield template
        case list():
            for item in template:
                yield from _texts_in(item)
        case dict():
            for item in template.values():
                yield from _texts_in(item)
        case _:
            pass
