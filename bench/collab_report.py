"""Tables of what was measured, with each server's ratio to a reference."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Measured = Mapping[str, Any]
DISTURBED_LAG_MS = 9.0

_HEADS = {
    "typing": (
        "server",
        "CPU per delivered edit",
        "ratio",
        "CPU",
        "edits p50 / p99",
        "cursors p50 / p99",
        "delivered in time",
        "in the end",
        "peak memory",
        "generator late p99",
    ),
    "join": (
        "server",
        "all have it",
        "median",
        "CPU",
        "ratio",
        "complete",
        "loaded",
        "peak memory",
    ),
    "idle": ("server", "per connection", "ratio", "process", "CPU while idle"),
}


def cost(measured: Measured) -> float:
    """What is compared: CPU seconds per delivered edit or per join, KiB per idle connection."""
    match measured["mode"]:
        case "typing":
            return float(measured["cpu"] / max(1, measured["delivered"]))
        case "join":
            return float(measured["cpu"] / max(1, measured["complete"]))
        case _:
            return float(measured["kb_per_connection"])


def is_disturbed(measured: Measured) -> bool:
    """Whether other processes kept the generator from keeping time."""
    return measured["mode"] == "typing" and bool(measured["lag_p99"] > DISTURBED_LAG_MS)


def middle(runs: Sequence[Measured]) -> Measured:
    """The run of median cost, disturbed ones aside where there are others."""
    chosen = [run for run in runs if not is_disturbed(run)] or list(runs)
    centre = median(sorted(map(cost, chosen)))
    return min(chosen, key=lambda run: abs(cost(run) - centre))


def table(results: Mapping[str, Measured | str], reference: str) -> str:
    """One scenario's table in Markdown; a server that failed has words instead of numbers."""
    measured = {name: run for name, run in results.items() if not isinstance(run, str)}
    if not measured:
        return "\n".join(f"{name}: {run}" for name, run in results.items())
    mode = next(iter(measured.values()))["mode"]
    base = _base(measured.get(reference))
    lines = [_row(_HEADS[mode]), _row(["---"] * len(_HEADS[mode]))]
    for name, run in results.items():
        if isinstance(run, str):
            lines.append(_row([name, run, *[""] * (len(_HEADS[mode]) - 2)]))
        else:
            lines.append(_row([name, *_cells(run, _ratio(cost(run), base))]))
    return "\n".join(lines)


def _base(run: Measured | None) -> float | None:
    """What others are compared with; nothing, if it delivered nothing."""
    return cost(run) if run is not None and run.get("delivered") != 0 else None


def _ratio(own: float, base: float | None) -> str:
    return "" if not base else f"1/{base / own:.1f}" if own < base else f"{own / base:.2f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(run: Measured, ratio: str) -> list[str]:
    match run["mode"]:
        case "typing":
            return _typing_cells(run, ratio)
        case "join":
            return [
                f"{run['all_ms']:.0f} ms",
                f"{run['p50_ms']:.0f} ms",
                f"{run['cpu']:.2f} s",
                ratio,
                f"{run['complete']} of {run['connections']}",
                _mib(run["loaded_kb"]),
                _mib(run["peak_kb"]),
            ]
        case _:
            return [
                f"{run['kb_per_connection']:.1f} KiB",
                ratio,
                _mib(run["rss_kb"]),
                f"{100 * run['idle_cpu']:.1f} %",
            ]


def _typing_cells(run: Measured, ratio: str) -> list[str]:
    people = run["connections"] // run["rooms"]
    in_time = run["delivered"] / max(1, run["sent"] * (people - 1))
    return [
        f"{1e6 * cost(run):.2f} µs" if run["delivered"] else "nothing delivered",
        ratio if run["delivered"] else "",
        f"{100 * run['cpu'] / run['seconds']:.0f} %",
        f"{run['edit_p50']:.1f} / {run['edit_p99']:.1f} ms",
        f"{run['show_p50']:.1f} / {run['show_p99']:.1f} ms" if run["shows_delivered"] else "",
        f"{100 * in_time:.1f} %",
        _outcome(run),
        _mib(run["peak_kb"]),
        f"{run['lag_p99']:.1f} ms",
    ]


def _outcome(run: Measured) -> str:
    faults = []
    if missing := run["all_expected"] - run["all_delivered"]:
        faults.append(f"{missing} of {run['all_expected']} missing")
    if run["late_complete"] < run["late"]:
        faults.append(f"{run['late'] - run['late_complete']} of {run['late']} late ones lack text")
    if run["closed"]:
        faults.append(f"{run['closed']} closed ({run['first_close']})")
    wrong = ("skipped", "repeated", "unreadable", "stale_cursors")
    faults += [f"{run[fault]} {fault.replace('_', ' ')}" for fault in wrong if run[fault]]
    return "; ".join(faults) or "exact"


def _mib(kib: int) -> str:
    return f"{kib / 1024:.0f} MiB"
