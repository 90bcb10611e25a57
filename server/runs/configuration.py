"""A room's run configurations, as its document has them: a default one, and others by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collab.document import Document
from collab.errors import CommandError

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is to be run; what it leaves open is the runtime's usual.

    Attributes:
        name: None is the one that the room always has.
        stdin: path of the file that is the program's input; None: it is typed.
        tty: whether the program gets a terminal; None: if its input is typed.
    """

    name: str | None = None
    runtime: str | None = None
    entry: str | None = None
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: str | None = None
    tty: bool | None = None


def choose_configuration(document: Document, asked: str | None = None) -> Configuration:
    """The configuration asked for by id or name, else the one that the room has chosen.

    A named one has the room's runtime if it names none, and else nothing of the default one.

    Raises:
        CommandError: ``invalid``, when there is none of that id or name.
    """
    settings, named = document.settings(), document.configurations()
    wanted = asked or _text(settings, "configuration")
    found = None if wanted in {None, DEFAULT} else _find(named, wanted)
    if found is not None:
        return _read({"runtime": settings.get("runtime")} | found, _text(found, "name") or "")
    if asked not in {None, DEFAULT}:
        raise CommandError("invalid", f"there is no run configuration {asked!r} in this room")
    return _read(settings, None)


def _find(named: Mapping[str, dict[str, object]], wanted: object) -> dict[str, object] | None:
    by_name = {one.get("name"): one for _, one in sorted(named.items(), reverse=True)}
    return named.get(str(wanted)) or by_name.get(wanted)


def _read(values: Mapping[str, object], name: str | None) -> Configuration:
    tty = values.get("tty")
    return Configuration(
        name=name,
        runtime=_text(values, "runtime"),
        entry=_text(values, "entry"),
        args=_texts(values.get("args")),
        env=_text_map(values.get("env")),
        stdin=_text(values, "stdin"),
        tty=tty if isinstance(tty, bool) else None,
    )


def _text(values: Mapping[str, object], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _text_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {key: item for key, item in value.items() if isinstance(item, str)}
