"""A debug session on fake or real sandboxes, and a listener that tests can wait on."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from executor.breakpoints import Breakpoint, Verification
from executor.debug_clock import DebugLimits
from executor.debug_start import Start
from executor.languages import Runtime
from executor.run import RunRequest, SourceFile, TerminalSize
from executor.service import DebugRequest, Handle, Runs, Session
from executor.stops import Stop
from tests.executor.recorder import Recorder

DEBUG_LIMITS = DebugLimits()


class DebugRecorder(Recorder):
    """See executor.debug_session.DebugListener, and Recorder."""

    def __init__(self) -> None:
        super().__init__()
        self.stop: Stop | None = None
        self.stops: list[Stop] = []
        self.resumed: list[tuple[int, str | None]] = []
        self.said: list[tuple[str, str]] = []
        self.breakpoints: Mapping[str, Verification] = {}
        self.capabilities: Mapping[str, Any] = {}
        self.is_running = False

    def running(self, capabilities: Mapping[str, Any], exceptions: Sequence[str]) -> None:
        self.capabilities = capabilities
        self.is_running = True
        self._changed.set()

    def stopped(self, stop: Stop) -> None:
        self.stop = stop
        self.stops.append(stop)
        self.is_running = False
        self._changed.set()

    def continued(self, stop: int, thread_id: int | None, by: str | None) -> None:
        assert self.stop is not None
        assert self.stop.number == stop
        self.stop = None
        self.resumed.append((stop, by))
        self.is_running = True
        self._changed.set()

    def console(self, category: str, text: str) -> None:
        self.said.append((category, text))
        self._changed.set()

    def verified(self, verifications: Sequence[Verification]) -> None:
        self.breakpoints = {each.id: each for each in verifications}
        self._changed.set()

    @property
    def log(self) -> str:
        return "".join(text for _, text in self.said)

    async def at(self, number: int) -> Stop:
        """The stop with this number, when the program stands there."""
        await self.until(lambda: self.is_finished or len(self.stops) >= number)
        assert len(self.stops) >= number, f"the program ended: {await self.outcome()}; {self.text}"
        return self.stops[number - 1]


class Debugged:
    """A program being debugged."""

    def __init__(self, session: Session, handle: Handle, seen: DebugRecorder) -> None:
        self.session = session
        self.handle = handle
        self.seen = seen

    @property
    def here(self) -> Stop:
        assert self.seen.stop is not None, "the program runs"
        return self.seen.stop

    async def step(self, command: str, **more: Any) -> Stop:
        """Step, and return where that leads."""
        number = self.here.number
        await self.session.resume(command, number, more.get("thread_id"), more.get("by", "ada"))
        return await self.seen.at(number + 1)

    async def go_on(self) -> None:
        await self.session.resume("continue", self.here.number, None, "ada")

    async def local(self, name: str, depth: int = 0) -> Mapping[str, Any]:
        """A variable of a frame, by its name in any case, in whatever scope it is."""
        stop = self.here
        body = await self.session.scopes(stop.number, stop.frames[depth].id)
        for scope in body["scopes"]:
            told = await self.session.variables(stop.number, scope["variablesReference"], 0, 0)
            for variable in told["variables"]:
                if variable["name"].lstrip("$").casefold() == name:
                    return {**variable, "scope": scope["variablesReference"]}
        raise AssertionError(f"there is no {name} in {body}")

    async def value(self, expression: str, context: str = "watch") -> str:
        stop = self.here
        frame = stop.frames[0].id
        body = await self.session.evaluate(stop.number, expression, frame, context, "Ada")
        return str(body["result"])


def debugged(
    runner: Runs,
    runtime: Runtime,
    files: Mapping[str, str],
    breakpoints: Sequence[Breakpoint] = (),
    **more: Any,
) -> Debugged:
    """Start debugging; `more` is for `Start` and `limits` of the session."""
    variant = runtime.for_debugging()
    assert variant.debugging is not None
    limits = more.pop("limits", DEBUG_LIMITS)
    entry = next(iter(files))
    seen = DebugRecorder()
    start = Start(variant.debugging.debugger, tuple(files), tuple(breakpoints), **more)
    sources = tuple(SourceFile(path, text.encode()) for path, text in files.items())
    request = RunRequest("room", variant, sources, entry, terminal=TerminalSize(80, 24), by="ada")
    handle = runner.submit(request, seen, DebugRequest(start, seen, limits))
    assert handle.session is not None
    return Debugged(handle.session, handle, seen)


async def refused(action: Callable[[], Any], kind: type[Exception]) -> str:
    """What an action is refused with."""
    try:
        async with asyncio.timeout(20):
            await action()
    except kind as error:
        return str(error)
    raise AssertionError("it was not refused")
