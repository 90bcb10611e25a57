"""Questions to a debugger: one at a time, and nobody waits for another's without end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import pytest

from executor import questions as module
from executor.dap import Body
from executor.errors import AdapterBroke, AdapterBusy, AdapterRefused
from executor.questions import Questions

BUSY = "the debugger is busy with Ada's f(); try again when it is done"


class Adapter:
    """Takes questions, and answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[asyncio.Future[Body]] = []
        self._changed = asyncio.Event()

    async def post(self) -> "asyncio.Future[Body]":
        self.asked.append(asyncio.get_running_loop().create_future())
        self._changed.set()
        return self.asked[-1]

    async def until_asked(self, count: int) -> "asyncio.Future[Body]":
        while len(self.asked) < count:
            self._changed.clear()
            await self._changed.wait()
        return self.asked[count - 1]


@pytest.fixture(autouse=True)
def less_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.3)


@pytest.fixture
def adapter() -> Adapter:
    return Adapter()


async def test_one_is_asked_after_another_in_order(adapter: Adapter) -> None:
    questions = Questions()
    tasks = [asyncio.create_task(questions.ask(str(n), adapter.post)) for n in range(4)]
    for number in range(1, 5):
        answer = await adapter.until_asked(number)
        assert len(adapter.asked) == number
        answer.set_result({"n": number})
    assert [told["n"] for told in await asyncio.gather(*tasks)] == [1, 2, 3, 4]


async def test_who_waits_too_long_is_told_for_whom(adapter: Adapter) -> None:
    questions = Questions()
    slow = asyncio.create_task(questions.ask("Ada's f()", adapter.post))
    answer = await adapter.until_asked(1)
    for _ in range(2):  # the first waits for that, the second is told at once
        with pytest.raises(AdapterBusy) as busy:
            await questions.ask("another", adapter.post)
        assert str(busy.value) == BUSY
    answer.set_result({"result": "1"})
    assert await slow == {"result": "1"}
    next_ = asyncio.create_task(questions.ask("another", adapter.post))
    (await adapter.until_asked(2)).set_result({})
    assert await next_ == {}


async def test_a_long_queue_of_quick_questions_is_no_reason_to_refuse(adapter: Adapter) -> None:
    questions = Questions()
    tasks = [asyncio.create_task(questions.ask(str(n), adapter.post)) for n in range(20)]
    for number in range(1, 21):
        answer = await adapter.until_asked(number)
        asyncio.get_running_loop().call_later(0.02, answer.set_result, {})
    assert await asyncio.gather(*tasks) == [{}] * 20


@pytest.mark.parametrize("is_asked", [True, False])
async def test_who_gives_up_keeps_nobody(adapter: Adapter, *, is_asked: bool) -> None:
    questions = Questions()
    first = asyncio.create_task(questions.ask("first", adapter.post))
    answer = await adapter.until_asked(1)
    second = asyncio.create_task(questions.ask("second", adapter.post))
    third = asyncio.create_task(questions.ask("third", adapter.post))
    await asyncio.sleep(0)
    if is_asked:
        answer.set_result({})  # and before the second can do anything:
    second.cancel()
    if not is_asked:
        await asyncio.wait([second])
        answer.set_result({})
    assert await first == {}
    (await adapter.until_asked(2)).set_result({"is": "third"})
    assert await third == {"is": "third"}
    assert second.cancelled()


async def test_the_debugger_is_busy_until_it_has_answered_whoever_gives_up(
    adapter: Adapter,
) -> None:
    questions = Questions()
    gone = asyncio.create_task(questions.ask("Ada's f()", adapter.post))
    answer = await adapter.until_asked(1)
    gone.cancel()
    await asyncio.wait([gone])
    with pytest.raises(AdapterBusy, match="Ada's f"):
        await questions.ask("another", adapter.post)
    answer.set_result({})
    next_ = asyncio.create_task(questions.ask("another", adapter.post))
    (await adapter.until_asked(2)).set_result({})
    await next_


@pytest.mark.parametrize("error", [AdapterRefused("no"), AdapterBroke("gone")])
async def test_a_refusal_is_an_end_too(adapter: Adapter, error: Exception) -> None:
    questions = Questions()

    async def fail() -> "asyncio.Future[Body]":
        raise error

    asked: list[Callable[[], Awaitable[asyncio.Future[Mapping[str, object]]]]]
    asked = [fail, adapter.post]
    for post in asked:
        task = asyncio.create_task(questions.ask("it", post))
        if post is not fail:
            (await adapter.until_asked(1)).set_exception(error)
        with pytest.raises(type(error)):
            await task
    last = asyncio.create_task(questions.ask("it", adapter.post))
    (await adapter.until_asked(2)).set_result({})
    await last
