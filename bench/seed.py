"""The history of a large document, as updates that Yjs takes: many authors, short runs."""

from collections.abc import Iterator

from collab.varint import varuint

FIRST_AUTHOR = 1_000_000_000  # loadgen/client.h counts what these wrote
AUTHORS = 40
RUN = "def f(x): return x\n"
RUNS_PER_UPDATE = 1000
_STRING, _HAS_ORIGIN = 4, 0x80


def updates(total_bytes: int) -> Iterator[bytes]:
    """Yields updates of about that many bytes in all; each run is appended behind the last one."""
    clocks = [0] * AUTHORS
    last: tuple[int, int] | None = None
    written = 0
    while written < total_bytes:
        runs: dict[int, list[bytes]] = {}
        starts: dict[int, int] = {}
        for number in range(RUNS_PER_UPDATE):
            author = (number * 7) % AUTHORS
            starts.setdefault(author, clocks[author])
            runs.setdefault(author, []).append(_run(last))
            clocks[author] += len(RUN)
            last = (FIRST_AUTHOR + author, clocks[author] - 1)
        update = _update(runs, starts)
        written += len(update)
        yield update


def _run(origin: tuple[int, int] | None) -> bytes:
    if origin is None:
        parent = bytes([_STRING, 1]) + _string("content")
        return parent + _string(RUN)
    return bytes([_STRING | _HAS_ORIGIN]) + b"".join(map(varuint, origin)) + _string(RUN)


def _update(runs: dict[int, list[bytes]], starts: dict[int, int]) -> bytes:
    parts = [varuint(len(runs))]
    for author in sorted(runs, reverse=True):
        parts += map(varuint, (len(runs[author]), FIRST_AUTHOR + author, starts[author]))
        parts += runs[author]
    return b"".join(parts) + b"\0"


def _string(text: str) -> bytes:
    encoded = text.encode()
    return varuint(len(encoded)) + encoded
