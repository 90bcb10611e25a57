"""What people miss in gdb's Debug Adapter Protocol. gdb imports it before it reads a program."""

from codlab_gdb import (
    c_texts,
    calls,
    d_slices,
    exceptions,
    frames,
    pascal_names,
    show_unreadable,
)

__all__ = [
    "c_texts",
    "calls",
    "d_slices",
    "exceptions",
    "frames",
    "pascal_names",
    "show_unreadable",
]
