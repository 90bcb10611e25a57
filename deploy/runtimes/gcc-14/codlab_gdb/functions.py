"""Stops where functions begin in languages of which gdb knows little.

Free Pascal's compiler keeps their names in capitals. Zig's functions store their arguments after
what gdb takes for their beginning.
"""

import gdb
from gdb.dap import breakpoint as breakpoints

_rewrite = breakpoints._rewrite_fn_breakpoint


def _first_line(name):
    """Return the address of the first line within a function of Zig's; None for others."""
    symbol = gdb.lookup_static_symbol(name) or gdb.lookup_global_symbol(name)
    if symbol is None or not symbol.is_function:
        return None
    if not (symbol.symtab.producer or "").startswith("zig"):
        return None
    block = gdb.block_for_pc(int(symbol.value().address))
    lines = [each for each in symbol.symtab.linetable() if each.pc in range(block.start, block.end)]
    return min((each.pc for each in lines if each.line != symbol.line), default=None)


def _rewrite_fn_breakpoint(*, name, **more):
    if gdb.current_language() == "pascal":
        name = name.upper()
    told = _rewrite(name=name, **more)
    place = _first_line(name)
    if place is not None:
        del told["function"]
        told["spec"] = f"*{place:#x}"
    return told


breakpoints._rewrite_fn_breakpoint = _rewrite_fn_breakpoint
