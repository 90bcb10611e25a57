"""Decides what a run runs: what was asked for, else the room's settings, else what is there."""

from collections.abc import Mapping

from collab.document import Document, File
from collab.errors import CommandError
from executor.errors import UnknownRuntime
from executor.languages import Catalogue, Runtime
from executor.run import RunRequest, SourceFile, TerminalSize
from server.schemas import RunStart


def choose_run(
    room_id: str, document: Document, start: RunStart, catalogue: Catalogue, default_runtime: str
) -> RunRequest:
    """The request for a run of the document's present text.

    Raises:
        CommandError: ``invalid``, when there is nothing that could be run.
    """
    files, settings = document.files(), document.settings()
    runtime = choose_runtime(settings, start.runtime, catalogue, default_runtime)
    terminal = TerminalSize(start.cols, start.rows) if start.wants_terminal else None
    return RunRequest(
        room=room_id,
        runtime=runtime,
        files=_sources(files),
        entry=_entry(files, start.entry, _text(settings, "entry"), runtime),
        args=tuple(start.args) if start.args is not None else _texts(settings.get("args")),
        env=_text_map(settings.get("env")),
        stdin=None if start.stdin is None else start.stdin.encode(),
        terminal=terminal,
    )


def choose_runtime(
    settings: Mapping[str, object], asked: str | None, catalogue: Catalogue, default_runtime: str
) -> Runtime:
    """The runtime asked for, else the one set in the room's document, else the room's own.

    Raises:
        CommandError: ``invalid``, when there is no such runtime.
    """
    try:
        return catalogue.resolve(asked or _text(settings, "runtime") or default_runtime)
    except UnknownRuntime as error:
        raise CommandError("invalid", str(error)) from None


def _sources(files: list[File]) -> tuple[SourceFile, ...]:
    """The workspace; where two files have one path, the first by id stands for both."""
    by_path = {file.path: file.text for file in reversed(files)}
    return tuple(SourceFile(path, text.encode()) for path, text in sorted(by_path.items()))


def _entry(files: list[File], asked: str | None, set_: str | None, runtime: Runtime) -> str:
    paths = [file.path for file in files]
    if not paths:
        raise CommandError("invalid", "there is nothing to run: this room has no files")
    if asked is not None:
        if asked not in paths:
            raise CommandError("invalid", f"there is no file {asked!r} in this room")
        return asked
    fitting = [path for path in paths if path.endswith(runtime.extensions)]
    for path in (set_, runtime.entry):
        if path in paths:
            return path
    return (fitting or paths)[0]


def _text(settings: Mapping[str, object], key: str) -> str | None:
    value = settings.get(key)
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _text_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {key: item for key, item in value.items() if isinstance(item, str)}
