"""One run inside its sandbox: the compiler first, where there is one, then the program."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from executor.builds import Build, BuildCache, build_key
from executor.debug_execution import Debug, DebugExecution
from executor.handle import RunHandle
from executor.input import EndOfInput, Inbox
from executor.output import OutputLimit, Piece, Throttle, mark
from executor.run import (
    OUT_OF_MEMORY_MARK,
    Leftovers,
    Outcome,
    Place,
    RunLimits,
    TerminalSize,
    compile_failed,
    exited,
    out_of_processes,
)
from executor.sandbox import Program, Sandbox

# Output is passed on at once, then what comes within this time in one piece: a program that writes
# byte by byte must not cost the room a message for each.
GATHER_SECONDS = 0.004
END_OF_TRANSMISSION = b"\x04"  # ^D


class Execution:
    """Sees one run through to its outcome."""

    def __init__(
        self,
        sandbox: Sandbox,
        handle: RunHandle,
        limits: RunLimits,
        builds: BuildCache,
        debug: Debug | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._handle = handle
        self._limits = limits
        self._builds = builds
        self._debug = debug
        self._has_program_ended = False

    async def outcome(self) -> Outcome:
        """Compile if need be, then run.

        Raises:
            StartFailed: the files did not fit.
            SandboxBroke: the sandbox ended under the program.
        """
        request = self._handle.request
        paths = [file.path for file in request.files]
        commands = request.runtime.commands(request.entry, paths, request.args)
        program = Program(
            argv=commands.run,
            env={**request.runtime.env, **request.env},
            files=request.files,
            terminal=request.terminal,
            wall_seconds=self._limits.wall_seconds,
            cpu_seconds=self._limits.cpu_seconds,
        )
        if not commands.compile:
            return await self._run(program)
        compiler = replace(
            program,
            argv=commands.compile,
            built=(),
            wall_seconds=self._limits.compile_seconds,
            cpu_seconds=math.ceil(self._limits.compile_seconds * self._limits.cpus),
        )
        key = build_key(request.room, request.runtime, compiler)
        if build := self._builds.get(key):
            self._say(*build.messages)
            return await self._run(replace(program, built=build.files))
        failure = await self._compile(compiler, key)
        return failure or await self._run(replace(program, files=()))

    async def _compile(self, compiler: Program, key: bytes) -> Outcome | None:
        """Compile, and keep the build; return the outcome if that is the end of it."""
        messages: list[Piece] = []

        def hear(piece: Piece) -> None:
            if piece.place is not Place.KEPT:  # a build with so many is not kept anyway
                messages.append(piece)
            self._say(piece)

        await self._sandbox.begin(compiler)
        self._handle.compile(self._limits)
        if compiler.terminal is None:
            await self._sandbox.end_input()
        else:
            await self._sandbox.write(END_OF_TRANSMISSION)
        await self._pass_on(hear)
        end = await self._sandbox.end()
        if end.code != 0:
            return compile_failed(end, self._limits)
        # Before the program can touch it.
        files = await self._sandbox.collect(self._builds.max_build_bytes)
        if files is not None:
            self._builds.put(key, Build(files, tuple(messages)))
        return None

    async def _run(self, program: Program) -> Outcome:
        if self._debug is not None:
            execution = DebugExecution(self._sandbox, self._handle, self._debug, self._limits)
            outcome = await execution.outcome(program)
            self._has_program_ended = True
            return outcome
        await self._sandbox.begin(program)
        self._handle.start(self._limits)
        async with asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(_feed(self._sandbox, self._handle.inbox))
            await self._pass_on(self._say)
            feeding.cancel()
        end = await self._sandbox.end()
        self._has_program_ended = True
        outcome = exited(end, self._limits)
        if end.out_of_memory and outcome.exit_code is not None:
            self._say(mark(OUT_OF_MEMORY_MARK))
        if end.out_of_processes:
            self._say(mark(out_of_processes(self._limits)))
        return outcome

    async def leftovers(self) -> Leftovers:
        """Return what the program has written, after `outcome`; nothing if none has ended."""
        limits = self._limits.artefact_limits
        if not self._has_program_ended or not limits.files:
            return Leftovers()
        return await self._sandbox.gather(limits)

    async def _pass_on(self, hear: Callable[[Piece], None]) -> None:
        now = asyncio.get_running_loop().time
        limit = OutputLimit(self._limits.output_bytes, self._limits.kept_output_bytes)
        throttle = Throttle(self._limits.output_bytes_per_second, now())
        try:
            while (chunk := await self._sandbox.read()) is not None:
                for piece in limit.take(chunk):
                    hear(piece)
                await self._handle.ready()
                delay = throttle.delay(len(chunk.data), now(), limit.speedup)
                await asyncio.sleep(max(delay, GATHER_SECONDS))
        finally:
            for piece in limit.finish():
                hear(piece)

    def _say(self, *pieces: Piece) -> None:
        for piece in pieces:
            self._handle.say(piece)


async def _feed(sandbox: Sandbox, inbox: Inbox) -> None:
    while True:
        match await inbox.next():
            case bytes() as typed:
                await sandbox.write(typed)
            case TerminalSize() as size:
                await sandbox.resize(size)
            case EndOfInput():
                await sandbox.end_input()
            case event:
                assert_never(event)
