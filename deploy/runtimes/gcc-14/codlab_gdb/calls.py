"""Has breakpoints stop the program alone, and not a function that an expression calls."""

import gdb
from gdb.dap.breakpoint import suppress_new_breakpoint_event

_passed = []  # that stop nothing while a function is called, by call


def _around(call):
    with suppress_new_breakpoint_event():
        if isinstance(call, gdb.InferiorCallPreEvent):
            _passed.append([each for each in gdb.breakpoints() if each.enabled])
            for each in _passed[-1]:
                each.enabled = False
        elif _passed:
            for each in _passed.pop():
                if each.is_valid():
                    each.enabled = True


gdb.events.inferior_call.connect(_around)
