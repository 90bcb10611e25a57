import pytest

from server.errors import RateLimited
from server.web import rate_limits
from server.web.rate_limits import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_holds_a_minutes_worth_and_fills_steadily() -> None:
    clock = Clock()
    limit = RateLimit(60, clock)
    for _ in range(60):
        limit.take("a")
    with pytest.raises(RateLimited) as refused:
        limit.take("a")
    assert refused.value.retry_after_seconds == 1
    limit.take("b")
    clock.now += 2
    limit.take("a")
    limit.take("a")
    with pytest.raises(RateLimited):
        limit.take("a")


def test_a_long_pause_fills_the_bucket_and_no_more() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    clock.now += 3600
    limit.take("a")
    limit.take("a")
    with pytest.raises(RateLimited):
        limit.require("a")


def test_the_memory_of_addresses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_ADDRESSES", 10)
    limit = RateLimit(1, Clock())
    for number in range(100):
        limit.take(str(number))
    assert len(limit._buckets) == 10
