"""What participants look at, and change, in a program that stands still: one stop's."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from executor.adapter import AdapterConnection
from executor.dap import Body, tables
from executor.debug_start import Start
from executor.errors import AdapterBroke, AdapterRefused, RefusedByAdapter
from executor.inspection import Inspection, Part
from executor.questions import ANSWER_SECONDS, WATCH_SECONDS, Questions
from executor.stops import MAX_THREADS, Frame, Stop, frames_of, total_frames
from executor.words import GONE, about_expression, is_gone

log = logging.getLogger(__name__)

MAX_KNOWN = 100_000  # references and values of one stop that are remembered
MAX_QUOTED = 80  # characters of what somebody typed, in words to others
SET = "setVariable"
COMMAND = "that is a command of the debugger's own: the buttons do this here"

Here = Callable[[int], AdapterConnection]
"""Returns what to ask about a stop, or raises WrongState."""
Allow = Callable[[AdapterConnection, str], None]


class Looks:
    """Asks the debugger; what was answered is kept for who asks next.

    What an adapter numbers is given to it only if it is its own: with what is not, some say
    anything, and some end.
    """

    def __init__(self, start: Start, here: Here, allow: Allow) -> None:
        self._start = start
        self._here = here
        self._allow = allow
        self._stop: Stop | None = None
        self._forget()

    def begin(self, stop: Stop) -> None:
        """The program stands still: everything is to be asked anew."""
        self._stop = stop
        self._forget()
        self._frames |= {frame.id for frame in stop.frames}

    async def stack_trace(self, stop: int, thread_id: int, first: int, levels: int) -> Body:
        """See Session.stack_trace."""
        self._here(stop)
        self.check_thread(thread_id)
        arguments = {"threadId": thread_id, "startFrame": first, "levels": levels}
        body = await self._look(
            stop, "stackTrace", arguments, "reading the stack", "this stack can't be read"
        )
        frames = frames_of(body, self._start.files)
        self._frames |= {frame.id for frame in frames}
        total = total_frames(body)
        frames = _page(frames, total, first, levels)
        told = {"frames": [frame.as_json() for frame in frames]}
        return told | ({} if total is None else {"totalFrames": total})

    async def scopes(self, stop: int, frame_id: int) -> Body:
        """See Session.scopes."""
        self._check_frame(stop, frame_id)
        arguments, words = {"frameId": frame_id}, "reading a frame's scopes"
        body = await self._look(stop, "scopes", arguments, words, "this frame can't be read")
        self._know(tables(body, "scopes", "variablesReference"), frame_id)
        return body

    async def variables(
        self, stop: int, reference: int, first: int, count: int, kind: str = ""
    ) -> Body:
        """See Session.variables."""
        self._check_reference(stop, reference)
        part = Part(reference, first, count, kind)
        arguments = self._inspection.checked(part)
        words, failure = "reading variables", "these variables can't be read"
        body = await self._look(stop, "variables", arguments, words, failure)
        body = self._inspection.changed(part, body)
        variables = tables(body, "variables", "name")
        self._know(variables, self._references.get(reference))
        for each in variables:
            self._values[reference, str(each["name"])] = str(each.get("value"))
        _bound(self._values)
        return body

    async def evaluate(
        self, stop: int, expression: str, frame_id: int | None, context: str, by: str
    ) -> Body:
        """See Session.evaluate."""
        self._check_frame(stop, frame_id)
        if self._start.debugger.is_command(expression):
            raise AdapterRefused(COMMAND)
        told = self._start.debugger.console if context == "repl" else context
        if context == "hover" and not self._here(stop).can("supportsEvaluateForHovers"):
            told = "watch"
        arguments = {"expression": expression, "context": told, **_in_frame(frame_id)}
        words = f"{by}'s {_shortened(expression)}"
        ask = self._change if context == "repl" else self._look
        with self._own_words():
            body = await ask(stop, "evaluate", arguments, words)
        self._know([body], frame_id)
        return body

    async def set_variable(self, stop: int, reference: int, name: str, value: str, by: str) -> Body:
        """See Session.set_variable."""
        before = await self._value(stop, reference, name)
        arguments = {"variablesReference": reference, "name": name, "value": value}
        words = f"{by}'s {_shortened(f'{name} = {value}')}"
        with self._own_words():
            told = await self._change(stop, SET, arguments, words)
        self._inspection.change(reference, name, told)
        if SET in self._start.debugger.unsure and told.get("value") == before:
            await self._check_is_set(stop, reference, value, before, by)
        self._know([told], self._references.get(reference))
        return told

    async def completions(self, stop: int, frame_id: int | None, text: str, column: int) -> Body:
        """See Session.completions."""
        self._check_frame(stop, frame_id)
        arguments = {"text": text, "column": column, **_in_frame(frame_id)}
        words, failure = "completing a text", "there are no completions here"
        return await self._look(stop, "completions", arguments, words, failure)

    def check_thread(self, thread_id: int | None) -> None:
        """Let a thread of the stop pass. Raises AdapterRefused."""
        threads = () if self._stop is None else self._stop.threads
        known = {each["id"] for each in threads} if len(threads) < MAX_THREADS else ()
        if thread_id is not None and known and thread_id not in known:
            raise AdapterRefused(f"there is no thread {thread_id} at this stop")

    async def _value(self, stop: int, reference: int, name: str) -> str:
        """Return what a variable is, which some adapters must have been asked before it is set."""
        if (reference, name) not in self._values:
            await self.variables(stop, reference, 0, 0)
        if (reference, name) not in self._values:
            raise AdapterRefused(f"there is no variable {_shortened(name)} here")
        return self._values[reference, name]

    async def _check_is_set(
        self, stop: int, reference: int, value: str, before: str, by: str
    ) -> None:
        """Refuse what had no effect, with the debugger's reason if it has one.

        It is evaluated for that, a second time, but only where it seems to have changed nothing.
        """
        frame = self._references.get(reference)
        found = await self.evaluate(stop, value, frame, "watch", by)
        if found.get("result") != before:
            raise AdapterRefused("the debugger could not change it")

    @contextmanager
    def _own_words(self) -> Iterator[None]:
        """What the debugger says of somebody's expression is told, without what is its own."""
        try:
            yield
        except RefusedByAdapter as error:
            if is_gone(str(error)):
                raise AdapterBroke(GONE) from None
            raise AdapterRefused(about_expression(str(error), self._start.debugger)) from None

    async def _look(
        self, stop: int, command: str, arguments: Mapping[str, Any], words: str, failure: str = ""
    ) -> Body:
        """Ask for something that stays the same during a stop; what is known is not asked again.

        `words` is what others are told that the debugger is busy with, `failure` what is told if it
        says no; without that, its own words.
        """
        inspection = self._inspection

        async def post() -> asyncio.Future[Body]:
            connection = self._at(stop, command)
            if (known := inspection.known(command, arguments)) is not None:
                return _resolved(known)
            answer = await connection.post(command, arguments)
            answer.add_done_callback(lambda told: _keep(inspection, command, arguments, told))
            return answer

        is_watch = arguments.get("context") == "watch"
        seconds = WATCH_SECONDS if is_watch else ANSWER_SECONDS
        try:
            body = await self._questions.ask(words, post, seconds)
        except RefusedByAdapter as error:
            if not failure:
                raise
            log.info("%s was refused: %s", command, error)
            raise AdapterRefused(failure) from None
        self._here(stop)
        return body

    async def _change(
        self, stop: int, command: str, arguments: Mapping[str, Any], words: str
    ) -> Body:
        """Ask for something after which nothing may be as it was."""

        async def post() -> asyncio.Future[Body]:
            connection = self._at(stop, command)
            self._inspection.forget()
            return await connection.post(command, arguments)

        return self._inspection.noted(await self._questions.ask(words, post))

    def _at(self, stop: int, command: str) -> AdapterConnection:
        connection = self._here(stop)
        self._allow(connection, command)
        return connection

    def _check_frame(self, stop: int, frame_id: int | None) -> None:
        self._here(stop)
        if frame_id is not None and frame_id not in self._frames:
            raise AdapterRefused(f"there is no frame {frame_id} at this stop")

    def _check_reference(self, stop: int, reference: int) -> None:
        self._here(stop)
        if reference not in self._references:
            raise AdapterRefused(f"there is no variablesReference {reference} at this stop")

    def _know(self, told: Iterable[Mapping[str, Any]], frame_id: int | None) -> None:
        """Note what may be opened now, and in which frame that is."""
        for each in told:
            reference = each.get("variablesReference")
            if isinstance(reference, int) and reference > 0:
                self._references[reference] = frame_id
        _bound(self._references)

    def _forget(self) -> None:
        self._questions = Questions()
        self._inspection = Inspection()
        self._frames: set[int] = set()
        self._references: dict[int, int | None] = {}
        self._values: dict[tuple[int, str], str] = {}


def _page(
    frames: tuple[Frame, ...], total: int | None, first: int, levels: int
) -> tuple[Frame, ...]:
    """Return the frames that were asked for, of an answer that may be the whole stack."""
    is_whole = len(frames) > levels or (total is not None and len(frames) > max(total - first, 0))
    return frames[first : first + levels] if is_whole else frames


def _keep(
    inspection: Inspection,
    command: str,
    arguments: Mapping[str, Any],
    told: "asyncio.Future[Body]",
) -> None:
    if not told.cancelled() and told.exception() is None:
        inspection.keep(command, arguments, told.result())


def _resolved(body: Body) -> "asyncio.Future[Body]":
    answer: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
    answer.set_result(body)
    return answer


def _bound(known: dict[Any, Any]) -> None:
    while len(known) > MAX_KNOWN:
        del known[next(iter(known))]


def _in_frame(frame_id: int | None) -> dict[str, int]:
    return {} if frame_id is None else {"frameId": frame_id}


def _shortened(text: str) -> str:
    """Return what was typed as it can stand in a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTED else line[:MAX_QUOTED] + "…"
