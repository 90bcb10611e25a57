"""What people miss in gdb's Debug Adapter Protocol. gdb imports it before it reads a program."""

from codlab_gdb import (
    beginnings,
    c_texts,
    calls,
    exceptions,
    frames,
    functions,
    show_unreadable,
    slices,
)

__all__ = [
    "beginnings",
    "c_texts",
    "calls",
    "exceptions",
    "frames",
    "functions",
    "show_unreadable",
    "slices",
]
