"""Values of the executor as JSON, where the encoder's own form of a dataclass is not enough.

What is read comes from a peer that knows the secret; what can't be read raises one of UNREADABLE.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from executor.breakpoints import Breakpoint, FunctionBreakpoint, Verification
from executor.debug_clock import DebugLimits, TimeLeft
from executor.debug_start import Start
from executor.languages import Catalogue, Runtime
from executor.packages.sets import Lock, Package
from executor.run import RunLimits, RunRequest, SourceFile, TerminalSize
from executor.stops import Frame, Stop

Json = Mapping[str, Any]


def told_request(request: RunRequest, *, is_debugged: bool) -> tuple[dict[str, object], bytes]:
    """Return a request as a head and a body: its files and its keepsake."""
    told: dict[str, object] = {
        "room": request.room,
        "runtime": request.runtime.id,
        "is_debugged": is_debugged,
        "files": _told_files(request.files),
        "entry": request.entry,
        "args": request.args,
        "env": dict(request.env),
        "stdin_bytes": None if request.stdin is None else len(request.stdin),
        "terminal": request.terminal,
        "by": request.by,
        "limits": request.limits,
        "packages": request.packages,
    }
    contents = (file.content for file in request.files)
    return told, b"".join([*contents, request.stdin or b"", request.keepsake])


def read_request(told: Json, body: bytes, catalogue: Catalogue) -> RunRequest:
    """Read a request. Raises UnknownRuntime besides."""
    runtime = catalogue.resolve(str(told["runtime"]))
    files, rest = read_files(told["files"], body)
    stdin_bytes = told["stdin_bytes"]
    return RunRequest(
        room=str(told["room"]),
        runtime=runtime.for_debugging() if told["is_debugged"] else runtime,
        files=files,
        entry=str(told["entry"]),
        args=tuple(map(str, told["args"])),
        env={str(name): str(value) for name, value in told["env"].items()},
        stdin=None if stdin_bytes is None else rest[:stdin_bytes],
        terminal=read_size(told["terminal"]),
        by=str(told["by"]),
        limits=optional(read_run_limits, told["limits"]),
        packages=optional(read_lock, told["packages"]),
        keepsake=rest[stdin_bytes or 0 :],
    )


def _told_files(files: Iterable[SourceFile]) -> list[tuple[str, int, bool]]:
    return [(file.path, len(file.content), file.is_executable) for file in files]


def read_files(told: Sequence[Any], body: bytes) -> tuple[tuple[SourceFile, ...], bytes]:
    """Read files out of a body; return what is left of it, too."""
    files, at = [], 0
    for path, size, is_executable in told:
        files.append(SourceFile(str(path), body[at : at + size], bool(is_executable)))
        at += size
    return tuple(files), body[at:]


def told_start(start: Start) -> dict[str, object]:
    """Return a debug session's start, without what the runtime says of it."""
    names = ("files", "breakpoints", "functions", "exceptions", "stop_on_entry")
    return {name: getattr(start, name) for name in names}


def read_start(told: Json, runtime: Runtime) -> Start:
    """Read it."""
    if runtime.debugging is None:
        raise ValueError(f"{runtime.id} can't be debugged")
    exceptions = told["exceptions"]
    return Start(
        debugger=runtime.debugging.debugger,
        files=tuple(map(str, told["files"])),
        breakpoints=read_breakpoints(told["breakpoints"]),
        functions=read_functions(told["functions"]),
        exceptions=None if exceptions is None else tuple(map(str, exceptions)),
        stop_on_entry=bool(told["stop_on_entry"]),
    )


def read_breakpoints(told: Iterable[Json]) -> tuple[Breakpoint, ...]:
    """Read breakpoints on lines."""
    return tuple(Breakpoint(**each) for each in told)


def read_functions(told: Iterable[Json]) -> tuple[FunctionBreakpoint, ...]:
    """Read functions to stop at."""
    return tuple(FunctionBreakpoint(**each) for each in told)


def read_verifications(told: Iterable[Json]) -> tuple[Verification, ...]:
    """Read what has become of breakpoints."""
    return tuple(Verification(**each) for each in told)


def read_stop(told: Json) -> Stop:
    """Read where a program stands."""
    frames = tuple(Frame(**frame) for frame in told["frames"])
    others = {name: tuple(told[name]) for name in ("threads", "breakpoints")}
    return Stop(**{**told, **others, "frames": frames})


def read_size(told: Json | None) -> TerminalSize | None:
    """Read a terminal's size."""
    return None if told is None else TerminalSize(int(told["cols"]), int(told["rows"]))


def read_run_limits(told: Json) -> RunLimits:
    """Read a run's limits; what is not told is as usual."""
    names = {field.name for field in fields(RunLimits)}
    return replace(RunLimits(), **{name: told[name] for name in names & told.keys()})


def read_debug_limits(told: Json) -> DebugLimits:
    """Read a debug session's limits."""
    names = {field.name for field in fields(DebugLimits)}
    return replace(DebugLimits(), **{name: told[name] for name in names & told.keys()})


def read_time_left(told: Json) -> TimeLeft:
    """Read what a clock shows."""
    return TimeLeft(**told)


def read_lock(told: Json) -> Lock:
    """Read what is installed."""
    packages = tuple(Package(**package) for package in told["packages"])
    return Lock(str(told["manager"]), str(told["image"]), str(told["text"]), packages)


def optional(read: Callable[[Any], Any], told: Any) -> Any:
    """Read what may not be there."""
    return None if told is None else read(told)
