"""What people looked at while a program stands still, kept for who comes, within bounds."""

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from collab.commands import encode_json

TOLD_BYTES = 256 << 10  # of one answer; what is larger only who asked is given
KEPT_BYTES = 512 << 10  # of all of one kind; a newcomer is sent them

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Answers(Generic[Key, Answer]):
    """The answers of one kind; the oldest are forgotten where all together take too much."""

    def __init__(self) -> None:
        self._answers: dict[Key, Answer] = {}
        self._sizes: dict[Key, int] = {}

    def __iter__(self) -> Iterator[Key]:
        return iter(self._answers)

    def get(self, key: Key) -> Answer | None:
        """What is kept."""
        return self._answers.get(key)

    def put(self, key: Key, answer: Answer) -> bool:
        """Keeps an answer; False if it is kept already, or too large for all to be told."""
        if self._answers.get(key) == answer or not may_be_told(answer):
            return False
        self._answers[key], self._sizes[key] = answer, len(encode_json(answer))
        while sum(self._sizes.values()) > KEPT_BYTES:
            oldest = next(iter(self._answers))
            del self._answers[oldest], self._sizes[oldest]
        return True

    def clear(self) -> None:
        """Forgets all."""
        self._answers.clear()
        self._sizes.clear()

    def as_json(self) -> dict[str, object]:
        """All by their keys, as clients see them."""
        return {str(key): answer for key, answer in self._answers.items()}


def may_be_told(answer: object) -> bool:
    """Whether an answer is small enough for everybody."""
    return len(encode_json(answer)) <= TOLD_BYTES
