import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor import entry
from executor.entry import HEADER, Frame, FrameReader, FromSandbox
from executor.run import SourceFile, TerminalSize

FRAMES = st.lists(st.builds(Frame, st.sampled_from(FromSandbox), st.binary()))


@given(FRAMES, st.lists(st.integers(1, 50)))
def test_frames_come_out_whole_however_they_are_cut(frames: list[Frame], cuts: list[int]) -> None:
    wire = b"".join(HEADER.pack(f.kind, len(f.content)) + f.content for f in frames)
    reader = FrameReader()
    read: list[Frame] = []
    for cut in [*cuts, len(wire)]:
        read += reader.feed(wire[:cut])
        wire = wire[cut:]
    assert read == frames


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="FromSandbox"):
        list(FrameReader().feed(HEADER.pack(0, 0)))


def test_files_come_after_their_directory() -> None:
    files = [SourceFile("a/ü", b"\0\1"), SourceFile("tool", b"", is_executable=True)]
    assert list(entry.put("/room", files)) == [
        b"d\0\0\0\0\0\0\5/room",
        b"f\0\0\0\0\0\0\x0d/room/a/\xc3\xbc\0\0\1",
        b"x\0\0\0\0\0\0\x0b/room/tool\0",
    ]


def test_a_command_is_words_after_numbers() -> None:
    sent = entry.begin(
        ("python3", "a\nb", ""),
        {"A": "1", "B": ""},
        TerminalSize(80, 24),
        entry.Budget(cpu_seconds=7, lifetime_seconds=29.5),
    )
    assert sent[HEADER.size :] == b"30\x007\x0080\x0024\x002\0A=1\0B=\0python3\0a\nb\0\0"
    on_pipes = entry.begin(("x",), {}, None, entry.Budget(1, 1))
    assert on_pipes[HEADER.size :] == b"1\x001\x000\x000\x000\0x\0"


def test_long_input_goes_in_frames_that_the_sandbox_takes() -> None:
    sent = list(entry.typed(b"x" * (entry.MAX_INPUT_BYTES + 1)))
    lengths = [len(frame) - HEADER.size for frame in sent]
    assert lengths == [entry.MAX_INPUT_BYTES, 1]


def test_a_file_that_comes_back_is_as_it_was() -> None:
    name = b"na\xefve/x"
    frame = Frame(FromSandbox.EXECUTABLE, name + b"\0\0content")
    file = frame.file()
    assert (file.content, file.is_executable) == (b"\0content", True)
    assert list(entry.put("/d", [file]))[1].endswith(b"/d/" + name + b"\0\0content")
