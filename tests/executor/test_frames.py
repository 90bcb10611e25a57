import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.frames import HEADER, Chunk, FrameDecoder
from executor.run import Stream

CHUNKS = st.lists(
    st.builds(Chunk, st.sampled_from([Stream.STDOUT, Stream.STDERR]), st.binary(min_size=1))
)


def joined(chunks: list[Chunk]) -> list[Chunk]:
    result: list[Chunk] = []
    for chunk in chunks:
        if result and result[-1].stream is chunk.stream:
            result[-1] = Chunk(chunk.stream, result[-1].data + chunk.data)
        else:
            result.append(chunk)
    return result


@given(CHUNKS, st.lists(st.integers(1, 50)))
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    chunks: list[Chunk], cuts: list[int]
) -> None:
    wire = b"".join(HEADER.pack(c.stream, len(c.data)) + c.data for c in chunks)
    decoder = FrameDecoder()
    decoded: list[Chunk] = []
    for cut in [*cuts, len(wire)]:
        decoded += decoder.feed(wire[:cut])
        wire = wire[cut:]
    assert joined(decoded) == joined(chunks)


def test_neighbours_of_one_stream_come_out_in_one_piece() -> None:
    wire = (HEADER.pack(1, 1) + b"a") * 3 + HEADER.pack(2, 1) + b"b"
    assert FrameDecoder().feed(wire) == [Chunk(Stream.STDOUT, b"aaa"), Chunk(Stream.STDERR, b"b")]


def test_what_is_no_frame_is_an_error() -> None:
    with pytest.raises(ValueError, match="9"):
        FrameDecoder().feed(HEADER.pack(9, 1) + b"x")
