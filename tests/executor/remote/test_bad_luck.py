"""A server, its executor or their connection fails at the worst moment, or has too much to say."""

import pytest

from executor.languages import Runtime
from executor.remote import link
from executor.run import Leftovers, Outcome, RunState, SourceFile
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.recorder import Recorder
from tests.executor.remote.desk import Talker, adopted, submitted, until
from tests.executor.remote.separate import Separate


async def test_a_run_can_be_had_until_it_is_followed(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    """Who asked for it may fail before, for instance because its database is locked."""
    async with separate.server() as runs:
        _, before = submitted(runs, python)
        talker.say(b"one\n")
        await before.says("one")
    async with separate.server() as runs:
        await adopted(runs)
        (await adopted(runs)).follow(after := Recorder(), RunState.RUNNING, 0)
        assert runs.outliving == {}
        await after.says("one\n")


async def test_a_file_may_have_a_name_that_is_no_text(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    talker.written = (SourceFile(b"\xff.txt".decode(errors="surrogateescape"), b"x"),)
    async with separate.server() as runs:
        _, recorder = submitted(runs, python)
        talker.end()
        await recorder.until(lambda: recorder.is_gone)
        assert recorder.leftovers == Leftovers(talker.written)


async def test_what_a_program_wrote_is_kept_when_its_server_ends_just_then(
    separate: Separate, sandboxes: FakeSandboxes, talker: Talker, python: Runtime
) -> None:
    async with separate.server() as runs:
        run, before = submitted(runs, python)
        talker.say(b"one\n")
        await before.says("one")
        run.hear({"event": "finished", "outcome": {"text": "exited(3)", "exit_code": 3}}, b"")
        run.let_go()  # before it is told what the program has left
        run.stored(4, is_all=True)
        await separate.caller.call("engine")
        talker.end()
        await sandboxes.until(lambda: not sandboxes.open_ones)
    async with separate.server() as runs:
        after = Recorder()
        after.finished(Outcome("exited(3)", 3))  # it is stored
        (await adopted(runs)).follow(after, RunState.FINISHED, 4)
        await after.until(lambda: after.is_gone)
        assert after.leftovers == Leftovers(programs.WRITTEN)


async def test_a_run_that_is_there_was_taken_in_whoever_heard_of_it(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server() as runs:
        run, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
        await recorder.says("waiting")
        run.is_admitted = False  # as if the connection had ended just before
        separate.cut()
        await until(lambda: runs.link is None)
        await until(lambda: runs.link is not None)
        assert run.is_admitted


async def test_a_run_may_leave_more_than_can_wait_to_be_read(
    separate: Separate, talker: Talker, python: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "MAX_UNREAD_BYTES", 1 << 16)
    lines = [b"x" * (1 << 20)] * 3
    async with separate.server() as runs:
        _, before = submitted(runs, python)
        talker.say(b"one\n")
        await before.says("one")
    talker.say(*lines)
    talker.end()
    async with separate.server() as runs:
        (await adopted(runs)).follow(after := Recorder(), RunState.RUNNING, 0)
        first = runs.link
        await after.until(lambda: after.is_gone)
        assert after.kept == b"".join((b"one\n", *lines))
        assert runs.link is first
