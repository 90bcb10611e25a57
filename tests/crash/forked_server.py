"""`codlab serve` in a process of its own that starts fast: forked where all is imported already."""

import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

from tests.crash.faults import Circumstances
from tests.live import LiveServer

_nursery = get_context("forkserver")
_nursery.set_forkserver_preload(["server.cli", "server.serving", "pytest", "tests.crash.faults"])


class ForkedProcess:
    """The part of `subprocess.Popen` that `LiveServer` uses."""

    def __init__(self, process: BaseProcess, stdout: TextIO) -> None:
        self.stdout = stdout
        self._process = process

    @property
    def pid(self) -> int:
        """See `subprocess.Popen.pid`."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """See `subprocess.Popen.poll`."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """See `subprocess.Popen.send_signal`."""
        os.kill(self.pid, number)

    def wait(self, timeout: float) -> None:
        """See `subprocess.Popen.wait`."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("codlab serve", timeout)

    def kill(self) -> None:
        """See `subprocess.Popen.kill`."""
        self._process.kill()


class ForkedServer(LiveServer):
    """A live server; `circumstances` hold from its next start on."""

    def __init__(self, data_dir: Path, *, settings: dict[str, str] | None = None) -> None:
        super().__init__(data_dir, settings=settings)
        self.circumstances = Circumstances()

    def _launch(self, environment: dict[str, str]) -> ForkedProcess:
        here, there = os.pipe()
        with Connection(there) as output:
            process = _nursery.Process(
                target=_serve,
                args=(str(self._data_dir), environment, output, self.circumstances),
            )
            process.start()
        return ForkedProcess(process, os.fdopen(here))


def _serve(
    directory: str, environment: dict[str, str], output: Connection, circumstances: Circumstances
) -> None:
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output.fileno(), stream.fileno())
    output.close()
    os.chdir(directory)
    os.environ.update(environment)
    circumstances.arrange()
    from server.cli import main  # noqa: PLC0415 - the nursery has it, the parent needs it not

    sys.exit(main(["serve"]))
