"""Proves a runtime: runs its template in its sandbox, and compares what that prints."""

import asyncio
import re
import time
from dataclasses import dataclass, replace

from executor.languages import Runtime
from executor.run import Leftovers, Outcome, Place, RunRequest, SourceFile, Stream
from executor.runner import Runner

PASSED = "exited(0)"
_VERSION = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Report:
    """How a runtime did.

    Attributes:
        fault: what is wrong with it, for people; empty if nothing is.
        toolchain: its exact version, as its own command tells.
        compile_seconds: from the compiler's start to the program's; 0 without a compiler.
        run_seconds: from the program's start to its end.
    """

    runtime: Runtime
    fault: str
    toolchain: str
    compile_seconds: float
    run_seconds: float


async def prove(runner: Runner, runtime: Runtime) -> Report:
    """Run the runtime's self-test; its image must be there."""
    version = await _run(runner, replace(runtime, compile=(), run=runtime.toolchain))
    ran = await _run(runner, runtime)
    # Both had a sandbox made; only this one may have had a compiler run in it.
    compile_seconds = max(0.0, ran.prepare_seconds - version.prepare_seconds)
    return Report(
        runtime,
        _version_fault(runtime, version)
        or _fault(runtime, ran)
        or await _repl_fault(runner, runtime),
        exact_version(runtime, version.text),
        compile_seconds if runtime.compile else 0.0,
        ran.run_seconds,
    )


def exact_version(runtime: Runtime, said: str) -> str:
    """Return the number that begins like the runtime's own; empty if there is none."""
    begins = runtime.version.split()[-1]
    found = [number for number in _VERSION.findall(said) if f"{number}.".startswith(f"{begins}.")]
    return max(found, key=len, default="")


class _Witness:
    """Listens to a run (`executor.run.RunListener`)."""

    def __init__(self) -> None:
        self.text = ""
        self.prepare_seconds = 0.0
        self.run_seconds = 0.0
        self.outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._began_at = time.monotonic()

    def waiting(self, _position: int) -> None:
        """See RunListener."""

    def preparing(self) -> None:
        """See RunListener."""
        self._began_at = time.monotonic()

    def started(self) -> None:
        """See RunListener."""
        self.prepare_seconds = time.monotonic() - self._began_at
        self._began_at += self.prepare_seconds

    async def ready(self) -> None:
        """See RunListener."""

    def output(self, _stream: Stream, data: bytes, place: Place) -> None:
        """See RunListener."""
        if place is not Place.KEPT:
            self.text += data.decode(errors="replace")

    def finished(self, outcome: Outcome) -> None:
        """See RunListener."""
        self.run_seconds = time.monotonic() - self._began_at
        self.outcome.set_result(outcome.text)

    def left(self, leftovers: Leftovers) -> None:
        """See RunListener."""

    def gone(self) -> None:
        """See RunListener."""


async def _run(runner: Runner, runtime: Runtime) -> _Witness:
    witness = _Witness()
    files = tuple(SourceFile(path, text.encode()) for path, text in runtime.template)
    stdin = runtime.self_test.stdin.encode()
    runner.submit(RunRequest("self-test", runtime, files, runtime.entry, stdin=stdin), witness)
    await witness.outcome
    return witness


def _version_fault(runtime: Runtime, version: _Witness) -> str:
    if exact_version(runtime, version.text):
        return ""
    command = " ".join(runtime.toolchain)
    return f"`{command}` does not say {runtime.version}: {_shown(version)}"


def _fault(runtime: Runtime, ran: _Witness) -> str:
    if ran.outcome.result() == PASSED and ran.text == runtime.self_test.stdout:
        return ""
    return f"the template printed {_shown(ran)} and not {runtime.self_test.stdout!r}"


async def _repl_fault(runner: Runner, runtime: Runtime) -> str:
    if not runtime.repl:
        return ""
    search = ("sh", "-c", 'command -v "$0"', runtime.repl[0])
    found = await _run(runner, replace(runtime, compile=(), run=search))
    is_there = found.outcome.result() == PASSED
    return "" if is_there else f"its shell {runtime.repl[0]!r} is not in the image"


def _shown(witness: _Witness) -> str:
    return f"{witness.text!r} ({witness.outcome.result()})"
