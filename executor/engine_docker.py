"""The container engine, spoken to with the docker SDK. The only module that imports it.

The SDK blocks and is untyped, so every call runs in a thread of an own bounded pool, and what comes
back is turned into plain values and this package's errors. See docs/decisions/003-engine-client.md.
"""

import asyncio
import contextlib
import io
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import docker
import requests
from docker.errors import APIError, DockerException

from executor.engine_version import EngineVersion, read_version
from executor.errors import EngineRefused, EngineUnavailable
from executor.run import Exit

T = TypeVar("T")

CONTROL_THREADS = 8  # a call takes some 20 to 150 ms of mostly waiting
CALL_TIMEOUT_SECONDS = 30
BUILD_TIMEOUT_SECONDS = 900  # between two lines of a build's log
SCHEMES = ("unix://", "tcp://")  # a connection over TLS or ssh can't be duplicated
NOT_FOUND, CONFLICT = 404, 409
HOW_TO_GET_ONE = (
    "No container engine answers, so nothing can be run. As root on Debian or Ubuntu,"
    " scripts/engine installs and starts one; otherwise install Docker (20.10 or newer), or set"
    " CODLAB_DOCKER_HOST to the address of an engine."
)


class DockerEngine:
    """One engine. Connects when it is first needed, so that it may come up after the server.

    Args:
        address: `unix://` or `tcp://`; None for DOCKER_HOST, else the usual socket.
    """

    def __init__(self, address: str | None = None) -> None:
        self._address = address or os.environ.get("DOCKER_HOST") or None
        self._threads = ThreadPoolExecutor(CONTROL_THREADS, thread_name_prefix="engine")
        self._build_threads = ThreadPoolExecutor(1, thread_name_prefix="engine-build")
        self._connecting = threading.Lock()
        self._connected: Any = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let the calls under way end; builds are given up."""
        self._build_threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._threads.shutdown)
        if self._connected is not None:
            self._connected.close()

    async def version(self) -> EngineVersion:
        """Return what the engine is.

        Raises:
            EngineUnavailable: nobody answers.
        """
        return await self._call(lambda client: read_version(client.version(), client.info()))

    async def create(self, config: Mapping[str, Any], name: str) -> None:
        """Create a container from the API's own JSON."""
        await self._call(lambda client: client.create_container_from_config(dict(config), name))

    async def attach(self, name: str) -> socket.socket:
        """Return a non-blocking connection to a container's three streams; the caller owns it.

        Must come before `start`: what a container writes unattached is lost.
        """
        parameters = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}

        def connect(client: Any) -> socket.socket:
            # The SDK gives a reader of a socket that belongs to an HTTP response; a duplicate of
            # the socket belongs to nobody else.
            hijacked = client.attach_socket(name, parameters)
            with hijacked, hijacked._sock as original:  # noqa: SLF001 (there is no other way)
                connection: socket.socket = original.dup()
            connection.setblocking(False)
            return connection

        return await self._call(connect, discard=socket.socket.close)

    async def start(self, name: str) -> None:
        """Start a container; returns when its first process runs."""
        await self._call(lambda client: client.start(name))

    async def end(self, name: str) -> Exit:
        """Wait until a container has ended, and return how."""

        def ask(client: Any) -> Exit:
            client.wait(name, timeout=CALL_TIMEOUT_SECONDS)
            state = client.inspect_container(name)["State"]
            return Exit(state["ExitCode"], state["OOMKilled"])

        return await self._call(ask)

    async def remove(self, name: str) -> None:
        """Kill a container with all its processes, and remove it; also if it is not there.

        Its attached connection must be closed or drained, or the engine (20.10) waits for that.
        """

        def remove(client: Any) -> None:
            client.remove_container(name, force=True, v=True)

        try:
            await self._call(remove)
        except EngineRefused as error:
            if error.status not in {NOT_FOUND, CONFLICT}:  # conflict: being removed already
                raise

    async def names(self, label: str) -> list[str]:
        """Return the names of all containers, alive or not, with this `name=value` label."""

        def ask(client: Any) -> list[str]:
            found = client.containers(all=True, filters={"label": [label]})
            return [container["Id"] for container in found]

        return await self._call(ask)

    async def create_volume(self, name: str, labels: Mapping[str, str]) -> None:
        """Make an empty volume, unless there is one of this name."""
        await self._call(lambda client: client.create_volume(name, labels=dict(labels)))

    async def remove_volume(self, name: str) -> None:
        """Remove a volume that no container has, also if it is not there."""
        try:
            await self._call(lambda client: client.remove_volume(name))
        except EngineRefused as error:
            if error.status != NOT_FOUND:
                raise

    async def volumes(self, label: str) -> dict[str, Mapping[str, str]]:
        """Return all volumes with this `name=value` label, each with its labels."""

        def ask(client: Any) -> dict[str, Mapping[str, str]]:
            found = client.volumes(filters={"label": [label]})["Volumes"] or ()
            return {volume["Name"]: volume["Labels"] for volume in found}

        return await self._call(ask)

    async def has_image(self, tag: str) -> bool:
        """Tell whether the engine has an image of this tag."""
        try:
            await self._call(lambda client: client.inspect_image(tag))
        except EngineRefused as error:
            if error.status == NOT_FOUND:
                return False
            raise
        return True

    async def image_tags(self) -> set[str]:
        """Return the tags of all images."""

        def ask(client: Any) -> set[str]:
            return {tag for image in client.images() for tag in image["RepoTags"] or ()}

        return await self._call(ask)

    async def image_bytes(self, tag: str) -> int:
        """Return the size of an image, with all that it stands on."""
        return await self._call(lambda client: int(client.inspect_image(tag)["Size"]))

    async def pull(self, repository: str, tag: str) -> None:
        """Try to fetch an image from its registry; whether it came, `has_image` tells.

        Raises:
            EngineRefused: the registry can't be reached, or doesn't have it.
        """
        await self._build(lambda client: client.pull(repository, tag))

    async def import_image(self, root_tar: Path, repository: str, tag: str) -> None:
        """Make an image of a root file system."""

        def load(client: Any) -> None:
            client.import_image_from_file(str(root_tar), repository, tag, ['CMD ["bash"]'])

        await self._build(load)

    async def build(self, context: bytes, tag: str, on_line: Callable[[str], None]) -> str | None:
        """Build an image; return the error that the build ended with, if it did.

        Args:
            context: a tar of the Dockerfile and all that it copies.
            tag: what the image is to be called.
            on_line: gets the log as it comes, on the event loop. If cancelled, so is the build.
        """
        loop = asyncio.get_running_loop()
        given_up = threading.Event()
        options = {"rm": True, "forcerm": True, "decode": True, "timeout": BUILD_TIMEOUT_SECONDS}

        def build(client: Any) -> str | None:
            for message in client.build(
                fileobj=io.BytesIO(context), custom_context=True, tag=tag, **options
            ):
                if (
                    given_up.is_set()
                ):  # leaving the loop closes the connection, which ends the build
                    break
                if error := message.get("error"):
                    return str(error)
                for line in message.get("stream", "").splitlines():
                    loop.call_soon_threadsafe(on_line, line)
            return None

        try:
            return await self._build(build)
        finally:
            given_up.set()

    async def _call(
        self, call: Callable[[Any], T], discard: Callable[[T], None] | None = None
    ) -> T:
        """Run a call to its end, even if the caller is cancelled.

        A thread can't be cancelled, and who cleans up after a cancelled call must find its effect.
        What it returns then, nobody will: `discard` gets it.
        """
        future = self._submit(self._threads, call)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            if discard is not None and future.exception() is None:
                discard(future.result())
            raise

    async def _build(self, call: Callable[[Any], T]) -> T:
        """Run a call that may take minutes; if cancelled, it is left alone."""
        return await self._submit(self._build_threads, call)

    def _submit(self, pool: ThreadPoolExecutor, call: Callable[[Any], T]) -> asyncio.Future[T]:
        def run() -> T:
            with _own_errors():
                return call(self._client())

        return asyncio.get_running_loop().run_in_executor(pool, run)

    def _client(self) -> Any:
        with self._connecting:
            if self._connected is None:
                if not (self._address or SCHEMES[0]).startswith(SCHEMES):
                    raise EngineUnavailable(f"{self._address} is neither unix:// nor tcp://")
                self._connected = docker.APIClient(
                    self._address,
                    version="auto",
                    timeout=CALL_TIMEOUT_SECONDS,
                    max_pool_size=CONTROL_THREADS,
                )
            return self._connected


@contextlib.contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except APIError as error:
        raise EngineRefused(error.explanation or str(error), error.status_code) from error
    except (DockerException, requests.RequestException) as error:
        raise EngineUnavailable(HOW_TO_GET_ONE) from error
