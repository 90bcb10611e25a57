"""Runs that are submitted to a separate executor, and programs that do what a test says."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from executor.languages import Runtime
from executor.remote.remote_run import RemoteRun
from executor.remote.remote_runs import RemoteRuns
from executor.run import Exit, RunRequest, SourceFile, Stream
from executor.service import Adopted
from tests.executor import programs
from tests.executor.fake_sandbox import FakeProcess
from tests.executor.recorder import Recorder


class Talker:
    """A program that prints what the test says, when it says so."""

    def __init__(self) -> None:
        self.written: tuple[SourceFile, ...] = programs.WRITTEN
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def __call__(self, process: FakeProcess) -> Exit:
        while (line := await self._lines.get()) is not None:
            await process.print(line)
        process.written += self.written
        return Exit(3, out_of_memory=False)

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self._lines.put_nowait(line)

    def end(self) -> None:
        self._lines.put_nowait(None)


def asking(python: Runtime, source: str = "talk", **more: Any) -> RunRequest:
    files = (SourceFile("main.py", source.encode()),)
    return replace(RunRequest("room", python, files, "main.py", keepsake=b"\0kept\n"), **more)


def submitted(
    runs: RemoteRuns, python: Runtime, source: str = "talk", **more: Any
) -> tuple[RemoteRun, Recorder]:
    recorder = Recorder()
    return runs.submit(asking(python, source, **more), recorder), recorder


async def adopted(runs: RemoteRuns) -> Adopted:
    """The one run that has outlived its server."""
    assert runs.outliving is not None
    [[key]] = runs.outliving.values()
    found = await runs.adopt(key)
    assert found is not None
    return found


def printed(recorder: Recorder) -> bytes:
    return bytes(recorder.streams[Stream.STDOUT])


async def until(holds: Callable[[], object]) -> None:
    """Let other tasks go on until this is so; of what has no event to wait for."""
    while True:
        if holds():
            return
        await asyncio.sleep(0.001)
