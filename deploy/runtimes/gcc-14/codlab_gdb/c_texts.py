"""Shows an array of characters up to its first zero, as C's functions take it."""

import gdb

LANGUAGES = {"c", "c++", "modula-2", "objective-c"}
LOOKED_AT = 1000


class Text(gdb.ValuePrinter):
    """A text that ends in a zero."""

    def __init__(self, first):
        self._first = first

    def to_string(self):
        return self._first.lazy_string()

    def display_hint(self):
        return "string"


def printer(value):
    """Return what shows a value, if this does."""
    kind = value.type.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_ARRAY or gdb.current_language() not in LANGUAGES:
        return None
    if not kind.is_string_like or kind.target().sizeof != 1 or value.address is None:
        return None
    first = value.address.cast(kind.target().unqualified().pointer())
    looked_at = min(kind.sizeof, LOOKED_AT)
    zero = gdb.selected_inferior().search_memory(int(first), looked_at, b"\0")
    return None if zero is None else Text(first)


gdb.pretty_printers.append(printer)
