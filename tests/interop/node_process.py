"""A Node process that does what it is told: a line of JSON for each action, and one in answer."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class NodeProcess:
    """Runs one of the scripts beside this file."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, action: str, **arguments: Any) -> Any:
        """Has the script do something; returns the result. Raises RuntimeError with its error."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"do": action, **arguments}) + "\n")
        stdin.flush()
        answer = json.loads(stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{action}: {answer['error']}")
        return answer["result"]


@contextmanager
def node_process(script: Path) -> Generator[NodeProcess]:
    """Starts a script; ends its process in the end."""
    process = subprocess.Popen(
        ["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with process:
        yield NodeProcess(process)
        process.kill()
