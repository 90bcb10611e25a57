"""Runs in another process: the twin of executor.runner."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from executor.admission import check_request
from executor.errors import InvalidRun, QueueFull
from executor.languages import Runtime
from executor.packages.sets import Lock
from executor.remote import values
from executor.remote.caller import Caller
from executor.remote.link import Answer, Link
from executor.remote.remote_run import ENDED, FORGOTTEN, RemoteRun, RunName
from executor.remote.remote_session import RemoteSession
from executor.remote.wire import PEERS
from executor.run import (
    Outcome,
    RunLimits,
    RunListener,
    RunRequest,
    RunState,
    TerminalSize,
    failed_to_start,
)
from executor.service import Adopted, AdoptedDebug, DebugRequest, Recall

Json = Mapping[str, Any]

NOT_TOLD = failed_to_start("the connection to the executor was lost")


class RemoteRuns:
    """See executor.service.Runs, and executor.remote.caller.Hearer.

    Args:
        limits: those that the server's settings give; the executor's own hold besides.
    """

    def __init__(self, caller: Caller, limits: RunLimits) -> None:
        self.load: Json = {}
        """What the executor said last of how much there is to do."""
        self.on_outliving: Callable[[], None] = lambda: None
        self._caller = caller
        self._limits = limits
        self._runs: dict[str, RemoteRun] = {}
        self._outliving: dict[str, str] | None = None
        caller.hear(self)

    def submit(
        self, request: RunRequest, listener: RunListener, debug: DebugRequest | None = None
    ) -> RemoteRun:
        """See Runs.submit. What only the executor can refuse is the run's outcome."""
        check_request(request, self._limits_of(request))
        self._check_load(debug)
        told, body = values.told_request(request, is_debugged=debug is not None)
        if len(body) > PEERS.body_bytes:
            raise InvalidRun("its files are too large to be given to an executor of its own")
        run = self._run(secrets.token_hex(8), request.room, listener, debug, request.terminal)
        run.is_open = request.stdin is None or request.terminal is not None
        if debug is not None:
            run.session = self._session(run.key, debug)
        if (link := self._caller.link) is None:
            lost = failed_to_start(self._caller.absence)
            asyncio.get_running_loop().call_soon(run.lose, lost)
            return run
        run.connect(link)
        if debug is not None:
            told["session"] = {"start": values.told_start(debug.start), "limits": debug.limits}
        link.tell("submit", body, run=run.key, **told)
        return run

    def expect(
        self, runtime: Runtime, limits: RunLimits | None = None, packages: Lock | None = None
    ) -> None:
        """See Runs.expect."""
        if (link := self._caller.link) is not None:
            link.tell("expect", runtime=runtime.id, limits=limits, packages=packages)

    @property
    def interrupted(self) -> Outcome:
        """See Runs.interrupted: it ended meanwhile, or gave up waiting for this server."""
        return FORGOTTEN

    @property
    def outliving(self) -> Mapping[str, Sequence[str]] | None:
        """See Runs.outliving."""
        if self._outliving is None:
            return None
        by_room: dict[str, list[str]] = {}
        for key, room in self._outliving.items():
            by_room.setdefault(room, []).append(key)
        return by_room

    async def adopt(self, key: str) -> Adopted | None:
        """See Runs.adopt."""
        room = None if self._outliving is None else self._outliving.get(key)
        if room is None:
            return None
        answer = await self._caller.call("adopt", run=key)
        if answer.ok is None:
            self._take(key)
            return None
        return _Adopted(key, room, answer, self)

    def connected(self, link: Link, welcome: Json) -> None:
        """See Hearer: goes on with what is there, and gives up what is not."""
        self.load = welcome["load"]
        there = {str(key): str(room) for key, room in welcome["runs"]}
        for key, run in list(self._runs.items()):
            if key in there:
                run.is_admitted = True  # that was told, perhaps, when nobody heard it
                run.follow(link)
            else:
                del self._runs[key]
                run.lose(ENDED if run.is_admitted else NOT_TOLD)
        self._outliving = {key: room for key, room in there.items() if key not in self._runs}
        self.on_outliving()

    def disconnected(self) -> None:
        """See Hearer."""
        self._outliving = None
        for run in self._runs.values():
            run.disconnect()

    def given_up(self) -> None:
        """See Hearer: what it has still when it is there again is ended then."""
        for run in list(self._runs.values()):
            run.lose(ENDED)

    def run_told(self, told: Json, body: bytes) -> None:
        """See Hearer. What was on its way when a run was let go has no effect."""
        if (run := self._runs.get(str(told["run"]))) is not None:
            run.hear(told, body)

    def load_told(self, load: Json) -> None:
        """See Hearer."""
        self.load = load

    def take(
        self, adopted: "_Adopted", listener: RunListener, debug: AdoptedDebug | None
    ) -> RemoteRun:
        """Return the handle of a run that was adopted; nothing is told of it yet."""
        self._take(adopted.key)  # not before: whoever fails on the way here may try again
        request = None if debug is None else debug.request
        run = self._run(adopted.key, adopted.room, listener, request, adopted.terminal)
        run.is_admitted = True
        if debug is not None:
            run.session = self._session(run.key, debug.request, debug.recall)
        return run

    def abandon(self, key: str) -> None:
        """See Runs.abandon."""
        self._take(key)
        if (link := self._caller.link) is not None:
            link.tell("forget", run=key)

    @property
    def link(self) -> Link | None:
        """The connection; None without one."""
        return self._caller.link

    def _run(
        self,
        key: str,
        room: str,
        listener: RunListener,
        debug: DebugRequest | None,
        terminal: TerminalSize | None,
    ) -> RemoteRun:
        run = RemoteRun(RunName(key, room, terminal is not None), listener, debug, self._let_go)
        self._runs[key] = run
        return run

    def _session(
        self, key: str, debug: DebugRequest, recall: Recall | None = None
    ) -> RemoteSession:
        return RemoteSession(debug.start, debug.listener, partial(self._ask, key), recall)

    async def _ask(self, key: str, command: str, arguments: Json) -> Answer:
        return await self._caller.call("session", run=key, command=command, arguments=arguments)

    def _let_go(self, run: RemoteRun) -> None:
        self._runs.pop(run.key, None)
        if not run.is_stored and self._outliving is not None:
            self._outliving[run.key] = run.room

    def _take(self, key: str) -> None:
        """Let nobody else take this run."""
        if self._outliving is not None:
            self._outliving.pop(key, None)

    def _limits_of(self, request: RunRequest) -> RunLimits:
        asked = request.limits or self._limits
        return asked.within(self._limits).covering(request.runtime.needs)

    def _check_load(self, debug: DebugRequest | None) -> None:
        if not self.load or self._caller.link is None:
            return
        new = [run for run in self._runs.values() if not run.is_admitted]
        runs = self.load["runs"] + len(new)
        if runs >= self.load["most_runs"]:
            raise QueueFull(f"{runs} runs are going or waiting; try again later")
        sessions = self.load["debug_sessions"] + sum(run.is_debugged for run in new)
        if debug is not None and sessions >= min(
            self.load["most_debug_sessions"], debug.limits.sessions
        ):
            raise QueueFull(f"{sessions} debug sessions are going on; try again later")


class _Adopted:
    """See executor.service.Adopted."""

    def __init__(self, key: str, room: str, answer: Answer, runs: RemoteRuns) -> None:
        told = answer.ok
        self.key = key
        self.room = room
        self.keepsake = answer.body
        self.kept_from = int(told["kept_from"])
        self.started_seconds_ago: float | None = told["started_seconds_ago"]
        self.finished_seconds_ago: float | None = told["finished_seconds_ago"]
        self.terminal: TerminalSize | None = values.read_size(told["terminal"])
        self._runs = runs

    def follow(
        self,
        listener: RunListener,
        known: RunState,
        recorded_bytes: int,
        debug: AdoptedDebug | None = None,
    ) -> RemoteRun:
        """See Adopted.follow."""
        run = self._runs.take(self, listener, debug)
        run.attach(known, recorded_bytes)
        if (link := self._runs.link) is not None:
            run.follow(link)
        return run

    def abandon(self) -> None:
        """See Adopted.abandon."""
        self._runs.abandon(self.key)
