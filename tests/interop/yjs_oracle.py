"""yjs itself, asked what it makes of updates: one Node process that runs `yjs_oracle.mjs`."""

from base64 import b64decode, b64encode
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.interop.node_process import NodeProcess, node_process

SCRIPT = Path(__file__).with_name("yjs_oracle.mjs")


@dataclass(frozen=True, slots=True)
class State:
    """A document as yjs sees it."""

    files: list[tuple[str, str]]
    """Path and text of each, sorted."""
    text: str
    """The root text `text`."""
    complete: bool
    """Whether no update waits for content that is missing."""
    update: bytes


@dataclass(frozen=True, slots=True)
class Testimony:
    """What several yjs clients read that got the same document in different ways."""

    apart: list[str]
    """What each reads, as JSON."""
    together: list[str]
    """And once each has all that the others have."""
    files: list[tuple[str, str]]
    text: str
    """The root text `text`."""


@dataclass(frozen=True, slots=True)
class History:
    """What clients sent, in the order of their edits, and what they have in the end."""

    updates: list[bytes]
    texts: list[str]
    state: State


class YjsOracle:
    """Its methods are the actions of `yjs_oracle.mjs`."""

    def __init__(self, node: NodeProcess) -> None:
        self._ask = node.ask

    def load(self, updates: Sequence[bytes]) -> tuple[State, list[list[tuple[str, str]]]]:
        """The state after all updates, and the files after each."""
        result = self._ask("load", updates=_encoded(updates))
        return _state(result), [_files(files) for files in result["after"]]

    def witness(
        self, updates: Sequence[bytes], merged: Sequence[bytes], encoded: bytes
    ) -> Testimony:
        """Shows clients a document: its updates, the same merged, or all encoded by a server."""
        whole = b64encode(encoded).decode()
        ways = {"updates": _encoded(updates), "merged": _encoded(merged), "encoded": whole}
        result = self._ask("witness", **ways)
        files = _files(result["files"])
        return Testimony(result["apart"], result["together"], files, result["text"])

    def history(
        self, base: Sequence[bytes], clients: Sequence[int], steps: Sequence[dict[str, Any]]
    ) -> History:
        """Has clients edit the only file of a document; see the script for the steps."""
        result = self._ask("history", base=_encoded(base), clients=clients, steps=steps)
        return History(_decoded(result["updates"]), result["texts"], _state(result))

    def split(
        self, base: Sequence[bytes], client: int, edits: Sequence[Sequence[Any]]
    ) -> tuple[list[bytes], State]:
        """Has a client edit by UTF-16 units; returns what it sends and what it then sees."""
        result = self._ask("split", base=_encoded(base), client=client, edits=edits)
        return _decoded(result["updates"]), _state(result)


@contextmanager
def yjs_oracle() -> Generator[YjsOracle]:
    """Starts yjs; ends its process in the end."""
    with node_process(SCRIPT) as node:
        yield YjsOracle(node)


def _encoded(updates: Sequence[bytes]) -> list[str]:
    return [b64encode(update).decode() for update in updates]


def _decoded(updates: Sequence[str]) -> list[bytes]:
    return [b64decode(update) for update in updates]


def _state(result: dict[str, Any]) -> State:
    update = b64decode(result["update"])
    return State(_files(result["files"]), result["text"], result["complete"], update)


def _files(found: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((path, text) for path, text in found)
