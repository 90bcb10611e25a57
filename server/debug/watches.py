"""What a room watches: evaluated at each stop, once for everybody."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from collab.breakpoints import Watch
from collab.commands import encode_json
from executor.errors import AdapterBroke, AdapterBusy, AdapterRefused, AdapterSilent, WrongState
from executor.service import Session
from executor.stops import Stop

logger = logging.getLogger(__name__)

MAX_EVALUATED = 100  # of a room's watches, the first
MAX_CHARACTERS = 2000  # of a value; who wants the whole of it evaluates it for themselves
TOLD_CHARACTERS = 8 << 20  # in one session; the log of events keeps them
REMEMBERED = 1000  # expressions, for as long as a session lasts
HANGING_SECONDS = 0.5  # an expression that a step had to wait for so long is left alone, too
QUICK_SECONDS = 0.1  # between stops of somebody who holds a key down
REST_SECONDS = 0.05  # after which such a stop is one that somebody looks at
TOLD_TOGETHER_SECONDS = 0.05  # for which a value waits for others, to be told with them
TOO_LONG = "this takes too long: it is not evaluated by itself again"
ASKER = "the room"  # whose watches these are, for who has to wait for one
SPENT = "not evaluated any more: the watches of this session have told too much"
HELD_UP = "not evaluated at this stop: another watch took too long"

Value = Mapping[str, object]
Tell = Callable[[Stop, Sequence[Value]], None]
INSIDE = ("variablesReference", "namedVariables", "indexedVariables")
"""What tells how to open a value."""


class WatchedValues:
    """The values of the watches in one session: one after another, in the frame of each stop.

    Whoever steps ends that at once, and waits for one expression at most; for none while they step
    quickly. One that took too long is left alone from then on: it would hold up every stop.

    Args:
        read: returns what the room watches now.
        tell: tells the room of values.
        note: is told of each expression before it is evaluated the first time.
    """

    def __init__(
        self,
        session: Session,
        read: Callable[[], Sequence[Watch]],
        tell: Tell,
        note: Callable[[str], None],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._session = session
        self._read = read
        self._tell = tell
        self._note = note
        self._tasks = tasks
        self._is_evaluating = False
        self._round = 0
        """Of evaluations: one for each stop."""
        self._left_at = 0.0
        self._known: dict[str, Value] = {}
        """By expression; of this stop, and since the last change."""
        self._untold: dict[str, Value] = {}
        self._telling: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._stood_at = 0.0
        self._slow: set[str] = set()
        self._noted: set[str] = set()
        self._is_held_up = False
        self._changes = 0
        self._characters_left = TOLD_CHARACTERS

    def stand(self) -> None:
        """The program stands still, and its room has been told."""
        self.leave()
        loop = asyncio.get_running_loop()
        is_quick = loop.time() - self._stood_at < QUICK_SECONDS
        self._stood_at = loop.time()
        if is_quick:
            self._resting = loop.call_later(REST_SECONDS, self.look)
        else:
            self.look()

    def leave(self) -> None:
        """The program goes on, or its session is over."""
        self._round += 1
        self._left_at = asyncio.get_running_loop().time()
        self._is_evaluating = False
        for timer in (self._telling, self._resting):
            if timer is not None:
                timer.cancel()
        self._telling = self._resting = None
        self._known, self._untold, self._is_held_up = {}, {}, False

    def look(self) -> None:
        """There may be watches whose values are not known: evaluates them."""
        if not self._is_evaluating and self._next() is not None:
            self._is_evaluating = True
            self._tasks.create_task(self._evaluate_all(self._round))

    def change(self) -> None:
        """Something was changed in the program: no value need be what it was."""
        self._changes += 1
        self._known = {}
        self.look()

    def forgive(self, expression: str) -> None:
        """Somebody evaluated it, and was answered: it need not be left alone."""
        if expression in self._slow:
            self._slow.discard(expression)
            self._is_held_up = False
            spared = (TOO_LONG, HELD_UP)
            self._known = {
                each: value
                for each, value in self._known.items()
                if value.get("failure") not in spared
            }
            self.look()

    def as_json(self) -> list[Value]:
        """What is known at this stop."""
        return [self._known[each] for each in self._wanted() if each in self._known]

    def _wanted(self) -> list[str]:
        wanted = [watch.expression for watch in self._read()[:MAX_EVALUATED]]
        return list(dict.fromkeys(wanted))

    def _next(self) -> str | None:
        """The first expression that is not known; None if there is none, or the program runs."""
        if self._session.stop is None:
            return None
        wanted = self._wanted()
        self._known = {each: self._known[each] for each in wanted if each in self._known}
        return next((each for each in wanted if each not in self._known), None)

    async def _evaluate_all(self, round_: int) -> None:
        try:
            while self._round == round_ and (expression := self._next()) is not None:
                await self._learn(expression)
        except (WrongState, AdapterBroke):
            pass  # it has gone on, or has ended, and all are told of that
        except Exception:  # or the tasks of all rooms would end with this one
            logger.exception("a room's watches were not evaluated")
        if self._round == round_:
            self._is_evaluating = False
            self._flush()

    async def _learn(self, expression: str) -> None:
        begun = (self._round, self._changes)
        self._note_once(expression)
        value = await self._evaluate(expression)
        if begun != (self._round, self._changes):
            return  # it is of another stop, or of before the change
        self._known[expression] = self._untold[expression] = {"expression": expression, **value}
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(TOLD_TOGETHER_SECONDS, self._flush)

    def _note_once(self, expression: str) -> None:
        if expression in self._noted:
            return
        if len(self._noted) >= REMEMBERED:
            self._noted, self._slow = set(), set()
        self._noted.add(expression)
        self._note(expression)

    def _reason_not_to(self, expression: str) -> str | None:
        if self._characters_left <= 0:
            return SPENT
        if expression in self._slow:
            return TOO_LONG
        return HELD_UP if self._is_held_up else None

    async def _evaluate(self, expression: str) -> Value:
        if (reason := self._reason_not_to(expression)) is not None:
            return {"failure": reason}
        if (stop := self._session.stop) is None:
            raise WrongState("the program runs")
        round_, is_other = self._round, False
        try:
            return await self._ask(stop, expression)
        except AdapterBusy as error:
            is_other = True
            return {"failure": str(error)}
        except AdapterSilent:
            self._slow.add(expression)
            if self._round == round_:
                self._is_held_up = True
            return {"failure": TOO_LONG}
        finally:
            waited_for = asyncio.get_running_loop().time() - self._left_at
            if self._round != round_ and waited_for > HANGING_SECONDS and not is_other:
                self._slow.add(expression)

    async def _ask(self, stop: Stop, expression: str) -> Value:
        frame = None if stop.top is None else stop.top.id
        try:
            found = await self._session.evaluate(stop.number, expression, frame, "watch", ASKER)
        except AdapterSilent:
            raise
        except AdapterRefused as error:
            return {"failure": str(error)[:MAX_CHARACTERS]}
        shown = {key: found[key] for key in ("type", *INSIDE) if key in found}
        return {"result": _cut(str(found.get("result", ""))), **shown}

    def _flush(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        told, self._untold = list(self._untold.values()), {}
        if told and self._session.stop is not None:
            self._characters_left -= len(encode_json(told))
            self._tell(self._session.stop, told)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"
