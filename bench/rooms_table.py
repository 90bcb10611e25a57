"""Delays as a table."""

import math
from collections.abc import Mapping, Sequence

Rows = Mapping[str, Sequence[float]]
"""Milliseconds of each repetition, by what was measured."""


def table(rows: Rows) -> str:
    """A line for each row in Markdown."""
    lines = [
        "| from … to … | times | p50 ms | p90 ms | p99 ms | max ms |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [f"| {name} | {len(delays)} | {_cells(delays)} |" for name, delays in rows.items()]
    return "\n".join(lines)


def _cells(delays: Sequence[float]) -> str:
    ranks = sorted(delays)
    centiles = (ranks[math.ceil(len(ranks) * p / 100) - 1] for p in (50, 90, 99))
    return " | ".join(f"{delay:.0f}" for delay in (*centiles, ranks[-1]))
