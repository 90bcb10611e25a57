"""What debuggers say, as it may be told to people: what is theirs alone is left out. Pure."""

import re

from executor.debuggers import Debugger
from executor.stops import ROOM_PREFIX

BROKEN_OFF = "it took too long, and was broken off"
GONE = "the debugger has ended"
NOTHING = "it can't be evaluated"
MAX_WORDS = 4000  # characters
TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'  File "([^"]*)"')
_PATH = re.compile(r"(?<![\w.>/])/(?!room/)(?:[\w.+-]+/)+[\w.+-]+")
_GONE = re.compile(r"no more messages|connection (is |was )?(closed|lost)\.?", re.IGNORECASE)


def about_expression(said: str, debugger: Debugger) -> str:
    """Return what a debugger says of an expression of somebody's."""
    if debugger.broken_off and re.search(debugger.broken_off, said):
        return BROKEN_OFF
    return told(said) or NOTHING


def told(said: str) -> str:
    """Return what a debugger says without its own stack, and the room's files as the room has them.

    Empty if nothing is left.
    """
    text = _own_traceback(said) if said.startswith(TRACEBACK) else said
    return text.replace(ROOM_PREFIX, "").strip()[:MAX_WORDS]


def plain(said: str, otherwise: str) -> str:
    """Return a sentence of a debugger's that people can make something of, or else another."""
    text = told(said)
    if not text or "\n" in text or TRACEBACK in said or _PATH.search(text) or is_gone(text):
        return otherwise
    return text


def is_gone(said: str) -> bool:
    """Whether a debugger's refusal only says that it, or its program, is not there any more."""
    return _GONE.fullmatch(said.strip()) is not None


def _own_traceback(said: str) -> str:
    """Return a Python traceback with the frames of the room's files, and what was typed, alone."""
    kept: list[str] = []
    is_own = True
    for line in said.splitlines():
        if frame := _FRAME.match(line):
            is_own = frame[1].startswith((ROOM_PREFIX, "<"))
        elif not line.startswith(" "):
            is_own = True
        if is_own:
            kept.append(line)
    has_frames = any(_FRAME.match(line) for line in kept)
    return "\n".join(kept if has_frames else kept[1:])
