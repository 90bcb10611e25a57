"""``python -m tests.collab.fuzz``: offers forged updates to documents until the time is over.

Meant to be run in a process of its own, since what it looks for may end the process: memory is
limited, and a case that hangs is ended by a signal. The case in hand is always in `--case`, a line
of updates in hex; a harm found is printed as such a line. `--replay` offers just those of a file.
"""

import argparse
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.collab.hostile import Forger, Harm, Trial
from tests.interop.yjs_oracle import YjsOracle, yjs_oracle

MEMORY_BYTES = 2 << 30
CASE_SECONDS = 3.0
UPDATES_PER_DOCUMENT = 20


def main() -> int:
    """Returns 1 when a document took what it should not have."""
    options = _options()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    counts: Counter[str] = Counter()
    case = os.open(options.case, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    if options.replay:
        updates = [bytes.fromhex(update) for update in options.replay.read_text().split()]
        with yjs_oracle() as yjs:
            harm = _offer(case, Trial(), updates, yjs, counts)
    else:
        with yjs_oracle() as yjs:
            harm = _forge(options, case, yjs, counts)
    sys.stdout.write(f"{dict(counts.most_common())}\n")
    if harm is not None:
        sys.stdout.write(f"{harm}\n")
    return 0 if harm is None else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.collab.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--case", type=Path, default=Path("fuzz-case.txt"))
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--go-on", action="store_true", help="count harms, end only by a crash")
    return parser.parse_args()


def _forge(
    options: argparse.Namespace, case: int, yjs: YjsOracle, counts: Counter[str]
) -> str | None:
    forger = Forger(random.Random(options.seed))
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        trial = Trial()
        harm = _offer(case, trial, _forged(forger, trial), yjs, counts)
        if harm is not None and not options.go_on:
            return harm
        counts["harmed"] += harm is not None
    return None


def _forged(forger: Forger, trial: Trial) -> Iterator[bytes]:
    for _ in range(UPDATES_PER_DOCUMENT):
        yield forger.update(trial.document.guard.clocks)


def _offer(
    case: int, trial: Trial, updates: Iterable[bytes], yjs: YjsOracle, counts: Counter[str]
) -> str | None:
    """Offers updates one after the other; returns the harm that one did, if any."""
    for update in updates:
        line = " ".join(data.hex() for data in (*trial.taken, update))
        os.ftruncate(case, os.pwrite(case, line.encode(), 0))
        signal.setitimer(signal.ITIMER_REAL, CASE_SECONDS)
        try:
            counts[trial.offer(update)] += 1
        except Harm as harm:
            return f"{harm}: {line}"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        trial.hold_to_yjs(yjs)
    except Harm as harm:
        return f"{harm}: {' '.join(data.hex() for data in trial.taken)}"
    return None


if __name__ == "__main__":
    sys.exit(main())
