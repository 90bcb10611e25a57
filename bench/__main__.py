"""``python -m bench [NAME ...]``: the benchmarks, at a length that one waits for; all, or those."""

import argparse
import subprocess
import sys

WORDS = {
    "rooms": (),
    "runs": (),
    "debug": (),
    "collab": ("--quick",),
    "crash": ("--kills", "20"),
}


def main() -> int:
    """Runs them one after the other, each in a process of its own; returns how many failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(WORDS))
    names = parser.parse_args().names or list(WORDS)
    if unknown := set(names) - set(WORDS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    failed = 0
    for name in names:
        print(f"## {name}\n", flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *WORDS[name]]
        failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
