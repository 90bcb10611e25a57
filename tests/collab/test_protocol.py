from hypothesis import given
from hypothesis import strategies as st

from collab import protocol
from collab.awareness import decode as decode_awareness
from collab.errors import CollabError
from collab.update import parse_state_vector, parse_update
from collab.varint import MAX_SAFE_INTEGER, Reader, block, varuint

any_bytes = st.binary(max_size=200)


@given(any_bytes)
def test_any_bytes_decode_or_raise_an_error_of_ours(frame: bytes) -> None:
    for decode in (protocol.decode, parse_update, parse_state_vector, decode_awareness):
        try:
            decode(frame)
        except CollabError:
            continue


@given(any_bytes, st.sampled_from([0, 1, 2]))
def test_sync_messages_come_back_as_they_went(data: bytes, kind: int) -> None:
    encode = (protocol.sync_step_1, protocol.sync_step_2, protocol.sync_update)[kind]
    message = (protocol.SyncStep1, protocol.SyncStep2, protocol.Update)[kind]
    assert protocol.decode(encode(data)) == message(data)


@given(
    st.sampled_from([b"", b"\x00\x02", b"\x00\x01", b"\x01", b"\x02\x00"]),
    st.one_of(st.binary(max_size=5), st.binary(min_size=120, max_size=400)),
    st.booleans(),
)
def test_what_the_short_ways_find_is_what_decoding_finds(
    head: bytes, data: bytes, has_length: bool
) -> None:
    frame = head + (block(data) if has_length else data)
    keystroke, cursor = protocol.keystroke_in(frame), protocol.cursor_in(frame)
    if keystroke is not None:
        assert protocol.decode(frame) == protocol.Update(keystroke)
    if cursor is not None:
        assert protocol.decode(frame) == protocol.AwarenessUpdate(cursor)


def test_keystrokes_and_cursors_take_the_short_ways() -> None:
    assert protocol.keystroke_in(protocol.sync_update(b"x" * 40)) == b"x" * 40
    assert protocol.cursor_in(protocol.awareness_update(b"x" * 300)) == b"x" * 300


@given(st.integers(0, MAX_SAFE_INTEGER))
def test_numbers_come_back_as_they_went(number: int) -> None:
    assert Reader(varuint(number)).varuint() == number
    assert protocol.decode(protocol.saved(number)) == protocol.SaveBarrier(number)


def test_the_bytes_are_those_of_y_protocols() -> None:
    assert protocol.sync_step_1(b"\x00") == bytes([0, 0, 1, 0])
    assert protocol.sync_step_2(b"\x00\x00") == bytes([0, 1, 2, 0, 0])
    assert protocol.sync_update(b"\x00\x00") == bytes([0, 2, 2, 0, 0])
    assert protocol.awareness_update(b"\x00") == bytes([1, 1, 0])
    assert protocol.permission_denied("no") == bytes([2, 0, 2]) + b"no"


def test_output_names_run_stream_and_offset() -> None:
    assert protocol.output(3, 1, 300, b"hi") == bytes([6, 3, 1, 0xAC, 0x02]) + b"hi"
