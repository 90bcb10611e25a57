"""Measures what people cost a room server, here and at other projects: `python -m bench.collab`.

One server at a time runs on a core of its own, and a generator on another; per scenario all servers
take turns. `--quick` is the shortest comparison, `--full` the tables of docs/performance.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import collab_report as report
from bench import collab_scenarios as scenarios
from bench import generator, machine
from bench.collab_scenarios import Scenario
from bench.peers.codlab import CodLab
from bench.peers.others import HERE, HOCUSPOCUS, MODULES, PYCRDT_WEBSOCKET, Y_WEBSOCKET
from bench.peers.peer import Peer, log_end

REFERENCE = HOCUSPOCUS.name
ALL: tuple[Peer, ...] = (CodLab(), HOCUSPOCUS, Y_WEBSOCKET, PYCRDT_WEBSOCKET)
PEERS = {peer.name: peer for peer in ALL}


def main(words: Sequence[str] | None = None) -> int:
    """Measures what the command line asks for, and prints tables."""
    arguments = _arguments(words)
    if not MODULES.exists():
        print("installing the other servers", file=sys.stderr)
        subprocess.run(["npm", "install", "--prefix", HERE, "--loglevel=error"], check=True)
    peers = [PEERS[name] for name in arguments.servers]
    print(f"{machine.described()}; load average {machine.load():.1f}\n", flush=True)
    for scenario in _chosen(arguments):
        runs: dict[str, list[dict[str, Any] | str]] = {peer.name: [] for peer in peers}
        for _ in range(arguments.repeat):
            for peer in peers:
                run = _steady(peer, scenario, arguments)
                runs[peer.name].append(run)
                _keep(arguments.output, scenario, peer, run)
        print(f"### {scenario.name} (load average {machine.load():.1f})\n")
        results = {name: _middle(found) for name, found in runs.items()}
        print(report.table(results, REFERENCE), end="\n\n", flush=True)
    return 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.collab", description=__doc__)
    parser.add_argument("--scenarios", nargs="+", type=scenarios.parse, metavar="NAME:SIZE")
    parser.add_argument("--servers", nargs="+", choices=PEERS, default=list(PEERS), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="the first scenarios, two servers")
    parser.add_argument("--full", action="store_true", help="all scenarios")
    parser.add_argument("--seconds", type=float, default=4, help="length of a measured window")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the median counts")
    parser.add_argument("--tries", type=int, default=3, help="most runs for an undisturbed one")
    parser.add_argument(
        "--wall-clock",
        action="store_true",
        help="do not take off the time that the server waited for a core that others used",
    )
    parser.add_argument("--output", type=Path, help="a file to append each run to, as JSON lines")
    arguments = parser.parse_args(words)
    if arguments.quick:
        arguments.servers = [CodLab.name, REFERENCE]
    return arguments


def _chosen(arguments: argparse.Namespace) -> Sequence[Scenario]:
    if arguments.scenarios:
        return list(arguments.scenarios)
    return scenarios.FULL if arguments.full else scenarios.FIRST


def _steady(peer: Peer, scenario: Scenario, arguments: argparse.Namespace) -> dict[str, Any] | str:
    """A run, repeated while others on the machine disturb it; or why there is none."""
    runs = []
    for _ in range(arguments.tries):
        try:
            run = _measure(peer, scenario, arguments)
        except (generator.GenerationFailed, RuntimeError) as error:
            print("\n".join(getattr(error, "__notes__", ())), file=sys.stderr)
            return str(error)
        if not report.is_disturbed(run):
            return run
        runs.append(run)
    return min(runs, key=lambda run: float(run["lag_p99"]))


def _measure(peer: Peer, scenario: Scenario, arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, peer.run(Path(scratch)) as server:
        seats = peer.seats(server, scenario.rooms, scenario.per_room)
        with scenario.generator_options() as options:
            options |= {"seconds": arguments.seconds, "compensate": int(not arguments.wall_clock)}
            try:
                return generator.send(peer, server, seats, options)
            except generator.GenerationFailed as error:
                error.add_note(log_end(Path(scratch)))
                raise


def _middle(runs: Sequence[dict[str, Any] | str]) -> report.Measured | str:
    measured = [run for run in runs if not isinstance(run, str)]
    return report.middle(measured) if measured else str(runs[0])


def _keep(output: Path | None, scenario: Scenario, peer: Peer, run: dict[str, Any] | str) -> None:
    if output is None:
        return
    about = {"scenario": scenario.name, "server": peer.name, "load": machine.load()}
    with output.open("a") as lines:
        lines.write(json.dumps(about | (run if isinstance(run, dict) else {"error": run})) + "\n")


if __name__ == "__main__":
    sys.exit(main())
