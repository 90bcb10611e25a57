"""How many sandboxes of each kind are worth having ready, by how they were asked for lately.

Pure bookkeeping: times are given, in seconds of any steady clock.
"""

from collections import deque
from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

Kind = TypeVar("Kind", bound=Hashable)

KEEP_SECONDS = 600.0  # what nobody asked for in so long is not expected any more
BURST_SECONDS = 5.0  # uses within this time meet the same idle ones: new ones take a while


class Demand(Generic[Kind]):
    """Remembers uses and expectations, of at most `most` sandboxes altogether."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._uses: dict[Kind, deque[float]] = {}
        self._heard: dict[Kind, float] = {}  # when a kind was last asked for; the latest last

    def expect(self, kind: Kind, now: float) -> None:
        """Note that one may be used soon."""
        self._heard.pop(kind, None)
        self._heard[kind] = now

    def use(self, kind: Kind, now: float) -> None:
        """Note that one was used."""
        self.expect(kind, now)
        self._uses.setdefault(kind, deque(maxlen=self._most)).append(now)

    def forget(self, kind: Kind) -> None:
        """Have none of it ready until it is asked for again."""
        self._heard.pop(kind, None)
        self._uses.pop(kind, None)

    def wanted(self, now: float) -> Mapping[Kind, int]:
        """Return how many are to be ready: the largest burst lately, and one of each at least.

        If that is too many, the kinds that were asked for last come first: each with one, and then
        each with what it lacks.
        """
        for kind in [kind for kind, at in self._heard.items() if now - at > KEEP_SECONDS]:
            self.forget(kind)
        latest_first = list(reversed(self._heard))[: self._most]
        wanted = dict.fromkeys(latest_first, 1)
        left = self._most - len(wanted)
        for kind in latest_first:
            more = min(left, self._largest_burst(kind, now) - 1)
            if more > 0:
                wanted[kind] += more
                left -= more
        return wanted

    def _largest_burst(self, kind: Kind, now: float) -> int:
        uses = [at for at in self._uses.get(kind, ()) if now - at <= KEEP_SECONDS]
        return max((sum(at <= u <= at + BURST_SECONDS for u in uses) for at in uses), default=0)
