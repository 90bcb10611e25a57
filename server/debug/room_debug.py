"""Debugging in one open room: one session at a time, which is everybody's."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pydantic import BaseModel

from collab import breakpoints as marked
from collab.breakpoints import Watch
from collab.document import Document
from collab.errors import CommandError
from collab.participant import Participant
from collab.room import Room
from executor.dap import Body
from executor.debug_start import Start
from executor.errors import AdapterBroke, AdapterRefused, WrongState
from executor.run import Outcome, RunRequest, TerminalSize
from executor.service import AdoptedDebug, DebugRequest, Handle
from server.auth.permissions import Action, may
from server.control.rules import Control, Controlled
from server.debug import commands
from server.debug.audit import note, note_watch
from server.debug.inspection import inspect
from server.debug.live_session import LiveSession, begin, debugger_of
from server.debug.recall import recall
from server.debug.reminder import AHEAD_SECONDS, Reminder, in_words
from server.debug.running_text import Placed, RunningText
from server.debug.view import DebugView
from server.debug.watches import WatchedValues
from server.runs.keepsake import DebugKeepsake
from server.runs.live_run import LiveRun
from server.runs.messages import RunStart
from server.runs.room_runs import Follow, RoomRuns, RunParts

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 0.05  # between a change of the document and a look at its breakpoints
SETTLE_SHARE = 20  # and as many times what the last look took, so that looks cost 5 % at most

Choose = Callable[[Participant, RunStart], RunRequest]
_Marks = tuple[list[marked.Breakpoint], list[marked.FunctionBreakpoint]]


class RoomDebug:
    """See the module.

    Args:
        choose: says what is to be run, and has its image made.
    """

    def __init__(
        self,
        room: Room,
        runs: RoomRuns,
        control: Control,
        choose: Choose,
        parts: RunParts,
    ) -> None:
        self._room = room
        self._runs = runs
        self._control = control
        self._choose = choose
        self._policy = parts.policy
        self._limits = parts.policy.debug
        self._tasks = parts.tasks
        self._live: LiveSession | None = None
        self._look: asyncio.TimerHandle | None = None
        self._look_seconds = 0.0
        self._exceptions: tuple[str, ...] | None = None
        """The kinds that the room has chosen to stop at."""
        self._seen: _Marks | None = None
        """The document's breakpoints that the debugger has been told of."""

    def as_json(self) -> dict[str, object] | None:
        """The session as a newcomer is shown it; None without one."""
        return None if self._live is None else self._live.view.as_json()

    @property
    def handle(self) -> Handle | None:
        """The run that is debugged."""
        return None if self._live is None else self._live.run.handle

    def edited(self) -> None:
        """The document has changed, and maybe its breakpoints."""
        if self._live is not None and self._look is None:
            loop = asyncio.get_running_loop()
            wait = max(SETTLE_SECONDS, SETTLE_SHARE * self._look_seconds)
            self._look = loop.call_later(wait, self._look_at_breakpoints)

    def close(self) -> None:
        """The room closes; the session may go on without it."""
        if self._look is not None:
            self._look.cancel()
        if self._live is not None:
            self._live.close()

    def typed(self, by: Participant) -> None:
        """Somebody types into a run: nobody is idle."""
        if self._live is not None and self.handle is not None:
            self.handle.touch()
            self._live.view.touched(by.id)
            self._live.reminder.look()

    def remind(self, seconds_left: float) -> None:
        """The session is about to end."""
        left = in_words(seconds_left)
        words = f"The debug session ends in {left} unless somebody goes on with it or extends it."
        self._room.publish("notice", level="warning", text=words)

    async def command(self, by: Participant, name: str, command: BaseModel) -> Body:
        """Carries out a command (`server.debug.commands`). Raises `CommandError` to refuse it."""
        try:
            if isinstance(command, commands.StartDebugging):
                return {"run": self._start(by, command).as_json()}
            live = self._require()
            if may(by.role, Action.DEBUG):
                self.typed(by)
            return await self._obey(live, by, name, command)
        except (WrongState, AdapterBroke) as error:
            raise CommandError("conflict", str(error)) from None
        except AdapterRefused as error:
            raise CommandError("invalid", str(error)) from None

    async def _obey(
        self, live: LiveSession, by: Participant, name: str, command: BaseModel
    ) -> Body:
        session = live.session
        match command:
            case commands.Step(stop=stop, threadId=thread):
                session.check(name, stop)
                self._control.act(Controlled.DEBUG, by)
                await session.resume(name, stop, thread, by.id)
                await live.view.settle()
            case commands.RunToCursor(stop=stop, file=file, line=line):
                session.check("continue", stop)
                lines = live.text.lines_from(file, line)
                self._control.act(Controlled.DEBUG, by)
                await session.run_to(stop, file, lines, by.id)
                await live.view.settle()
            case commands.Pause(threadId=thread):
                self._control.act(Controlled.DEBUG, by)
                await session.pause(thread)
            case commands.ChooseExceptions(filters=filters):
                await session.set_exceptions(filters)
                self._exceptions = tuple(filters)
                live.view.choose(session.chosen_exceptions)
            case commands.Nothing():
                return await self._manage(live, by, name)
            case _:
                note(self._room.id, live.view.run, by, name, command)
                return await inspect(session, live.view, by, command)
        return {}

    async def _manage(self, live: LiveSession, by: Participant, name: str) -> Body:
        handle = live.run.handle
        if handle is None:
            raise CommandError("conflict", "the debug session is over")
        match name:
            case "stop":
                handle.stop(by.name)
            case "extend":
                if handle.seconds_left is None:
                    raise CommandError("conflict", "the program has not begun")
                if not handle.extend():
                    raise CommandError("conflict", "the session has all the time that it may have")
                live.view.extended(by.id)
                live.reminder.look()
            case "restart":
                self._control.act(Controlled.DEBUG, by)
                handle.end_as(Outcome(f"restarted by {by.name}", None))
                await live.is_over.wait()
                return {"run": self._start(by, live.start).as_json()}
            case _:
                raise CommandError("invalid", f"there is no command debug.{name}")
        return {}

    def _start(self, by: Participant, start: commands.StartDebugging) -> LiveRun:
        if self._live is not None:
            raise CommandError("conflict", "this room debugs something already; stop it first")
        request = self._request(by, start)
        text = RunningText(self._room.document)
        self._seen = self._marked()
        placed = text.place(self._room.document)
        if start.exceptions is not None:
            self._exceptions = tuple(start.exceptions)
        view = DebugView(self._room, by.id, self._driver)
        wanted = Start(
            debugger=debugger_of(request.runtime),
            files=text.paths,
            breakpoints=placed.breakpoints,
            functions=placed.functions,
            exceptions=self._exceptions,
            stop_on_entry=start.stopOnEntry,
        )
        kept = DebugKeepsake(start.model_dump(), text.encoded)
        run = self._runs.submit(by, request, DebugRequest(wanted, view, self._limits), kept)
        self._go_live(view, run, text, start)
        self._control.begin(Controlled.DEBUG, by)
        view.starting()
        view.unplaced(placed.unplaced)
        return run

    def adopt(self, run: LiveRun, kept: DebugKeepsake, follow: Follow) -> Handle:
        """Goes on with a session that has gone on without a server; nobody drives it."""
        start = commands.StartDebugging.model_validate(kept.start)
        text = RunningText(Document([kept.document]))
        view = DebugView(self._room, run.record.by, self._driver)
        debugger = debugger_of(self._policy.catalogue.resolve(run.record.runtime))
        wanted = Start(debugger, text.paths, stop_on_entry=start.stopOnEntry)
        request = DebugRequest(wanted, view, self._limits)
        run.handle = follow(AdoptedDebug(request, partial(recall, view)))
        self._go_live(view, run, text, start)
        self._control.begin(Controlled.DEBUG)
        view.starting()
        self._seen = None
        self.edited()
        return run.handle

    def _go_live(
        self, view: DebugView, run: LiveRun, text: RunningText, start: commands.StartDebugging
    ) -> None:
        session = begin(view, run)
        log = partial(note_watch, self._room.id, view.run)
        view.watches = WatchedValues(session, self._watched, view.watched, log, self._tasks)
        reminder = self._reminder(run)
        self._live = LiveSession(session, view, text, start, run, reminder, asyncio.Event())
        run.on_end.append(self._end)

    def _reminder(self, run: LiveRun) -> Reminder:
        def seconds_left() -> float | None:
            return None if run.handle is None else run.handle.seconds_left

        ahead = min(AHEAD_SECONDS, self._limits.idle_seconds / 4, self._limits.seconds / 4)
        return Reminder(seconds_left, self.remind, ahead)

    def _request(self, by: Participant, start: commands.StartDebugging) -> RunRequest:
        fields = start.model_dump(include={"runtime", "entry", "args", "cols", "rows"})
        request = self._choose(by, RunStart(**fields, tty=True))
        return replace(
            request,
            runtime=request.runtime.for_debugging(),
            terminal=TerminalSize(start.cols, start.rows),
        )

    def _end(self) -> None:
        live, self._live = self._live, None
        if live is None:
            return
        if self._look is not None:
            self._look.cancel()
            self._look = None
        live.reminder.close()
        live.view.ended(live.run.record.outcome)
        self._control.end(Controlled.DEBUG)
        live.is_over.set()

    def _look_at_breakpoints(self) -> None:
        self._look = None
        if (live := self._live) is None:
            return
        if live.view.watches is not None:
            live.view.watches.look()
        if (marks := self._marked()) == self._seen:
            return
        self._seen = marks
        began_at = time.perf_counter()
        placed = live.text.place(self._room.document)
        self._look_seconds = time.perf_counter() - began_at
        live.view.unplaced(placed.unplaced)
        self._tasks.create_task(self._send(live, placed))

    async def _send(self, live: LiveSession, placed: Placed) -> None:
        try:
            await live.session.set_breakpoints(placed.breakpoints, placed.functions)
        except (AdapterRefused, AdapterBroke) as error:
            logger.info("room %s: the debugger does not take breakpoints: %s", self._room.id, error)
        except Exception:  # or the tasks of all rooms would end with this one
            logger.exception("room %s: the debugger was not told of breakpoints", self._room.id)

    def _marked(self) -> _Marks:
        document = self._room.document
        return document.breakpoints(), document.function_breakpoints()

    def _watched(self) -> list[Watch]:
        return self._room.document.watches()

    def _driver(self) -> str | None:
        holder = self._control.holder(Controlled.DEBUG)
        return None if holder is None else holder.id

    def _require(self) -> LiveSession:
        if self._live is None:
            raise CommandError("conflict", "nothing is being debugged here")
        return self._live
