"""Stops at the beginning of programs that have no `main` of C's: Zig's without C, assembly."""

import gdb
from gdb.dap import launch

BEGINNINGS = ("main.main", "_start")

_run = launch.exec_and_expect_stop


def _is_there(function):
    try:
        gdb.execute(f"info address {function}", to_string=True)
    except gdb.error:
        return False
    return True


def _start(command, *more):
    if command == "start" and not _is_there("main"):
        beginning = next(filter(_is_there, BEGINNINGS))
        gdb.Breakpoint(function=beginning, internal=True, temporary=True)
        command = "run"
    _run(command, *more)


launch.exec_and_expect_stop = _start
