"""Shows strings of D and Zig as texts, and their other slices as elements."""

import gdb

LENGTHS = {("length", "ptr"): "length", ("ptr", "len"): "len"}  # of D and Zig, by their fields
MAX_LENGTH = 1 << 24  # what is longer has not been made yet, and holds anything
SHOWN_CHARACTERS = 1000
CHARACTERS = {"char", "wchar", "dchar", "u8"}


class Slice(gdb.ValuePrinter):
    """A length, and where as many elements are."""

    def __init__(self, length, elements):
        self._length, self._elements = length, elements

    def to_string(self):
        return f"{self._checked_length()} elements"

    def display_hint(self):
        return "array"

    def num_children(self):
        return self._checked_length()

    def child(self, index):
        return f"[{index}]", self._elements[index]

    def children(self):
        return map(self.child, range(self._checked_length()))

    def _checked_length(self):
        if self._length > MAX_LENGTH:
            raise gdb.MemoryError("it has not been made yet")
        return self._length


class Text(gdb.ValuePrinter):
    """A string, which may hold zeros."""

    def __init__(self, length, characters):
        self._length, self._characters = length, characters

    def to_string(self):
        if self._length > MAX_LENGTH:
            raise gdb.MemoryError("it has not been made yet")
        return self._characters.lazy_string(length=min(self._length, SHOWN_CHARACTERS))

    def display_hint(self):
        return "string"


def printer(value):
    """Return what shows a value, if this does."""
    kind = value.type.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_STRUCT:
        return None
    length = LENGTHS.get(tuple(field.name for field in kind.fields()))
    if length is None or not (gdb.current_language() == "d" or str(kind.name).startswith("[]")):
        return None
    element = kind["ptr"].type.target().unqualified().strip_typedefs()
    shown = Text if element.name in CHARACTERS else Slice
    try:
        return shown(int(value[length]), value["ptr"])
    except gdb.MemoryError:  # what a wild pointer points to
        return None


gdb.pretty_printers.append(printer)
