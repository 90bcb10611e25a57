"""``python -m bench.rooms``: what two people in one room wait for, measured in their browsers.

A real server, real containers, and real key presses and clicks in two headless Chromium pages.
Servers, pages and programs share this machine, so that one clock serves all.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench import machine, rooms_joins, rooms_runs, rooms_typing
from bench.rooms_table import Rows, table
from e2e.chromium import launch_options
from tests.live import LiveServer

PARTS = ("typing", "runs", "joins", "crowds")
CROWDS = (30, 100)

Part = Callable[[LiveServer, argparse.Namespace], Rows]


def main() -> None:
    """Measures the parts that the command line names, each on a server of its own."""
    options = _options()
    print(f"{machine.described()}; {_engine()}\n", flush=True)
    if chosen := [name for name in IN_BROWSERS if name in options.parts]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            print(f"Chromium {browser.version}\n", flush=True)
            for name in chosen:
                _measure(name, partial(IN_BROWSERS[name], browser), options)
            browser.close()
    if "crowds" in options.parts:
        _measure("crowds", _crowds, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rooms", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    parser.add_argument("--presses", type=int, default=300, help="keys that are pressed")
    parser.add_argument("--cold", type=int, default=5, help="runs just after a start")
    parser.add_argument("--rounds", type=int, default=20, help="warm runs, and joins in browsers")
    parser.add_argument("--crowds", type=int, default=5, help="times that a crowd joins")
    return parser.parse_args()


def _measure(name: str, part: Part, options: argparse.Namespace) -> None:
    before = machine.load()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as data_dir,
        LiveServer(Path(data_dir)) as server,
    ):
        rows = part(server, options)
    print(f"### {name} (load average {before:.1f} to {machine.load():.1f})\n")
    print(table(rows), end="\n\n", flush=True)


def _typing(browser: Browser, server: LiveServer, options: argparse.Namespace) -> Rows:
    return rooms_typing.measure(browser, server, options.presses)


def _runs(browser: Browser, server: LiveServer, options: argparse.Namespace) -> Rows:
    return rooms_runs.measure(browser, server, cold=options.cold, warm=options.rounds)


def _joins(browser: Browser, server: LiveServer, options: argparse.Namespace) -> Rows:
    return rooms_joins.in_browsers(browser, server, options.rounds)


def _crowds(server: LiveServer, options: argparse.Namespace) -> Rows:
    all_rows = (rooms_joins.of_programs(server, people, options.crowds) for people in CROWDS)
    return {name: delays for rows in all_rows for name, delays in rows.items()}


IN_BROWSERS = {"typing": _typing, "runs": _runs, "joins": _joins}


def _engine() -> str:
    engine = subprocess.run(
        ["docker", "version", "--format", "Docker {{.Server.Version}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return engine.stdout.strip()


if __name__ == "__main__":
    main()
