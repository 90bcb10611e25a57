"""Makes a shared text read as wanted by few edits; places are UTF-8 bytes, as pycrdt counts."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from pycrdt import Text

MAX_COMPARISONS = 40_000  # of lines in a rewrite: some tens of milliseconds if all are equal


def rewrite(text: Text, wanted: str) -> None:
    """Turns a shared text into `wanted`, line by line, so that anchors on kept lines stay."""
    old, new = str(text).splitlines(keepends=True), wanted.splitlines(keepends=True)
    head = _common_prefix(old, new)
    tail = _common_prefix(old[head:][::-1], new[head:][::-1])
    offset = len("".join(old[:head]).encode())  # in UTF-8 bytes, as pycrdt counts
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old) * len(new) > MAX_COMPARISONS:
        _replace(text, offset, "".join(old), "".join(new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        old_part, new_part = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if operation != "equal":
            _replace(text, offset, old_part, new_part)
        offset += len(new_part.encode())


def _replace(text: Text, offset: int, old: str, new: str) -> None:
    """Replaces `old`, which begins at byte `offset`, keeping what both begin and end with."""
    head = _common_prefix(old, new)
    tail = _common_prefix(old[head:][::-1], new[head:][::-1])
    start = offset + len(old[:head].encode())
    gone = len(old[head : len(old) - tail].encode())
    fresh = new[head : len(new) - tail]
    if gone:
        del text[start : start + gone]
    if fresh:
        text.insert(start, fresh)


def _common_prefix(first: Sequence[str], second: Sequence[str]) -> int:
    for index, (left, right) in enumerate(zip(first, second, strict=False)):
        if left != right:
            return index
    return min(len(first), len(second))
