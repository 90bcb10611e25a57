"""The settings' documentation, written from the settings: ``python -m server.configuration``.

Run in the project's directory, it writes docs/configuration.md and .env.example anew.
"""

from pathlib import Path
from typing import Any

from pydantic import ByteSize
from pydantic.fields import FieldInfo

from server.run_settings import RunSettings
from server.setting import ENV_PREFIX
from server.settings import Settings

DOCUMENT = Path("docs/configuration.md")
EXAMPLE = Path(".env.example")

_DOCUMENT_HEAD = """# Configuration

Everything is set by environment variables, or by lines of the same form in a file `.env` in the
directory where the server is started; the environment wins. `codlab doctor` points out names that
are no settings. Sizes may be written with a unit, such as `256MiB`.

This page and `.env.example` are written by `python -m server.configuration` from
`server/settings.py` and `server/run_settings.py`.

| name | meaning | unit | default | check |
|---|---|---|---|---|
"""
_EXAMPLE_HEAD = """# Copy this to .env and change what you need. All settings: docs/configuration.md
"""
_SYMBOLS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "length ≥"}


def document() -> str:
    """docs/configuration.md."""
    return _DOCUMENT_HEAD + "".join(_row(*field) for field in _fields())


def example() -> str:
    """.env.example: every setting with its default, commented out."""
    parts = [_EXAMPLE_HEAD]
    for name, field in _fields():
        meaning = (field.description or "").replace("`", "")
        unit = f" [{_unit(field)}]" if _unit(field) else ""
        parts.append(f"\n# {meaning}{unit}\n#{_variable(name)}={_default(field)}\n")
    return "".join(parts)


def _fields() -> list[tuple[str, FieldInfo]]:
    """All settings, those of runs last."""
    fields = Settings.model_fields.items()
    return sorted(fields, key=lambda field: field[0] in RunSettings.model_fields)


def _row(name: str, field: FieldInfo) -> str:
    default = f"`{shown}`" if (shown := _default(field)) else "none"
    cells = (f"`{_variable(name)}`", field.description, _unit(field), default, _check(field))
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def _variable(name: str) -> str:
    return ENV_PREFIX + name.upper()


def _unit(field: FieldInfo) -> str:
    extra: Any = field.json_schema_extra
    return str(extra["unit"])


def _default(field: FieldInfo) -> str:
    match field.default:
        case None | ():
            return ""
        case bool(value):
            return str(value).lower()
        case int(value) if field.annotation is ByteSize:
            return ByteSize(value).human_readable().replace(".0", "")
        case value:
            return str(value)


def _check(field: FieldInfo) -> str:
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(f"`{choice}`" for choice in choices)
    limits = {
        symbol: getattr(constraint, name)
        for constraint in field.metadata
        for name, symbol in _SYMBOLS.items()
        if hasattr(constraint, name)
    }
    if {"≥", "≤"} <= limits.keys():
        return f"{limits['≥']} to {limits['≤']}"
    return ", ".join(f"{symbol} {limit}" for symbol, limit in limits.items())


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")
