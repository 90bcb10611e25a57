"""What a debug session starts with. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from executor.breakpoints import TARGET, Breakpoint, FunctionBreakpoint
from executor.debuggers import Debugger, command


@dataclass(frozen=True, slots=True)
class Start:
    """What a room wants of its session.

    Attributes:
        files: the paths of the workspace.
        functions: to stop at.
        exceptions: filters of the debugger's to stop at; None for the debugger's own choice.
    """

    debugger: Debugger
    files: tuple[str, ...]
    breakpoints: tuple[Breakpoint, ...] = ()
    functions: tuple[FunctionBreakpoint, ...] = ()
    exceptions: tuple[str, ...] | None = None
    stop_on_entry: bool = False

    @property
    def entry(self) -> FunctionBreakpoint | None:
        """What to stop at once for the program's beginning, if that is a function."""
        is_function = self.stop_on_entry and self.debugger.entry
        return FunctionBreakpoint(TARGET, self.debugger.entry) if is_function else None


@dataclass(frozen=True, slots=True)
class Launch:
    """How the program is started.

    Attributes:
        values: for the debugger's templates (see `executor.debuggers.VALUES`).
        env: the program's, on top of what every program gets.
    """

    values: Mapping[str, Any]
    env: Mapping[str, str]

    def program(self, debugger: Debugger) -> tuple[str, ...]:
        """Return the command of a program that is begun before its debugger attaches."""
        return command(debugger.program, self.values)

    def arguments(self, start: Start) -> dict[str, Any]:
        """Return the arguments of the `launch` or `attach` request."""
        values = {**self.values, "stop_on_entry": start.stop_on_entry}
        return start.debugger.filled_arguments(values, stop_on_entry=start.stop_on_entry)
