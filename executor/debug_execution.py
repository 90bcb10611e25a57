"""One debug session inside its sandbox: the adapter, the program, what it prints and is typed."""

import asyncio
import logging
import signal
from dataclasses import dataclass, replace
from typing import assert_never

from executor.debug_clock import DebugLimits
from executor.debug_session import DebugSession
from executor.debug_start import Launch
from executor.debuggee import Debuggee
from executor.debuggers import Debugger, command
from executor.entry import MAX_INPUT_BYTES
from executor.errors import AdapterBroke, AdapterRefused, StartFailed
from executor.frames import Chunk
from executor.handle import RunHandle
from executor.input import EndOfInput
from executor.output import OutputLimit, Throttle, mark
from executor.run import (
    OUT_OF_MEMORY_MARK,
    SIGNAL_EXIT_BASE,
    Exit,
    Outcome,
    RunLimits,
    RunRequest,
    TerminalSize,
    exited,
    failed_to_start,
)
from executor.sandbox import Adapter, Program, Sandbox
from executor.words import GONE, plain

log = logging.getLogger(__name__)

ROOM = "/room"
NO_START = "the debugger could not start it"
OUTPUT_CREDIT_BYTES = 64 << 10  # of output on its way, beyond what the throttle lets pass
GATHER_SECONDS = 0.004
LEAVE_SECONDS = 3.0  # between the end that the debugger tells and the program's own, either way
END_OF_TRANSMISSION = b"\x04"  # ^D
DEFAULT_TERMINAL = TerminalSize(80, 24)


@dataclass(frozen=True, slots=True)
class Debug:
    """What makes a run a debug session."""

    session: DebugSession
    debugger: Debugger
    limits: DebugLimits


