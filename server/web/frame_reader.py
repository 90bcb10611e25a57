"""WebSocket frames as a server reads them (RFC 6455, section 5), without extensions."""

from dataclasses import dataclass

from websockets.speedups import apply_mask

from collab.errors import BadFrame, TooLarge
from collab.frames import FINAL, MAX_CONTROL_BYTES, Opcode

_MASKED = 0x80
_MASK_BYTES = 4
_MEDIUM_HEAD = 4 + _MASK_BYTES
_BINARY_FINAL = FINAL | Opcode.BINARY


@dataclass(frozen=True, slots=True)
class Control:
    """A control frame from the peer."""

    opcode: Opcode
    payload: bytes


class FrameReader:
    """Puts a client's messages together from what the network brings."""

    def __init__(self, max_message_bytes: int) -> None:
        self._max_message_bytes = max_message_bytes
        self._chunks: list[bytes] = []
        self._buffered = 0
        self._needed = 1
        self._data = b""
        self._position = 0
        self._fragments: list[bytes] = []
        self._fragment_bytes = 0

    def feed(self, data: bytes) -> None:
        """Takes bytes from the network; then call `next` until it returns None."""
        if self._position == len(self._data) and not self._chunks:
            self._data, self._position = data, 0
        else:
            self._chunks.append(data)
            self._buffered += len(data)

    def next(self) -> bytes | Control | None:
        """The next whole binary message or control frame; None: more bytes are needed.

        Raises:
            BadFrame: the bytes break the protocol, or hold a text message.
            TooLarge: a message is over the limit.
        """
        if not self._chunks and not self._fragments:
            if self._position == len(self._data):
                return None
            if (message := self._next_short()) is not None:
                return message
        while (frame := self._next_frame()) is not None:
            first, payload = frame
            if (whole := self._assemble(first, payload)) is not None:
                return whole
        return None

    def _next_short(self) -> bytes | None:
        """The next message, if it is whole, in one frame and of less than 64 KiB, as most are."""
        data, start = self._data, self._position
        if len(data) - start < _MEDIUM_HEAD or data[start] != _BINARY_FINAL:
            return None
        size, begin = data[start + 1] ^ _MASKED, start + 2 + _MASK_BYTES
        if size == 126:
            size, begin = data[start + 2] << 8 | data[start + 3], begin + 2
        elif size > MAX_CONTROL_BYTES:
            return None
        end = begin + size
        if end > len(data) or size > self._max_message_bytes:
            return None
        self._position = end
        return apply_mask(data[begin:end], data[begin - _MASK_BYTES : begin])

    def _next_frame(self) -> tuple[int, bytes] | None:
        """The next frame's first byte and its unmasked payload."""
        if self._chunks:
            if self._buffered < self._needed:
                return None
            self._data = b"".join((self._data[self._position :], *self._chunks))
            self._chunks.clear()
            self._position = 0
        data, start = self._data, self._position
        available = len(data) - start
        if not available:
            self._data, self._position = b"", 0
            return None
        head = 2 + _MASK_BYTES
        if available < head:
            self._wait_for(head - available)
            return None
        first, second = data[start], data[start + 1]
        size = second & 0x7F
        if size > MAX_CONTROL_BYTES:
            extended = 2 if size == 126 else 8
            head += extended
            if available < head:
                self._wait_for(head - available)
                return None
            size = int.from_bytes(data[start + 2 : start + 2 + extended])
        self._check(first, second, size)
        begin, end = start + head, start + head + size
        if len(data) < end:
            self._wait_for(end - len(data))
            return None
        self._position = end
        return first, apply_mask(data[begin:end], data[begin - _MASK_BYTES : begin])

    def _wait_for(self, missing: int) -> None:
        """Notes how much must come before looking again is worth the while."""
        self._needed = missing
        self._buffered = 0

    def _check(self, first: int, second: int, size: int) -> None:
        if first & 0x70:
            raise BadFrame("extensions were not agreed on")
        if not second & _MASKED:
            raise BadFrame("a client's frames must be masked")
        if first & 0x08 and (size > MAX_CONTROL_BYTES or not first & FINAL):
            raise BadFrame("a control frame in parts, or too long")
        if self._fragment_bytes + size > self._max_message_bytes:
            raise TooLarge(f"a message of more than {self._max_message_bytes} bytes")

    def _assemble(self, first: int, payload: bytes) -> bytes | Control | None:
        opcode, is_final = first & 0x0F, bool(first & FINAL)
        if opcode in (Opcode.CLOSE, Opcode.PING, Opcode.PONG):
            return Control(Opcode(opcode), payload)
        if opcode not in (Opcode.BINARY, Opcode.CONTINUATION):
            raise BadFrame("frames are binary here" if opcode == Opcode.TEXT else "unknown opcode")
        if (opcode == Opcode.CONTINUATION) != bool(self._fragments):
            raise BadFrame("the parts of a message are out of order")
        self._fragments.append(payload)
        self._fragment_bytes += len(payload)
        if not is_final:
            return None
        whole = b"".join(self._fragments)
        self._fragments, self._fragment_bytes = [], 0
        return whole
