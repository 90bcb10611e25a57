import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame
from websockets.frames import Opcode as Op

from collab import frames
from collab.errors import BadFrame, TooLarge
from server.web.frame_reader import Control, FrameReader

LIMIT = 100_000


def masked(opcode: Op, payload: bytes, *, final: bool = True) -> bytes:
    return Frame(opcode, payload, final).serialize(mask=True, extensions=[])


def read_all(reader: FrameReader) -> list[bytes | Control]:
    found = []
    while (message := reader.next()) is not None:
        found.append(message)
    return found


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 50), st.data())
def test_messages_arrive_however_the_network_cuts_them(
    payloads: list[bytes], parts: int, data: st.DataObject
) -> None:
    stream = b"".join(masked(Op.BINARY, payload) for payload in payloads)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=parts).map(sorted))
    reader = FrameReader(LIMIT)
    found: list[bytes | Control] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        reader.feed(stream[start:end])
        found += read_all(reader)
    assert found == payloads


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, LIMIT])
def test_messages_of_all_lengths_are_read(size: int) -> None:
    reader = FrameReader(LIMIT)
    reader.feed(masked(Op.BINARY, b"x" * size))
    assert read_all(reader) == [b"x" * size]


def test_a_message_in_parts_is_put_together_around_control_frames() -> None:
    reader = FrameReader(LIMIT)
    reader.feed(masked(Op.BINARY, b"one ", final=False) + masked(Op.PING, b"?"))
    reader.feed(masked(Op.CONT, b"two ", final=False) + masked(Op.CONT, b"three"))
    assert read_all(reader) == [Control(frames.Opcode.PING, b"?"), b"one two three"]


@pytest.mark.parametrize(
    "data",
    [
        Frame(Op.BINARY, b"x").serialize(mask=False, extensions=[]) + b"xxxxxx",
        b"\xc2" + masked(Op.BINARY, b"x")[1:],
        masked(Op.TEXT, b"x"),
        b"\x83" + masked(Op.BINARY, b"x")[1:],
        masked(Op.CONT, b"x"),
        masked(Op.BINARY, b"x", final=False) + masked(Op.BINARY, b"y"),
        b"\x09" + masked(Op.PING, b"x")[1:],
        b"\x89\xfe\x00\x7e" + b"\x00" * 130,
    ],
    ids=["no mask", "rsv", "text", "opcode", "stray part", "nested", "ping in parts", "long ping"],
)
def test_what_breaks_the_protocol_is_refused(data: bytes) -> None:
    reader = FrameReader(LIMIT)
    reader.feed(data)
    with pytest.raises(BadFrame):
        read_all(reader)


def test_a_message_over_the_limit_is_refused_before_it_has_come() -> None:
    reader = FrameReader(LIMIT)
    reader.feed(masked(Op.BINARY, b"x" * (LIMIT + 1))[:20])
    with pytest.raises(TooLarge):
        read_all(reader)
    reader = FrameReader(LIMIT)
    reader.feed(masked(Op.BINARY, b"x" * LIMIT, final=False) + masked(Op.CONT, b"x"))
    with pytest.raises(TooLarge):
        read_all(reader)


@given(st.binary(max_size=70_000))
def test_what_the_server_writes_is_what_the_peers_library_reads(payload: bytes) -> None:
    assert frames.binary(payload) == Frame(Op.BINARY, payload).serialize(mask=False, extensions=[])


def test_a_close_frame_keeps_whole_characters() -> None:
    assert frames.close(4400, "ü" * 100) == b"\x88\x7c\x11\x30" + ("ü" * 61).encode()
