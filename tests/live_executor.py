"""A real `codlab executor` in a process of its own, for tests that kill it or its server."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import docker
import docker.errors

START_SECONDS = 60.0
STOP_SECONDS = 20.0
IDLE_SECONDS = 30.0


class LiveExecutor:
    """It listens at a socket in its own data directory; a restart keeps both."""

    def __init__(self, data_dir: Path, *, settings: dict[str, str] | None = None) -> None:
        self.url = f"unix://{data_dir}/executor.sock"
        self.log: deque[str] = deque(maxlen=2000)
        self._data_dir = data_dir
        self._settings = settings or {}
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()

    def start(self) -> None:
        """Returns once it listens.

        Raises:
            RuntimeError: it ended or kept silent instead; the message holds its log.
        """
        settings = {"CODLAB_DATA_DIR": str(self._data_dir), "CODLAB_EXECUTOR_URL": self.url}
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("codlab"), "executor"],
            cwd=self._data_dir,
            env=os.environ | settings | self._settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        listening = threading.Event()
        self._reader = threading.Thread(target=self._read_log, args=(self._process, listening))
        self._reader.start()
        if not listening.wait(START_SECONDS) or self._process.poll() is not None:
            self.kill()
            raise RuntimeError("the executor did not start:\n" + "".join(self.log))

    def kill(self) -> None:
        """Ends it as a power cut would, as far as a process can tell."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int | None:
        """Ends it in good order; returns its exit code."""
        return self._end(signal.SIGTERM)

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Keeps it from doing anything meanwhile, with its connections open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @property
    def container_names(self) -> list[str]:
        """The containers that are there of it."""
        with contextlib.closing(docker.APIClient(version="auto")) as client:
            found = client.containers(filters={"label": [self._label]})
        return [container["Names"][0] for container in found]

    def until_idle(self) -> None:
        """Asks until no run of it goes on: what is there then waits for one.

        Raises:
            RuntimeError: some still does.
        """
        deadline = time.monotonic() + IDLE_SECONDS
        while self._busy_count():
            if time.monotonic() > deadline:
                raise RuntimeError("a run still goes on:\n" + "".join(self.log))

    def doctor(self) -> str:
        """What `codlab doctor` says of it."""
        command = [str(Path(sys.executable).with_name("codlab")), "doctor"]
        settings = {"CODLAB_DATA_DIR": str(self._data_dir), "CODLAB_EXECUTOR_URL": self.url}
        told = subprocess.run(
            command, env=os.environ | settings, capture_output=True, text=True, check=False
        )
        return told.stdout

    def _busy_count(self) -> int:
        """How many containers have another process than the first."""
        with contextlib.closing(docker.APIClient(version="auto")) as client:
            found = client.containers(filters={"label": [self._label]})
            return sum(_is_busy(client, container["Id"]) for container in found)

    @property
    def _label(self) -> str:
        return f"codlab.server={(self._data_dir / 'instance_id').read_text()}"

    def _read_log(self, process: subprocess.Popen[str], listening: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.log.append(line)
                if self.url in line:
                    listening.set()
        process.wait(STOP_SECONDS)
        listening.set()

    def _end(self, number: signal.Signals) -> int | None:
        if self._process is None or self._reader is None:
            return None
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._reader.join()
            self._process = None


def _is_busy(client: docker.APIClient, container: str) -> bool:
    try:
        return len(client.top(container)["Processes"] or ()) > 1
    except docker.errors.APIError:  # it is about to go
        return False
