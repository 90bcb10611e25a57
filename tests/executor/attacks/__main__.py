"""Run attacks, and print what became of them.

`python -m tests.executor.attacks [--write] [name ...]`; with `--write` the table goes into
docs/sandbox.md.
"""

import argparse
import asyncio
import statistics
import sys

from bench import machine
from tests.executor.attacks import table
from tests.executor.attacks.all import EVERY_ATTACK
from tests.executor.attacks.attack import Attack
from tests.executor.attacks.siege import Result, Siege, siege

NEIGHBOURS_ALONE = 5


async def measure(attacks: list[Attack]) -> tuple[list[tuple[Attack, Result]], float]:
    """Return what became of each, and the seconds of a neighbour whom nobody disturbs."""
    async with siege() as besieged:
        alone = [await _alone(besieged, attacks[0]) for _ in range(NEIGHBOURS_ALONE)]
        results = []
        for attack in attacks:
            results.append((attack, await besieged.run(attack)))
            print(table.line(*results[-1]), *results[-1][1].broken, sep="\n    ", flush=True)
    return results, statistics.median(alone)


async def _alone(besieged: Siege, attack: Attack) -> float:
    await besieged.warm_up(attack)
    seconds, complaint = await besieged.neighbour()
    if complaint:
        sys.exit(f"nothing runs here: {complaint}")
    return seconds


def main() -> None:
    """Run those whose names hold one of the given words, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.executor.attacks")
    parser.add_argument("words", nargs="*", help="part of a name")
    parser.add_argument("--write", action="store_true", help="write the table into the docs")
    options = parser.parse_args()
    words = options.words or [""]
    attacks = [attack for attack in EVERY_ATTACK if any(word in attack.name for word in words)]
    if not attacks:
        parser.error(f"no attack is called {' or '.join(words)}")
    results, alone = asyncio.run(measure(attacks))
    if options.write:
        table.write(results, f"{machine.described()}; load {machine.load():.1f}", alone)
    if not all(table.held(attack, result) for attack, result in results):
        sys.exit("the sandbox did not hold")


if __name__ == "__main__":
    main()
