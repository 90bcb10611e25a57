import pytest

from executor.errors import InputFull
from executor.input import MAX_PENDING_BYTES, EndOfInput, Inbox
from executor.run import TerminalSize


async def test_what_was_typed_comes_in_order_and_then_the_end() -> None:
    inbox = Inbox(b"before ")
    inbox.write(b"one ")
    inbox.write(b"two")
    inbox.end()
    inbox.write(b"after the end")
    assert await inbox.next() == b"before one two"
    assert await inbox.next() == EndOfInput()


async def test_only_the_latest_size_counts_and_it_comes_first() -> None:
    inbox = Inbox()
    inbox.write(b"typed")
    for cols in range(1, 100):
        inbox.resize(TerminalSize(cols, 24))
    assert await inbox.next() == TerminalSize(99, 24)
    assert await inbox.next() == b"typed"


async def test_input_that_nobody_reads_is_refused_at_the_bound() -> None:
    inbox = Inbox()
    inbox.write(b"x" * MAX_PENDING_BYTES)
    with pytest.raises(InputFull):
        inbox.write(b"y")
    await inbox.next()
    inbox.write(b"y")
