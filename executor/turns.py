"""Who gets the next free place: rooms in turn, in each its people in turn, each one's in order.

See docs/decisions/ on turns.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

News = Callable[[int], None]


@dataclass(eq=False, slots=True)
class _Waiting:
    """One that waits.

    Attributes:
        tell: gets its position, 1 being the next, whenever that has changed.
    """

    room: str
    by: str
    tell: News
    position: int = 0
    turn: asyncio.Event = field(default_factory=asyncio.Event)


class Turns:
    """So many places, and those who wait for one; no room and no person can keep others waiting."""

    def __init__(self, places: int) -> None:
        self._free = places
        # The first of each comes next. Who has had a turn goes to the end, and so do newcomers.
        self._rooms: dict[str, dict[str, list[_Waiting]]] = {}

    @asynccontextmanager
    async def turn(self, room: str, by: str, tell: News) -> AsyncGenerator[None]:
        """Hold a place, after waiting for it."""
        waiting = _Waiting(room, by, tell)
        self._rooms.setdefault(room, {}).setdefault(by, []).append(waiting)
        self._give()
        try:
            await waiting.turn.wait()
            yield
        finally:
            if waiting.turn.is_set():
                self._free += 1
            else:
                self._remove(waiting)
            self._give()

    def _give(self) -> None:
        """Give the free places out, and tell the others where they are now."""
        while self._free and self._rooms:
            following = next(self._in_order())
            self._free -= 1
            following.turn.set()
            self._remove(following)
            self._go_to_the_end(following)
        for position, waiting in enumerate(self._in_order(), 1):
            if position != waiting.position:
                waiting.position = position
                waiting.tell(position)

    def _in_order(self) -> Iterator[_Waiting]:
        """Yield all that wait, in the order of their turns if nobody else comes."""
        rooms = [list(_alternating(list(room.values()))) for room in self._rooms.values()]
        return _alternating(rooms)

    def _remove(self, waiting: _Waiting) -> None:
        room = self._rooms[waiting.room]
        room[waiting.by].remove(waiting)
        if not room[waiting.by]:
            del room[waiting.by]
        if not room:
            del self._rooms[waiting.room]

    def _go_to_the_end(self, served: _Waiting) -> None:
        room = self._rooms.pop(served.room, None)
        if room is None:
            return
        self._rooms[served.room] = room
        if (own := room.pop(served.by, None)) is not None:
            room[served.by] = own


def _alternating(queues: list[list[_Waiting]]) -> Iterator[_Waiting]:
    """Yield the first of each, then the second of each, and so on."""
    for round_number in range(max(map(len, queues), default=0)):
        yield from (queue[round_number] for queue in queues if round_number < len(queue))
