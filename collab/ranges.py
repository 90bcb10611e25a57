"""Ranges of units, as deletions name them: (client, clock, length)."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

Range = tuple[int, int, int]


def are_within(ranges: Sequence[Range], known: Sequence[Range]) -> bool:
    """Whether every unit of `ranges` is in `known`, which is in order for each client."""
    spans: dict[int, list[list[int]]] = {}
    for client, clock, length in known:
        of_client = spans.setdefault(client, [])
        if of_client and of_client[-1][1] == clock:
            of_client[-1][1] += length
        else:
            of_client.append([clock, clock + length])
    return all(_is_within(spans.get(client, ()), *span) for client, *span in ranges)


def _is_within(spans: Sequence[Sequence[int]], clock: int, length: int) -> bool:
    place = bisect_right(spans, clock, key=itemgetter(0)) - 1
    return place >= 0 and clock + length <= spans[place][1]
