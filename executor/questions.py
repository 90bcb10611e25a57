"""What a debugger is asked about a stop: one question at a time, for adapters take no more.

A question may run the program's own code, and so may take any time. Who has waited for another's
for too long is told whose it is, instead of nothing; the debugger is busy until it has answered.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from executor.dap import Body
from executor.errors import AdapterBusy, AdapterSilent

PATIENCE_SECONDS = 2.0  # what a question may keep others waiting
ANSWER_SECONDS = 15.0  # what it may take itself; adapters that can break it off do that before
WATCH_SECONDS = 5.0  # what is evaluated at every stop holds up whoever looks there

Post = Callable[[], Awaitable["asyncio.Future[Body]"]]


class Questions:
    """The questions of one stop, in the order in which they are asked."""

    def __init__(self) -> None:
        self._present: str | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._is_slow = False

    async def ask(self, words: str, post: Post, seconds: float = ANSWER_SECONDS) -> Body:
        """Ask when it is this question's turn, and return the answer.

        Args:
            words: what others are told that the debugger is busy with.
            post: sends the question, if it is still to be asked, and returns what will be answered.
            seconds: that an answer may take.

        Raises:
            AdapterBusy: it has not been asked, for another's takes so long.
            AdapterRefused: the debugger said no; AdapterSilent: nothing in time.
            AdapterBroke: it is gone.
        """
        await self._turn()
        self._begin(words)
        try:
            answer = await post()
        except BaseException:
            self._end()
            raise
        answer.add_done_callback(lambda _: self._end())
        return await answered(asyncio.shield(answer), seconds)

    async def _turn(self) -> None:
        if self._present is None:
            return
        if self._is_slow:
            raise self._busy()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif not turn.cancelled():  # it was its turn
                self._end()
            raise

    def _begin(self, words: str) -> None:
        self._present = words
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PATIENCE_SECONDS, self._lose_patience)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._present, self._is_slow = None, False
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                self._present = ""  # nobody may come before
                turn.set_result(None)
                return

    def _lose_patience(self) -> None:
        self._is_slow = True
        waiting, self._waiting = self._waiting, deque()
        for turn in waiting:
            if not turn.done():
                turn.set_exception(self._busy())

    def _busy(self) -> AdapterBusy:
        return AdapterBusy(f"the debugger is busy with {self._present}; try again when it is done")


async def answered(answer: "asyncio.Future[Body]", seconds: float) -> Body:
    """Return a debugger's answer. Raises AdapterSilent if there is none in time."""
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError:
        raise AdapterSilent(f"the debugger did not answer within {seconds:g} s") from None
