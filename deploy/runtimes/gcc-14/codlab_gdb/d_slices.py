"""Shows D's strings as texts and its other dynamic arrays as their elements."""

import gdb

FIELDS = ["length", "ptr"]
MAX_LENGTH = 1 << 24  # what is longer has not been made yet, and holds anything
SHOWN_CHARACTERS = 1000
CHARACTERS = {"char", "wchar", "dchar"}


class Slice(gdb.ValuePrinter):
    """A dynamic array: a length and where its elements are."""

    def __init__(self, value):
        self._length, self._elements = int(value["length"]), value["ptr"]
        if self._length > MAX_LENGTH:
            raise gdb.MemoryError("it has not been made yet")

    def to_string(self):
        return f"{self._length} elements"

    def display_hint(self):
        return "array"

    def num_children(self):
        return self._length

    def child(self, index):
        return f"[{index}]", self._elements[index]

    def children(self):
        return map(self.child, range(self._length))


class Text(gdb.ValuePrinter):
    """A string, which may hold zeros."""

    def __init__(self, value):
        self._length, self._characters = int(value["length"]), value["ptr"]

    def to_string(self):
        if self._length > MAX_LENGTH:
            raise gdb.MemoryError("it has not been made yet")
        return self._characters.lazy_string(length=min(self._length, SHOWN_CHARACTERS))

    def display_hint(self):
        return "string"


def printer(value):
    """Return what shows a value, if this does."""
    kind = value.type.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_STRUCT or gdb.current_language() != "d":
        return None
    if [field.name for field in kind.fields()] != FIELDS:
        return None
    element = kind["ptr"].type.target().unqualified().strip_typedefs()
    return (Text if element.name in CHARACTERS else Slice)(value)


gdb.pretty_printers.append(printer)
