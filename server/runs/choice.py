"""Decides what a run runs: what was asked for, else the room's choice, else what is there."""

from collab.document import Document
from collab.errors import CommandError
from collab.files import File
from executor.errors import UnknownRuntime
from executor.languages import Catalogue, Runtime
from executor.run import RunRequest, SourceFile, TerminalSize
from server.runs.configuration import Configuration, choose_configuration
from server.runs.messages import RunStart


def choose_run(
    room_id: str, document: Document, start: RunStart, catalogue: Catalogue, default_runtime: str
) -> RunRequest:
    """The request for a run of the document's present text.

    Raises:
        CommandError: ``invalid``, when there is nothing that could be run.
    """
    files, chosen = document.files(), choose_configuration(document, start.configuration)
    runtime = choose_runtime(chosen, start.runtime, catalogue, default_runtime)
    stdin = _stdin(files, start.stdin, chosen)
    has_terminal = _has_terminal(start, chosen, is_typed=stdin is None)
    return RunRequest(
        room=room_id,
        runtime=runtime,
        files=_sources(files),
        entry=_entry(files, start.entry, chosen, runtime),
        args=tuple(start.args) if start.args is not None else chosen.args,
        env=chosen.env,
        stdin=None if stdin is None else stdin.encode(),
        terminal=TerminalSize(start.cols, start.rows) if has_terminal else None,
    )


def choose_runtime(
    chosen: Configuration, asked: str | None, catalogue: Catalogue, default_runtime: str
) -> Runtime:
    """The runtime asked for, else the configuration's, else the room's own.

    Raises:
        CommandError: ``invalid``, when there is no such runtime.
    """
    try:
        return catalogue.resolve(asked or chosen.runtime or default_runtime)
    except UnknownRuntime as error:
        raise CommandError("invalid", str(error)) from None


def _sources(files: list[File]) -> tuple[SourceFile, ...]:
    """The workspace; where two files have one path, the first by id stands for both."""
    by_path = {file.path: file.text for file in reversed(files)}
    return tuple(SourceFile(path, text.encode()) for path, text in sorted(by_path.items()))


def _entry(files: list[File], asked: str | None, chosen: Configuration, runtime: Runtime) -> str:
    paths = [file.path for file in files]
    if not paths:
        raise CommandError("invalid", "there is nothing to run: this room has no files")
    if asked is not None:
        if asked not in paths:
            raise CommandError("invalid", f"there is no file {asked!r} in this room")
        return asked
    if chosen.name is not None and chosen.entry is not None and chosen.entry not in paths:
        words = f"the configuration {chosen.name!r} starts {chosen.entry!r}, which is not here"
        raise CommandError("invalid", words)
    fitting = [path for path in paths if path.endswith(runtime.extensions)]
    for path in (chosen.entry, runtime.entry):
        if path in paths:
            return path
    return (fitting or paths)[0]


def _has_terminal(start: RunStart, chosen: Configuration, *, is_typed: bool) -> bool:
    if start.tty is not None:
        return start.tty
    if start.stdin is None and chosen.tty is not None:
        return chosen.tty
    return is_typed


def _stdin(files: list[File], asked: str | None, chosen: Configuration) -> str | None:
    if asked is not None or chosen.stdin is None:
        return asked
    for file in files:
        if file.path == chosen.stdin:
            return file.text
    raise CommandError("invalid", f"the input is to come from {chosen.stdin!r}, which is not here")