class DebugExecution:
    """Sees a program under its debugger through to its outcome."""

    def __init__(
        self, sandbox: Sandbox, handle: RunHandle, debug: Debug, limits: RunLimits
    ) -> None:
        self._sandbox = sandbox
        self._handle = handle
        self._session = debug.session
        self._debugger = debug.debugger
        self._debug_limits = debug.limits
        self._limits = limits
        self._output = OutputLimit(limits.output_bytes, limits.kept_output_bytes)
        self._tasks = asyncio.TaskGroup()
        self._debuggee = Debuggee(sandbox, self._hear, self._tasks)
        self._used_bytes = 0  # of the credit
        self._is_used = asyncio.Event()

    async def outcome(self, program: Program) -> Outcome:
        """Debug a program that is compiled.

        Raises:
            StartFailed: the files did not fit.
            SandboxBroke: the sandbox ended under it.
        """
        values = _values(program, self._handle.request)
        debugger, limits = self._debugger, self._debug_limits
        terminal = await self._sandbox.debug(
            Adapter(
                argv=command(debugger.adapter, values),
                env={**(program.env if debugger.is_on_terminal else {}), **debugger.env},
                files=program.files,
                built=program.built,
                terminal=program.terminal or DEFAULT_TERMINAL,
                is_on_terminal=debugger.is_on_terminal,
                wall_seconds=limits.max_seconds,
                cpu_seconds=limits.cpu_seconds,
            )
        )
        self._handle.debug(limits)
        try:
            failure = await self._see_through(Launch({**values, "terminal": terminal}, program.env))
        finally:
            self._session.close()
            for kept in self._output.finish():
                self._handle.say(kept)
        end = await self._sandbox.end()
        return self._judge(end, failure)

    async def _see_through(self, launch: Launch) -> Outcome | None:
        """Drive the session; return the outcome if it isn't the program's own."""
        async with self._tasks as tasks:
            await self._sandbox.grant(OUTPUT_CREDIT_BYTES)
            helpers = [tasks.create_task(self._feed()), tasks.create_task(self._give_credit())]
            listening = tasks.create_task(self._debuggee.listen())
            listening.add_done_callback(lambda _: self._session.end())
            helpers.append(tasks.create_task(self._end_after_program()))
            failure = await self._drive(launch)
            await self._wait_for_end(listening)
            await self._sandbox.finish()
            await listening
            for helper in helpers:
                helper.cancel()
        return failure

    async def _wait_for_end(self, listening: asyncio.Task[None]) -> None:
        """Give the program time to end, after its debugger has told that it does."""
        if self._debuggee.has_spawned:
            end = asyncio.ensure_future(self._debuggee.has_left.wait())
            await asyncio.wait([end], timeout=LEAVE_SECONDS)
            end.cancel()
        elif self._debugger.is_on_terminal:
            await asyncio.wait([listening], timeout=LEAVE_SECONDS)

    async def _drive(self, launch: Launch) -> Outcome | None:
        try:
            await self._session.drive(self._debuggee, launch)
        except (AdapterRefused, StartFailed) as error:
            log.info("a debugger did not start its program: %s", error)
            return failed_to_start(plain(str(error), NO_START))
        except AdapterBroke as error:
            return self._broken(str(error))
        if self._session.is_over or self._debuggee.has_left.is_set():
            return None
        return self._broken(GONE)

    def _broken(self, reason: str) -> Outcome:
        """Its last words are for who operates the server: they are about the debugger's insides."""
        log.warning("a debugger failed: %s; it wrote: %s", reason, self._debuggee.errors)
        return Outcome(f"the debugger failed: {reason}", None)

    async def _end_after_program(self) -> None:
        """A debugger may fail to notice that its program has ended."""
        await self._debuggee.has_left.wait()
        await asyncio.sleep(LEAVE_SECONDS)
        self._session.end()

    def _judge(self, end: Exit, failure: Outcome | None) -> Outcome:
        if end.code == SIGNAL_EXIT_BASE + signal.SIGXCPU:
            return exited(end, replace(self._limits, cpu_seconds=self._debug_limits.cpu_seconds))
        code = self._session.exit_code
        if code is None:
            code = self._debuggee.exit_code
        if end.out_of_memory and (failure is not None or code is None):
            return exited(replace(end, code=SIGNAL_EXIT_BASE + signal.SIGKILL), self._limits)
        if end.out_of_memory:
            self._handle.say(mark(OUT_OF_MEMORY_MARK))
        if failure is not None:
            return failure
        return exited(replace(end, code=end.code if code is None else code), self._limits)

    def _hear(self, chunk: Chunk) -> None:
        for kept in self._output.take(chunk):
            self._handle.say(kept)
        self._used_bytes += len(chunk.data)
        self._is_used.set()

    async def _give_credit(self) -> None:
        """Let as much output come as has come, no faster than it may."""
        now = asyncio.get_running_loop().time
        throttle = Throttle(self._limits.output_bytes_per_second, now())
        while True:
            await self._is_used.wait()
            self._is_used.clear()
            used, self._used_bytes = self._used_bytes, 0
            speedup = self._output.speedup
            await asyncio.sleep(max(throttle.delay(used, now(), speedup), GATHER_SECONDS))
            await self._handle.ready()
            await self._sandbox.grant(used)

    async def _feed(self) -> None:
        while True:
            match await self._handle.inbox.next():
                case bytes() as typed:
                    await self._type(typed)
                case TerminalSize() as size:
                    await self._sandbox.resize(size)
                case EndOfInput():
                    await self._type(END_OF_TRANSMISSION)
                case event:
                    assert_never(event)

    async def _type(self, typed: bytes) -> None:
        for at in range(0, len(typed), MAX_INPUT_BYTES):
            await self._debuggee.is_typed.wait()
            self._debuggee.is_typed.clear()
            await self._sandbox.write(typed[at : at + MAX_INPUT_BYTES])


def _values(program: Program, request: RunRequest) -> dict[str, object]:
    """Return what a debugger's templates may name, but for the terminal."""
    return {
        "command": program.argv[0],
        "rest": list(program.argv[1:]),
        "program": list(program.argv),
        "entry": f"{ROOM}/{request.entry}",
        "args": list(request.args),
        "env": dict(program.env),
        "cwd": ROOM,
    }
