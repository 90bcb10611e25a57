"""What Prometheus can read at /metrics."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# An answer is felt from 100 ms on; below 5 ms nobody looks.
_LATENCY_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The server's metrics in a registry of their own; other parts add theirs to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.http_seconds = Histogram(
            "codlab_http_request_seconds",
            "Time from a request's head to its answer's head.",
            ("method", "route", "status"),
            buckets=_LATENCY_SECONDS,
            registry=self.registry,
        )
        self.sockets = Gauge(
            "codlab_sockets", "Sockets that are in a room.", registry=self.registry
        )
        self.sockets_closed = Counter(
            "codlab_sockets_closed",
            "Sockets that left a room, by close code.",
            ("code",),
            registry=self.registry,
        )
        self.failures = Counter(
            "codlab_http_failures", "Requests that ended in a defect.", registry=self.registry
        )

    def socket_closed(self, code: int) -> None:
        """Counts a socket out."""
        self.sockets.dec()
        self.sockets_closed.labels(str(int(code))).inc()

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Adds a gauge that is read when Prometheus asks."""
        Gauge(name, meaning, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)
