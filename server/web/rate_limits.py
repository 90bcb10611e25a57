"""How often one address may do what costs the server or helps a guesser: token buckets."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from server.clock import Clock
from server.errors import RateLimited

# Addresses remembered per limit; forgetting the least recent one refills its bucket, no more.
MAX_ADDRESSES = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit:
    """A bucket per address: it holds a minute's worth and fills steadily."""

    def __init__(self, per_minute: int, clock: Clock = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def require(self, address: str) -> None:
        """Refuses an address whose bucket is empty.

        Raises:
            RateLimited: telling when to come back.
        """
        bucket = self._bucket(address)
        if bucket.tokens < 1:
            raise RateLimited(math.ceil((1 - bucket.tokens) / self._per_second))

    def spend(self, address: str) -> None:
        """Takes one token, if there is one."""
        bucket = self._bucket(address)
        bucket.tokens = max(0.0, bucket.tokens - 1)

    def take(self, address: str) -> None:
        """Counts a request that is limited in itself.

        Raises:
            RateLimited: if there were too many.
        """
        self.require(address)
        self.spend(address)

    def _bucket(self, address: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(address, _Bucket(self._capacity, now))
        self._buckets.move_to_end(address)
        if len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        gained = (now - bucket.filled_at) * self._per_second
        bucket.tokens, bucket.filled_at = min(self._capacity, bucket.tokens + gained), now
        return bucket


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits on what needs no token."""

    rooms: RateLimit
    joins: RateLimit
    misses: RateLimit
    """Wrong secrets and tokens: what guessing looks like."""
