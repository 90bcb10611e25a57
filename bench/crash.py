"""``python -m bench.crash``: kills a server under typists and counts what was lost. Goal: nothing.

Every start of the server is a process of its own, ended by SIGKILL at a random moment; every second
or third runs with slow commits or eager compaction, so that kills land in the midst of them.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import anyio

from tests.crash.campaign import Campaign, Plan, Result
from tests.crash.faults import FAULTS
from tests.postgres import running_cluster

PROGRESS_KILLS = 25
COLUMNS = (
    "database",
    "kills",
    "edits",
    "acknowledged",
    "lost",
    "resurrected",
    "torn",
    "twice",
    "ack p50 ms",
    "ack p99 ms",
    "resumed max s",
    "minutes",
)


def main() -> int:
    """Runs one campaign; returns 1 when it found anything."""
    options = _options()
    with _surroundings(options) as (plan, settings), tempfile.TemporaryDirectory() as directory:
        started = time.monotonic()
        campaign = Campaign(plan, Path(directory), settings, _show_progress)
        result = anyio.run(campaign.run)
        minutes = (time.monotonic() - started) / 60
    _print_table(_row(options.database, result, minutes))
    if result.findings:
        print(f"seed {options.seed}: {result.findings}", file=sys.stderr)
    return 1 if result.findings else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument(
        "--restart-postgres",
        action="store_true",
        help="restart PostgreSQL itself before each kill, while everybody types",
    )
    parser.add_argument("--rooms", type=int, default=2)
    parser.add_argument("--typists", type=int, default=3, help="in each room")
    parser.add_argument("--pace", type=float, default=25.0, help="edits per second and typist")
    parser.add_argument("--fault", choices=FAULTS, help="plant a fault, which must be found")
    options = parser.parse_args()
    if options.restart_postgres and options.database != "postgres":
        parser.error("--restart-postgres needs --database postgres")
    return options


@contextmanager
def _surroundings(options: argparse.Namespace) -> Generator[tuple[Plan, dict[str, str]]]:
    """The plan, and the settings of a server with the database that it asks for."""

    def plan(restart_database: Callable[[], None] | None = None) -> Plan:
        return Plan(
            options.kills,
            options.seed,
            rooms=options.rooms,
            typists=options.typists,
            pace=options.pace,
            fault=options.fault,
            restart_database=restart_database,
        )

    if options.database == "sqlite":
        yield plan(), {}
        return
    with running_cluster() as cluster, cluster.database() as url:
        restart = cluster.restart if options.restart_postgres else None
        yield plan(restart), {"CODLAB_DATABASE_URL": url}


def _show_progress(result: Result) -> None:
    if result.kills % PROGRESS_KILLS == 0:
        lost = len(result.findings.lost)
        print(f"{result.kills} kills, {result.acknowledged} acknowledged, {lost} lost", flush=True)


def _row(database: str, result: Result, minutes: float) -> list[str]:
    findings = result.findings
    centiles = statistics.quantiles(result.ack_seconds, n=100)
    resumed = f"{max(result.resume_seconds):.1f}" if result.resume_seconds else "-"
    counts = [result.kills, result.edits, result.acknowledged]
    wrong = (findings.lost, findings.resurrected, findings.torn, findings.twice)
    return [
        database,
        *map(str, counts),
        *(str(len(tokens)) for tokens in wrong),
        f"{centiles[49] * 1000:.0f}",
        f"{centiles[98] * 1000:.0f}",
        resumed,
        f"{minutes:.1f}",
    ]


def _print_table(row: list[str]) -> None:
    widths = [max(len(name), len(cell)) for name, cell in zip(COLUMNS, row, strict=True)]
    for line in (COLUMNS, ["-" * width for width in widths], row):
        print("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |")


if __name__ == "__main__":
    sys.exit(main())
