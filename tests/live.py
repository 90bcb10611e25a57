"""A real server in a process of its own, for tests and benchmarks that need one to be killed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

import docker
import httpx2

START_SECONDS = 60.0
STOP_SECONDS = 20.0
METRIC_SECONDS = 30.0


class Process(Protocol):
    """What a server needs of its process; see `subprocess.Popen`."""

    @property
    def stdout(self) -> IO[str] | None: ...
    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def send_signal(self, number: signal.Signals, /) -> None: ...
    def wait(self, timeout: float) -> object: ...
    def kill(self) -> None: ...


class LiveServer:
    """`codlab serve` on a free port of this machine; a restart keeps its port and its data."""

    def __init__(self, data_dir: Path, *, settings: dict[str, str] | None = None) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log: deque[str] = deque(maxlen=2000)
        self._logged = threading.Condition()
        self._data_dir = data_dir
        self._settings = settings or {}
        self._process: Process | None = None
        self._reader: threading.Thread | None = None

    @property
    def database(self) -> Path:
        """The file of its embedded database."""
        return self._data_dir / "codlab.sqlite3"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._remove_packages()

    def _remove_packages(self) -> None:
        """What rooms have installed stays for the server's next start, which never comes."""
        instance = self._data_dir / "instance_id"
        if "CODLAB_DOCKER_HOST" in self._settings or not instance.exists():
            return
        label = f"codlab.server={instance.read_text()}"
        with contextlib.closing(docker.APIClient(version="auto")) as client:
            for volume in client.volumes(filters={"label": [label]})["Volumes"] or ():
                client.remove_volume(volume["Name"])

    def start(self) -> None:
        """Returns once the server answers.

        Raises:
            RuntimeError: it ended or kept silent instead; the message holds its log.
        """
        settings = {
            "CODLAB_HOST": "127.0.0.1",
            "CODLAB_PORT": str(self.port),
            "CODLAB_DATA_DIR": str(self._data_dir),
        }
        self._process = self._launch(settings | self._settings)
        answering = threading.Event()
        self._reader = threading.Thread(target=self._read_log, args=(self._process, answering))
        self._reader.start()
        if not answering.wait(START_SECONDS) or self._process.poll() is not None:
            self.kill()
            raise RuntimeError("the server did not start:\n" + "".join(self.log))
        httpx2.get(f"{self.url}/healthz").raise_for_status()

    def _launch(self, environment: dict[str, str]) -> Process:
        return subprocess.Popen(
            [Path(sys.executable).with_name("codlab"), "serve"],
            cwd=self._data_dir,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _read_log(self, process: Process, answering: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with self._logged:
                    self.log.append(line)
                    self._logged.notify_all()
                if self.url in line:
                    answering.set()
        process.wait(STOP_SECONDS)
        answering.set()

    def logged(self, count: int, *parts: str) -> list[dict[str, Any]]:
        """Waits until that many of its log's lines hold all these parts; returns all that do.

        Raises:
            RuntimeError: they did not come; the message holds the log.
        """

        def found() -> list[str]:
            return [line for line in self.log if all(part in line for part in parts)]

        with self._logged:
            if not self._logged.wait_for(lambda: len(found()) >= count, STOP_SECONDS):
                raise RuntimeError(f"no {count} lines with {parts}:\n" + "".join(self.log))
            return [json.loads(line) for line in found()]

    def until_metric(self, line: str) -> None:
        """Asks until its metrics have this line."""
        deadline = time.monotonic() + METRIC_SECONDS
        while line not in httpx2.get(f"{self.url}/metrics").text.splitlines():
            assert time.monotonic() < deadline, line + "\n" + "".join(self.log)

    def stop(self) -> None:
        """Ends it in good order, as Ctrl+C does."""
        self._end(signal.SIGINT)

    def terminate(self) -> object:
        """Ends it in good order, as a service's end does; returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a power cut would, as far as a process can tell."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stops it and starts it again on the same port and data."""
        self.stop()
        self.start()

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Keeps it from doing anything meanwhile, with its connections open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def memory_bytes(self) -> int:
        """What the process holds in memory (its resident set)."""
        assert self._process is not None
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def peak_memory_bytes(self) -> int:
        """The most that the process has held in memory so far."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024

    def _end(self, number: signal.Signals) -> object:
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

    def create_room(self, **body: Any) -> "LiveRoom":
        """Creates a room by the HTTP API; `body` may name it, its files and its creator."""
        answer = httpx2.post(f"{self.url}/api/rooms", json=body).raise_for_status().json()
        owner = Member(answer["participant"], answer["access_token"])
        return LiveRoom(self, answer["room"]["id"], answer["links"], owner)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who joined a room."""

    participant: dict[str, Any]
    access_token: str


@dataclass(frozen=True, slots=True)
class LiveRoom:
    """A room on a live server, and its share links."""

    server: LiveServer
    id: str
    links: dict[str, str]
    owner: Member

    @property
    def socket_url(self) -> str:
        """Where its socket is, without a token."""
        return f"{self.socket_base}/{self.id}"

    @property
    def socket_base(self) -> str:
        """What a Yjs provider joins the room's id to."""
        return self.server.url.replace("http", "ws", 1) + "/collab"

    def join(self, name: str, *, role: str = "editor") -> Member:
        """Joins by the link of that role."""
        body = {"secret": self.links[role].partition("#")[2], "name": name}
        answer = httpx2.post(f"{self.server.url}/api/rooms/{self.id}/join", json=body)
        joined = answer.raise_for_status().json()
        return Member(joined["participant"], joined["access_token"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
