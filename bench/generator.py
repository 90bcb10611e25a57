"""Builds the load generator (loadgen/*.c) and sends its people to a server."""

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bench.machine import GENERATOR_CPU, family, pinned, prefer
from bench.peers.peer import Peer, Running, Seat

SOURCES = Path(__file__).parent / "loadgen"
FLAGS = ("-O2", "-Wall", "-Wextra", "-Werror")
LONGEST_SECONDS = 300
PRIORITY = -15  # so that its own waiting is not taken for the server's slowness


class GenerationFailed(Exception):
    """The generator could not do what it was asked to."""


@cache
def built() -> Path:
    """The generator's program, compiled once for each state of its sources.

    Raises:
        GenerationFailed: there is no C compiler, or it refuses.
    """
    sources = sorted(SOURCES.glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    cached = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "codlab-bench"
    program = cached / f"loadgen-{digest[:16]}"
    if not program.exists():
        cached.mkdir(parents=True, exist_ok=True)
        units = [source for source in sources if source.suffix == ".c"]
        fresh = program.with_suffix(f".{os.getpid()}")
        compiler = os.environ.get("CC", "gcc")
        built = subprocess.run(
            [compiler, *FLAGS, "-o", fresh, *units], capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise GenerationFailed(built.stderr)
        fresh.rename(program)
    return program


def send(
    peer: Peer, server: Running, seats: Sequence[Seat], options: Mapping[str, object]
) -> dict[str, Any]:
    """Lets the people of these seats do what the options say; returns what was measured.

    The generator has a core of its own, and precedence on it.

    Raises:
        GenerationFailed: they could not.
    """
    about = {"hocuspocus": int(peer.speaks_hocuspocus), "connecting": peer.connecting_at_once}
    with _planned(seats, server.port, {**about, **options}) as arguments:
        for pid in family(server.pid):
            arguments += ["--process", str(pid)]
        return _run([*pinned(GENERATOR_CPU), built(), *arguments], PRIORITY)


def send_as_equals(
    port: int, seats: Sequence[Seat], options: Mapping[str, object]
) -> dict[str, Any]:
    """Does as `send` does, by a generator that shares the machine like any other process."""
    with _planned(seats, port, options) as arguments:
        return _run([built(), *arguments])


@contextmanager
def _planned(
    seats: Sequence[Seat], port: int, options: Mapping[str, object]
) -> Generator[list[str]]:
    """The generator's arguments, while there is the file of seats that they name."""
    with tempfile.NamedTemporaryFile("w", suffix=".plan") as plan:
        for seat in seats:
            words = (seat.path, seat.document or "-", seat.subprotocol or "-")
            plan.write(f"{seat.room} {' '.join(words)}\n")
        plan.flush()
        arguments = ["--plan", plan.name, "--port", str(port)]
        for name, value in options.items():
            arguments += [f"--{name.replace('_', '-')}", str(value)]
        yield arguments


def _run(command: Sequence[str | Path], priority: int | None = None) -> dict[str, Any]:
    generator = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if priority is not None:
        prefer(generator.pid, priority)
    try:
        output, errors = generator.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        generator.kill()
        generator.communicate()
        raise GenerationFailed(f"nothing after {LONGEST_SECONDS} s") from None
    if not output.startswith("{"):
        raise GenerationFailed(f"exit {generator.returncode}: {errors[-300:]}")
    measured: dict[str, Any] = json.loads(output)
    if error := measured.get("error"):
        raise GenerationFailed(error)
    return measured
