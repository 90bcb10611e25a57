"""A server and its executor: either may go, and comes back or does not."""

from pathlib import Path

import pytest

from executor.errors import EngineUnavailable, InputFull
from executor.languages import Runtime
from executor.remote import held_run
from executor.run import Leftovers, Outcome, RunState, Stream, TerminalSize
from executor.runner import Runner
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.recorder import Recorder
from tests.executor.remote.desk import Talker, adopted, printed, submitted, until
from tests.executor.remote.separate import FakeEngine, Separate, separated

DRAWN = b"\x1b[?1049h\x1b[Hdrawn"


async def test_a_server_that_comes_is_told_what_was_not_stored(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    async with separate.server() as runs:
        _, before = submitted(runs, python)
        talker.say(b"one\n", b"two\n")
        await before.says("two")
    talker.say(b"three\n")
    async with separate.server() as runs:
        found = await adopted(runs)
        assert found.keepsake == b"\0kept\n"
        assert found.finished_seconds_ago is None
        assert found.started_seconds_ago is not None
        after = Recorder()
        handle = found.follow(after, RunState.PREPARING, len(b"one\nt"))
        await after.says("three\n")
        assert after.states == [RunState.QUEUED, RunState.RUNNING]
        talker.say(b"four\n")
        talker.end()
        await after.until(lambda: after.is_gone)
        assert await after.outcome() == "exited(3)"
        assert printed(after) == b"wo\nthree\nfour\n"
        assert after.leftovers == Leftovers(programs.WRITTEN)
        handle.stored(19, is_all=True)
        assert await runs.adopt("no such run") is None
    async with separate.server() as runs:
        assert runs.outliving == {}


async def test_a_run_that_ends_meanwhile_is_kept_until_it_is_stored(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    async with separate.server() as runs:
        run, before = submitted(runs, python)
        talker.say(b"one\n")
        await before.says("one")
        run.stored(4, is_all=False)
        await separate.caller.call("engine")  # what was said before has arrived
        talker.say(b"two\n")
        talker.end()
    async with separate.server() as runs:  # which is killed before all of it is stored
        found, after = await adopted(runs), Recorder()
        assert found.kept_from == 4
        found.follow(after, RunState.RUNNING, 4)
        await after.until(lambda: after.is_gone)
        assert (await after.outcome(), printed(after)) == ("exited(3)", b"two\n")
    async with separate.server() as runs:
        found, after = await adopted(runs), Recorder()
        assert found.finished_seconds_ago is not None
        after.finished(Outcome("exited(3)", 3))  # it is stored
        handle = found.follow(after, RunState.FINISHED, 8)
        await after.until(lambda: after.is_gone)
        handle.stored(8, is_all=True)
        assert printed(after) == b""
        assert after.leftovers == Leftovers(programs.WRITTEN)


async def test_a_connection_that_is_cut_loses_and_doubles_nothing(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    async with separate.server() as runs:
        run, recorder = submitted(runs, python)
        talker.say(b"one\n")
        await recorder.says("one")
        separate.cut()
        talker.say(b"two\n")
        await recorder.says("two")
        separate.cut()
        talker.end()
        await recorder.until(lambda: recorder.is_gone)
        assert printed(recorder) == b"one\ntwo\n"
        assert recorder.states == list(RunState)
        assert recorder.leftovers == Leftovers(programs.WRITTEN)
        run.stored(8, is_all=True)


async def test_what_is_said_while_there_is_no_connection_is_told_later(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server() as runs:
        run, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
        await recorder.says("waiting")
        separate.cut()
        await until(lambda: runs.link is None)
        with pytest.raises(InputFull, match="does not answer at the moment"):
            run.write(b"x")
        run.stop("Ada")
        assert await recorder.outcome() == "stopped by Ada"


async def test_the_end_of_an_executor_is_told_and_the_next_takes_over(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server() as runs:
        _, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
        await recorder.says("waiting")
        await separate.host.__aexit__(None, None, None)
        assert await recorder.outcome() == "lost: the executor ended"
        async with separate.listening():
            await until(lambda: runs.link is not None)
            _, again = submitted(runs, python, programs.HELLO)
            assert await again.outcome() == "exited(0)"


async def test_an_executor_that_vanishes_loses_its_runs(
    separate: Separate, python: Runtime
) -> None:
    """It says nothing more, as after a kill; the next at its place knows nothing of them."""
    async with separate.server(grace_seconds=60) as runs:
        _, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
        await recorder.says("waiting")
        separate.host._tenants.clear()
        separate.cut()
        assert await recorder.outcome() == "lost: the executor ended"
        await recorder.until(lambda: recorder.is_gone)


async def test_runs_are_given_up_when_no_executor_answers_for_long(
    separate: Separate, python: Runtime
) -> None:
    async with separate.server(grace_seconds=0.05) as runs:
        _, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
        await recorder.says("waiting")
        separate.host._listening.close()  # type: ignore[union-attr]
        separate.cut()
        assert await recorder.outcome() == "lost: the executor ended"
        _, next_one = submitted(runs, python, programs.HELLO)
        outcome = await next_one.outcome()
    assert outcome.startswith(f"failed to start: no executor answers at {separate.address}")
    assert outcome.endswith("; start it with `codlab executor`")


async def test_without_an_executor_nothing_is_known(tmp_path: Path, runner: Runner) -> None:
    separate = Separate(runner, tmp_path, FakeEngine())
    async with separate.server() as runs:
        assert runs.outliving is None
        with pytest.raises(EngineUnavailable, match="start it with `codlab executor`"):
            await separate.caller.call("engine")


async def test_servers_do_not_see_each_others_runs(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    async with separate.server("one") as one:
        _, recorder = submitted(one, python)
        async with separate.server("two") as two:
            assert two.outliving == {}
            [key] = one._runs
            assert await two.adopt(key) is None
            two.abandon(key)
            assert await separate.caller.call("adopt", run=key) is not None
            assert (await separate.caller.call("adopt", run=key)).ok is None
        talker.say(b"one\n")
        await recorder.says("one")


async def test_the_latest_server_of_a_data_directory_has_its_runs(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    async with separate.server() as first:
        submitted(first, python)
        await until(lambda: separate.host._tenants["one"].runs)
        async with separate.server() as second:
            after = Recorder()
            (await adopted(second)).follow(after, RunState.QUEUED, 0)
            talker.say(b"one\n")
            await after.says("one")
            talker.end()
            assert await after.outcome() == "exited(3)"


async def test_runs_of_a_server_that_does_not_come_back_are_ended(
    runner: Runner, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    async with separated(runner, abandon_seconds=0.05) as separate:
        async with separate.server() as runs:
            _, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
            await recorder.says("waiting")
        await sandboxes.until(lambda: not sandboxes.open_ones)
        assert separate.host._tenants == {}
        async with separate.server() as runs:
            assert runs.outliving == {}


async def test_a_program_waits_for_a_server_that_does_not_store_but_not_for_one_that_is_away(
    separate: Separate,
    sandboxes: FakeSandboxes,
    talker: Talker,
    python: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held_run, "CROWDED_BYTES", 10)
    async with separate.server() as runs:
        run, recorder = submitted(runs, python)
        talker.say(b"0123456789", b"abc", b"def")
        await recorder.says("0123456789")
        await separate.caller.call("engine")
        assert printed(recorder) == b"0123456789"
        run.stored(10, is_all=False)
        await recorder.says("abcdef")
    talker.say(b"0123456789", b"ghi")
    talker.end()
    await sandboxes.until(lambda: not sandboxes.open_ones)
    async with separate.server() as runs:
        after = Recorder()
        (await adopted(runs)).follow(after, RunState.RUNNING, 10)
        assert await after.outcome() == "exited(3)"
        assert printed(after) == b"abcdef0123456789ghi"


async def test_who_waits_keeps_the_place_in_the_queue(separate: Separate, python: Runtime) -> None:
    async with separate.server() as runs:
        going = [submitted(runs, python, programs.WAIT_FOR_EVER) for _ in range(2)]
        _, waiting = submitted(runs, python, programs.HELLO)
        await waiting.until(lambda: waiting.positions == [1])
        [*_, key] = runs._runs
        going[0][0].stored(0, is_all=False)
    async with separate.server() as runs:
        assert len((runs.outliving or {})["room"]) == 3
        found, after = await runs.adopt(key), Recorder()
        assert found is not None
        assert found.started_seconds_ago is None
        found.follow(after, RunState.QUEUED, 0)
        await after.until(lambda: after.positions == [1])
        for other in [key for keys in (runs.outliving or {}).values() for key in keys]:
            runs.abandon(other)
        assert await after.outcome() == "exited(0)"


async def test_the_alternate_screen_is_shown_to_the_server_that_comes(
    separate: Separate, talker: Talker, python: Runtime
) -> None:
    terminal = TerminalSize(40, 10)
    async with separate.server() as runs:
        _, before = submitted(runs, python, terminal=terminal)
        talker.say(DRAWN)
        await before.until(lambda: b"drawn" in before.streams[Stream.SCREEN])
    async with separate.server() as runs:
        found, after = await adopted(runs), Recorder()
        assert found.terminal == terminal
        found.follow(after, RunState.RUNNING, 0)
        await after.until(lambda: b"drawn" in after.streams[Stream.SCREEN])
        talker.end()
        assert await after.outcome() == "exited(3)"
        assert b"drawn" in after.streams[Stream.TERMINAL]


async def test_input_that_a_program_does_not_take_is_counted_across_servers(
    separate: Separate, sandboxes: FakeSandboxes, python: Runtime
) -> None:
    sandboxes.may_open.clear()
    async with separate.server() as runs:
        run, _ = submitted(runs, python, programs.GREET)
        run.write(b"Ada")
        await until(lambda: separate.host._tenants["one"].runs)
        await separate.caller.call("engine")
    async with separate.server() as runs:
        after = Recorder()
        again = (await adopted(runs)).follow(after, RunState.QUEUED, 0)
        await separate.caller.call("engine")
        with pytest.raises(InputFull, match="has not read the 3 bytes before"):
            again.write(b"x" * (64 << 10))
        again.write(b"\n")
        sandboxes.may_open.set()
        await after.says("Hello, Ada!")
