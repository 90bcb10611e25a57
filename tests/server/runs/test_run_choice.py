"""What a run runs, by what was asked for and what the room's document says."""

from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from collab.document import Document
from collab.errors import CommandError
from executor.language_files import load_catalogue
from executor.run import RunRequest, TerminalSize
from server.runs.choice import choose_run
from server.runs.messages import RunStart

CATALOGUE = load_catalogue()
FILES = {"main.py": "main", "tests.py": "tests", "input.txt": "1\n2\n", "index.js": "js"}
CHECKS = {
    "name": "Checks",
    "entry": "tests.py",
    "args": ["-v", "--fast"],
    "env": {"MODE": "test"},
    "stdin": "input.txt",
}


def document_with(configurations: dict[str, Any] | None = None, **settings: Any) -> Document:
    doc: Doc[Map[object]] = Doc()
    files = doc.get("files", type=Map)
    for path, text in FILES.items():
        files[path] = Map({"path": path, "text": Text(text)})
    for key, value in settings.items():
        doc.get("settings", type=Map)[key] = value
    for key, value in (configurations or {}).items():
        doc.get("configurations", type=Map)[key] = Map(value)
    return Document([doc.get_update()])


def chosen(document: Document, **start: Any) -> RunRequest:
    return choose_run("room", document, RunStart(**start), CATALOGUE, "python-3.13")


def refusal(document: Document, **start: Any) -> str:
    with pytest.raises(CommandError) as error:
        chosen(document, **start)
    assert error.value.code == "invalid"
    return str(error.value)


def test_a_room_of_old_runs_by_its_settings() -> None:
    old = document_with(runtime="node-node-22", entry="index.js", args=["a"], env={"A": "1"})
    request = chosen(old)
    assert (request.runtime.id, request.entry) == ("node-node-22", "index.js")
    assert (request.args, request.env) == (("a",), {"A": "1"})
    assert (request.stdin, request.terminal) == (None, TerminalSize(80, 24))


def test_a_configuration_is_asked_for_by_id_or_name() -> None:
    document = document_with({"c1": CHECKS}, args=["other"], env={"OTHER": "1"})
    for asked in ("c1", "Checks"):
        request = chosen(document, configuration=asked)
        assert (request.entry, request.args) == ("tests.py", ("-v", "--fast"))
        assert request.env == {"MODE": "test"}
    assert chosen(document).entry == "main.py"


def test_the_room_chooses_one_and_the_default_stays_there() -> None:
    document = document_with({"c1": CHECKS}, configuration="c1")
    assert chosen(document).entry == "tests.py"
    assert chosen(document, configuration="default").entry == "main.py"
    assert chosen(document, entry="main.py", args=[]).args == ()


def test_a_chosen_configuration_that_was_deleted_is_the_default() -> None:
    assert chosen(document_with(configuration="gone", entry="tests.py")).entry == "tests.py"


def test_asking_for_one_that_is_not_there_is_refused() -> None:
    words = "there is no run configuration 'Nope' in this room"
    assert refusal(document_with({"c1": CHECKS}), configuration="Nope") == words


def test_a_configuration_without_a_language_has_the_rooms() -> None:
    node = {"name": "Node", "runtime": "node-node-22"}
    document = document_with({"c1": CHECKS, "c2": node}, runtime="python-3.11")
    assert chosen(document, configuration="c1").runtime.id == "python-3.11"
    assert chosen(document, configuration="c2").runtime.id == "node-node-22"
    assert chosen(document, configuration="c2").entry == "index.js"


def test_the_input_is_the_text_of_a_file_as_it_is_now() -> None:
    request = chosen(document_with({"c1": CHECKS}), configuration="c1")
    assert (request.stdin, request.terminal) == (b"1\n2\n", None)
    given = chosen(document_with({"c1": CHECKS}), configuration="c1", stdin="")
    assert given.stdin == b""


@pytest.mark.parametrize(
    ("configured", "start", "has_terminal"),
    [
        ({}, {}, True),
        ({"tty": False}, {}, False),
        ({"tty": False}, {"tty": True}, True),
        ({"stdin": "input.txt", "tty": True}, {}, True),
        ({"tty": True}, {"stdin": "given"}, False),
        ({"tty": "yes"}, {}, True),
    ],
)
def test_a_terminal_or_pipes(
    configured: dict[str, Any], start: dict[str, Any], has_terminal: bool
) -> None:
    request = chosen(document_with(**configured), **start)
    assert (request.terminal is not None) is has_terminal


def test_files_that_are_missing_are_named() -> None:
    gone = {"name": "Gone", "entry": "gone.py"}
    document = document_with({"c1": gone, "c2": {"name": "Deaf", "stdin": "gone.txt"}})
    words = "the configuration 'Gone' starts 'gone.py', which is not here"
    assert refusal(document, configuration="Gone") == words
    words = "the input is to come from 'gone.txt', which is not here"
    assert refusal(document, configuration="Deaf") == words


def test_values_of_another_shape_are_passed_over() -> None:
    odd = {"name": 7, "entry": ["x"], "args": "x", "env": {"A": 1, "B": "2"}, "stdin": 3}
    document = document_with({"c1": odd}, configuration="c1")
    request = chosen(document)
    assert (request.entry, request.args, request.env) == ("main.py", (), {"B": "2"})
