"""Names, titles and paths that people type: what is accepted, and in which one form."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MAX_PATH_BYTES = 1024
MAX_PATH_PARTS = 16
MAX_PART_BYTES = 255


def one_line(text: str) -> str:
    """The text as it is shown: NFKC, no control or invisible formatting characters, single spaces.

    Raises:
        ValueError: if nothing is left.
    """
    spaced = "".join(" " if character.isspace() else character for character in text)
    visible = (c for c in unicodedata.normalize("NFKC", spaced) if not _is_hidden(c))
    shown = " ".join("".join(visible).split())
    if not shown:
        raise ValueError("there must be at least one visible character")
    return shown


def workspace_path(path: str) -> str:
    """A path inside a workspace: relative, of plain names joined by ``/``, in NFC.

    Raises:
        ValueError: telling what is wrong with it.
    """
    path = unicodedata.normalize("NFC", path)
    parts = path.split("/")
    if path.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("a path must be relative, without empty, '.' or '..' parts")
    if "\\" in path or any(unicodedata.category(c) in {"Cc", "Cs"} for c in path):
        raise ValueError("a path must not contain backslashes or control characters")
    if len(path.encode()) > MAX_PATH_BYTES or len(parts) > MAX_PATH_PARTS:
        raise ValueError(f"a path has at most {MAX_PATH_BYTES} bytes and {MAX_PATH_PARTS} parts")
    if any(len(part.encode()) > MAX_PART_BYTES for part in parts):
        raise ValueError(f"each part of a path has at most {MAX_PART_BYTES} bytes")
    return path


def _is_hidden(character: str) -> bool:
    # Cf holds the bidirectional controls, which can make a name look like another one. The joiner
    # inside emoji families is one of them too, and harmless.
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} and character != "\u200d"


DisplayName = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(one_line)
]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(one_line)]
WorkspacePath = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_PATH_BYTES), AfterValidator(workspace_path)
]
