"""Debuggers as data: how an adapter is started, what starts the program, what must not be asked.

All of them speak the Debug Adapter Protocol; what tells one from another is in
executor/debuggers/*.toml, and nowhere in the code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

VALUES = ("command", "rest", "program", "entry", "args", "env", "cwd", "terminal", "stop_on_entry")
_WHOLE = re.compile(r"\{([a-z_]+)\}")


class FirstStop(StrEnum):
    """What an adapter's first stop is, where nobody has asked for one."""

    WANTED = "wanted"
    """A breakpoint, or the like."""
    PASSED = "passed"
    """The program's beginning, where it stops in any case: to be gone on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debugger:
    """One kind of debugger.

    Attributes:
        name: its file's.
        adapter: argument vector with VALUES in braces.
        address: where the adapter listens: a port, or a path; empty if it is its own streams.
        is_on_terminal: the adapter is the program, or the program uses the adapter's streams.
        request: `launch`, or `attach` for a program that was begun before.
        arguments: of that request, with VALUES in braces.
        stop_on_entry: arguments that replace them when the program is to stop at its beginning.
        program: argument vector of a program that is begun before the request; empty for none.
        env: of the adapter.
        exceptions: the filters that are on unless a room chooses others.
        log_end: what a log message needs after it to be a line.
        signal: an expression for the number of the signal that it stopped at; empty without.
        exit_signal: an expression for the signal that ended it, where the exit code hides that.
        exit_words: a regular expression for the exit code, where only its last words tell it.
        console: the context in which it evaluates expressions that people type, as DAP has it; in
            `repl` some take all for commands of their own.
        broken_off: a regular expression for what it says of an expression that it broke off.
        unsure: requests that it answers with success even if they had none: `setVariable`.
        commands: a regular expression for what it takes for a command in any case. Such would step
            past whoever drives, and are refused.
        silent: categories of its output that the terminal shows already.
        without: requests that it must not get, whatever it claims: `setVariable`, say; or
            `functionConditions`, where it stops at functions but heeds no condition there.
        verifies_late: it learns only later where a program can stop.
        first_stop: what its first stop is.
        entry: the function that its programs begin with, to stop at where somebody wants to stop
            at the beginning and it can't do that by itself.
        resumes_at_start: a program that was attached to needs a `continue` to begin.
    """

    name: str
    adapter: tuple[str, ...]
    address: str = ""
    is_on_terminal: bool = False
    request: str = "launch"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    stop_on_entry: Mapping[str, Any] = field(default_factory=dict)
    program: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    exceptions: tuple[str, ...] = ()
    log_end: str = ""
    signal: str = ""
    exit_signal: str = ""
    exit_words: str = ""
    console: str = "repl"
    broken_off: str = ""
    unsure: frozenset[str] = frozenset()
    commands: str = ""
    silent: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    verifies_late: bool = False
    first_stop: FirstStop = FirstStop.WANTED
    entry: str = ""
    resumes_at_start: bool = False

    def is_command(self, expression: str) -> bool:
        """Whether it would take this for a command of its own."""
        return bool(self.commands) and re.match(self.commands, expression) is not None

    def filled_arguments(self, values: Mapping[str, Any], *, stop_on_entry: bool) -> dict[str, Any]:
        """Return the request's arguments with these VALUES."""
        template = {**self.arguments, **(self.stop_on_entry if stop_on_entry else {})}
        return {key: filled(value, values) for key, value in template.items()}


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Return a template with its values; a text that is one placeholder becomes a value itself."""
    match template:
        case str():
            whole = _WHOLE.fullmatch(template)
            if whole and whole[1] in values:
                return values[whole[1]]
            return _WHOLE.sub(lambda found: str(values.get(found[1], found[0])), template)
        case list():
            return [filled(item, values) for item in template]
        case dict():
            return {key: filled(item, values) for key, item in template.items()}
        case _:
            return template


def command(template: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return an argument vector; a word that is a list becomes as many words."""
    words: list[str] = []
    for word in template:
        value = filled(word, values)
        words += map(str, value) if isinstance(value, list | tuple) else [str(value)]
    return tuple(words)
