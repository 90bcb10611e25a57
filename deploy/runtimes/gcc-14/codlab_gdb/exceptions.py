"""Offers to stop at the exceptions of the program's own language, where it has any.

gdb's DAP (gdb/dap/breakpoint.py, 16.3) offers those of C++ and of Ada for whatever program, and the
latter can't be had: they need a runtime library that was not stripped. A function that every
exception of a language goes through does as well.
"""

import gdb
from gdb.dap import breakpoint as breakpoints
from gdb.dap.server import _capabilities, _commands, send_gdb_with_response

RAISED = "throw"
RAISING = {
    "ada": ("Ada exceptions", "__gnat_debug_raise_exception"),
    "d": ("D exceptions, when thrown", "_d_throw"),
    "pascal": ("Pascal exceptions, when raised", "FPC_RAISEEXCEPTION"),
    "rust": ("Rust panics", "rust_panic"),
}
OBJECTIVE_C = ("Objective-C exceptions, when thrown", "objc_exception_throw")  # to gdb, it is C

_catch = breakpoints._catch_exception
_initialize = _commands["initialize"]
_cpp = [
    each for each in _capabilities["exceptionBreakpointFilters"] if each["label"].startswith("C++")
]


def _raising():
    """Return what the program's exceptions are called and go through; None for C++ and without."""
    if gdb.current_language() == "c" and _has("__objc_exec_class"):
        return OBJECTIVE_C
    return RAISING.get(gdb.current_language())


def _has(function):
    try:
        gdb.execute(f"info address {function}", to_string=True)
    except gdb.error:
        return False
    return True


def _catch_exception(filterId, **more):  # noqa: N803 (DAP's name)
    raising = _raising()
    if raising and filterId == RAISED:
        return gdb.Breakpoint(function=raising[1])
    return _catch(filterId, **more)


def _filters():
    raising = _raising()
    if raising:
        return [{"filter": RAISED, "label": raising[0]}]
    return _cpp if gdb.current_language() == "c++" else []


def _initialize_for_language(**args):
    filters = send_gdb_with_response(_filters)  # once the program is read
    return _initialize(**args) | {"exceptionBreakpointFilters": filters}


breakpoints._catch_exception = _catch_exception
_commands["initialize"] = _initialize_for_language
