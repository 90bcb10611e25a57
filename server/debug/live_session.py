"""A debug session that goes on in one open room, and what it is made of."""

import asyncio
from dataclasses import dataclass

from collab.errors import CommandError
from executor.debuggers import Debugger
from executor.languages import Runtime
from executor.service import Session
from server.debug.commands import StartDebugging
from server.debug.reminder import Reminder
from server.debug.running_text import RunningText
from server.debug.view import DebugView
from server.runs.live_run import LiveRun


@dataclass(frozen=True, slots=True)
class LiveSession:
    """See the module."""

    session: Session
    view: DebugView
    text: RunningText
    start: StartDebugging
    run: LiveRun
    reminder: Reminder
    is_over: asyncio.Event

    def close(self) -> None:
        """Nobody looks any more; the session itself may go on elsewhere."""
        self.reminder.close()
        if self.view.watches is not None:
            self.view.watches.leave()


def begin(view: DebugView, run: LiveRun) -> Session:
    """The session of a run that was submitted, with its view knowing it."""
    handle = run.handle
    if handle is None or handle.session is None:
        raise AssertionError("what was just submitted is a debug session")
    view.begin(run.record.number, handle)
    return handle.session


def debugger_of(runtime: Runtime) -> Debugger:
    """What debugs it. Raises `CommandError` (``invalid``) if nothing does."""
    if runtime.debugging is None:
        raise CommandError(
            "invalid", f"{runtime.name} {runtime.version} can be run here, but not debugged"
        )
    return runtime.debugging.debugger
