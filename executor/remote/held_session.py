"""A debug session as its executor keeps it, for a server that comes back."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from executor.breakpoints import Verification
from executor.debug_session import DebugSession
from executor.service import Looked
from executor.stops import Stop

KEPT_CHARACTERS = 64 << 10  # of its console; as much as a server shows who comes late
TOLD_CHARACTERS = 2 << 20  # that a debugger may say there; a server shows less
PIECE_CHARACTERS = 16 << 10
LOOK_BYTES = 256 << 10  # of one answer; a server shows others no larger ones either
KEPT_LOOK_BYTES = 1 << 20
KEPT_LOOKS = ("scopes", "variables")
ENTRY_CHARACTERS = 32  # for which an entry counts besides

Tell = Callable[..., None]


class HeldSession:
    """See executor.debug_state.DebugListener.

    Args:
        tell: tells the server of an event, if there is one.
    """

    def __init__(self, tell: Tell) -> None:
        self.session: DebugSession | None = None
        self._tell = tell
        self._begun: Mapping[str, object] | None = None
        self._stop: Stop | None = None
        self._looked: dict[bytes, tuple[Looked, int]] = {}
        """By what was asked, each with its size."""
        self._verified: Sequence[Verification] = ()
        self._console: deque[tuple[int, Mapping[str, object]]] = deque()
        self._console_characters = 0
        self._characters_left = TOLD_CHARACTERS
        self._said = 0

    def running(self, capabilities: Mapping[str, Any], exceptions: Sequence[str]) -> None:
        """See DebugListener."""
        self._begun = {"capabilities": dict(capabilities), "exceptions": list(exceptions)}
        self._tell("running", **self._begun)

    def stopped(self, stop: Stop) -> None:
        """See DebugListener."""
        self._stop = stop
        self._looked.clear()
        self._tell("stopped", stop=stop)

    def continued(self, stop: int, thread_id: int | None, by: str | None) -> None:
        """See DebugListener."""
        self._stop = None
        self._looked.clear()
        self._tell("continued", stop=stop, thread_id=thread_id, by=by)

    def console(self, category: str, text: str) -> None:
        """See DebugListener; no more than so much, which is more than is shown."""
        if self._characters_left > 0:
            self._characters_left -= len(text) + ENTRY_CHARACTERS
            number = self.note({"category": category, "output": text[:PIECE_CHARACTERS]})
            self._tell("console", number=number, category=category, text=text[:PIECE_CHARACTERS])

    def verified(self, verifications: Sequence[Verification]) -> None:
        """See DebugListener."""
        self._verified = verifications
        self._tell("verified", breakpoints=verifications)

    def note(self, said: Mapping[str, object]) -> int:
        """Keep what was said in the console, by whomever; return its number there."""
        self._said += 1
        self._console.append((self._said, said))
        self._console_characters += _characters(said)
        while self._console_characters > KEPT_CHARACTERS:
            self._console_characters -= _characters(self._console.popleft()[1])
        return self._said

    def looked(self, looked: Looked) -> None:
        """Keep what somebody has read; the latest, where it is too much."""
        stop = looked.arguments.get("stop")
        if looked.command not in KEPT_LOOKS or self._stop is None or self._stop.number != stop:
            return
        size = len(orjson.dumps(looked.read))
        key = orjson.dumps([looked.command, looked.arguments])
        self._looked.pop(key, None)
        if size <= LOOK_BYTES:
            self._looked[key] = looked, size
        while sum(size for _, size in self._looked.values()) > KEPT_LOOK_BYTES:
            del self._looked[next(iter(self._looked))]

    def as_json(self) -> dict[str, object]:
        """All that a server needs to know to go on."""
        session = self.session
        return {
            "begun": self._begun and {**self._begun, "exceptions": _chosen(session)},
            "stop": self._stop,
            "verified": self._verified,
            "console": list(self._console),
            "looked": [looked for looked, _ in self._looked.values()],
        }


def _chosen(session: DebugSession | None) -> Sequence[str]:
    return () if session is None else session.chosen_exceptions


def _characters(said: Mapping[str, object]) -> int:
    return ENTRY_CHARACTERS + sum(len(str(value)) for value in said.values())
