"""Stops at Pascal functions however their names are written: the compiler has them in capitals."""

import gdb
from gdb.dap import breakpoint as breakpoints

_rewrite = breakpoints._rewrite_fn_breakpoint


def _rewrite_fn_breakpoint(*, name, **more):
    is_pascal = gdb.current_language() == "pascal"
    return _rewrite(name=name.upper() if is_pascal else name, **more)


breakpoints._rewrite_fn_breakpoint = _rewrite_fn_breakpoint
