"""Bounds-checked reading and writing of lib0's variable-length encoding (lib0/encoding.js)."""

from collab.errors import BadFrame

MAX_SAFE_INTEGER = 2**53 - 1
_MAX_SHIFT = 49  # eight groups of seven bits hold every safe integer
_ONE_BYTE = [bytes((value,)) for value in range(0x80)]


class Reader:
    """A cursor over bytes; every read raises `BadFrame` instead of running past the end."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position
        self.end = len(data)

    @property
    def remaining(self) -> int:
        """How many bytes are left."""
        return self.end - self.position

    def byte(self) -> int:
        """Reads one byte."""
        position = self.position
        if position >= self.end:
            raise BadFrame("the message ends too early")
        self.position = position + 1
        return self.data[position]

    def varuint(self, maximum: int = MAX_SAFE_INTEGER) -> int:
        """Reads an unsigned integer of at most `maximum`."""
        data, position, end = self.data, self.position, self.end
        value = shift = 0
        while position < end:
            group = data[position]
            position += 1
            value |= (group & 0x7F) << shift
            if group < 0x80:
                if value > maximum:
                    raise BadFrame(f"the number {value} is over {maximum}")
                self.position = position
                return value
            shift += 7
            if shift > _MAX_SHIFT:
                raise BadFrame("a number has too many digits")
        raise BadFrame("the message ends too early")

    def take(self, size: int) -> bytes:
        """Reads exactly `size` bytes."""
        start = self.position
        if size > self.end - start:
            raise BadFrame("the message ends too early")
        self.position = start + size
        return self.data[start : self.position]

    def block(self) -> bytes:
        """Reads bytes that are preceded by their length."""
        return self.take(self.varuint())

    def text(self) -> str:
        """Reads UTF-8 text that is preceded by its length in bytes."""
        try:
            return self.block().decode()
        except UnicodeDecodeError:
            raise BadFrame("a text is not UTF-8") from None

    def rest(self) -> bytes:
        """Reads all that is left."""
        return self.take(self.remaining)

    def finish(self) -> None:
        """Raises `BadFrame` when anything is left over."""
        if self.position != self.end:
            raise BadFrame(f"{self.remaining} bytes too many at the end")


def varuint(value: int) -> bytes:
    """Encodes an unsigned integer."""
    if value < 0x80:
        return _ONE_BYTE[value]
    if value < 0x4000:
        return bytes((value & 0x7F | 0x80, value >> 7))
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def block(data: bytes) -> bytes:
    """Encodes bytes, preceded by their length."""
    return varuint(len(data)) + data
