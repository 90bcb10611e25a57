"""Has stacks begin with the program's own main part, called `main` in whatever language."""

import re

import gdb
from gdb.FrameDecorator import DAPFrameDecorator

MAIN = re.compile("MAIN__|_vala_main|_M2_[A-Za-z0-9_]+_init")  # of Fortran, Vala, Modula-2
CALLERS = (  # of Rust's main and its threads, and of Zig's main
    "std::sys::backtrace::__rust_begin_short_backtrace",
    "start.callMain",
)
CALL = "core::ops::function::FnOnce::call_once"
UNKNOWN = "???"  # what begins a program in assembly
MADE_UP = re.compile("_tmp[0-9]+_")  # variables by Vala's compiler


class Own(DAPFrameDecorator):
    """A frame as its language's people see it."""

    def function(self):
        name = super().function()
        return "main" if MAIN.fullmatch(name) else name

    def frame_locals(self):
        variables = super().frame_locals() or ()
        return [each for each in variables if not MADE_UP.fullmatch(str(each.symbol()))]


class OwnFrames:
    """Leaves out what a language's runtime does before it calls the main part."""

    name, enabled, priority = "own-frames", True, 100

    def filter(self, frames):
        held = []  # that are left out if they begin the stack
        for number, frame in enumerate(frames):
            name = frame.function()
            if name.startswith(CALLERS):
                return
            if number and (name == UNKNOWN or name.startswith(CALL)):
                held.append(frame)
                continue
            yield from map(Own, [*held, frame])
            held = []
            if MAIN.fullmatch(name):
                return


gdb.frame_filters[OwnFrames.name] = OwnFrames()
