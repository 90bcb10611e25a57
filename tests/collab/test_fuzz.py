"""Forged updates against documents; `python -m tests.collab.fuzz` is the long form."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.collab.hostile import Trial
from tests.collab.poison import REPEATING, honest_document
from tests.interop.yjs_oracle import yjs_oracle

SECONDS = 15


def test_no_forged_update_ends_or_hangs_the_process(tmp_path: Path) -> None:
    case = tmp_path / "case.txt"
    options = ["--seed", "1", "--seconds", str(SECONDS), "--case", str(case), "--go-on"]
    fuzzer = [sys.executable, "-m", "tests.collab.fuzz", *options]
    done = subprocess.run(fuzzer, capture_output=True, text=True, timeout=3 * SECONDS, check=False)
    assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr[-2000:]}\n{case.read_text()}"


def test_a_document_takes_what_it_should() -> None:
    first, second = honest_document()
    trial = Trial(base=[first])
    assert trial.offer(second) == "taken"
    assert trial.offer(second) == "no news"
    assert trial.offer(second[:-1]) == "PoisonedUpdate"


@pytest.mark.parametrize("name", REPEATING)
def test_what_repeats_known_content_reads_the_same_in_yjs(name: str) -> None:
    trial = Trial()
    assert [trial.offer(bytes.fromhex(update)) for update in REPEATING[name]][-1] == "taken"
    with yjs_oracle() as yjs:
        trial.hold_to_yjs(yjs)
