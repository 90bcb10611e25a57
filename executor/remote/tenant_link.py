"""What a server asks of its executor by one connection: its calls, and what it tells."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from executor.errors import ExecutorError, InputFull, QueueFull, WrongState
from executor.images import BuildProgress
from executor.packages.sets import Progress, Wanted
from executor.remote import values
from executor.remote.commands import obey
from executor.remote.held_run import HeldRun
from executor.remote.link import Answer, Link, Step
from executor.remote.services import Services, SharedUpkeep
from executor.remote.tenant import Tenant
from executor.remote.wire import MalformedFrame, Message
from executor.run import Outcome, RunState
from executor.service import DebugRequest, Looked, Session

Json = Mapping[str, Any]
MOST_UNSTORED = 4  # runs for each that may go or wait: so many may be over and not stored


class TenantLink:
    """See executor.remote.link.Desk. A call is a method of its name; so is what is told."""

    def __init__(
        self, link: Link, tenant: Tenant, services: Services, upkeep: SharedUpkeep
    ) -> None:
        self.link = link
        self._tenant = tenant
        self._services = services
        self._upkeep = upkeep
        self._doing: set[asyncio.Task[object]] = set()
        self._calls = {
            "states": self._states,
            "build": self._build,
            "install": self._install,
            "sweep": self._sweep,
            "engine": self._engine,
            "adopt": self._adopt,
            "session": self._session,
        }
        self._orders: Mapping[str, Callable[[HeldRun, Json], None]] = {
            "follow": self._follow,
            "leave": lambda run, _: run.leave(self.link),
            "forget": lambda run, _: self._tenant.forget(run.key),
            "stored": lambda run, told: run.stored(int(told["bytes"])),
            "end": _end,
            "end_input": lambda run, _: run.require().end_input(),
            "resize": _resize,
            "touch": lambda run, _: run.require().touch(),
            "extend": _extend,
            "note": _note,
            "breakpoints": self._set_breakpoints,
        }

    def beat(self) -> None:
        """Say how much there is to do."""
        self.link.tell("load", **self._services.load())

    def dismiss(self, why: str) -> None:
        """Hang up, for that reason."""
        self.link.tell("dismissed", why=why)
        self.link.close()

    def tell(self, name: str, message: Message) -> None:
        """See Desk.tell. What is about a run that is not here any more has no effect."""
        told = message.head
        match name:
            case "alive":
                pass
            case "submit":
                self._submit(str(told["run"]), told, message.body)
            case "expect":
                self._expect(told)
            case "write":
                self._write(str(told["run"]), message.body)
            case _:
                order = self._orders[name]
                if (run := self._tenant.runs.get(str(told["run"]))) is not None:
                    order(run, told)

    async def do(self, name: str, message: Message, step: Step) -> Answer:
        """See Desk.do."""
        if name not in self._calls:
            raise ExecutorError(f"this executor does not know how to {name}")
        return await self._calls[name](message.head, step)

    def _submit(self, key: str, told: Json, body: bytes) -> None:
        if key in self._tenant.runs:
            raise MalformedFrame("a run that is there already")
        try:
            self._take_in(key, told, body)
        except ExecutorError as error:
            self.link.tell("run", run=key, event="refused", reason=str(error))

    def _take_in(self, key: str, told: Json, body: bytes) -> None:
        services, tenant = self._services, self._tenant
        if len(tenant.runs) >= services.runner.max_runs * MOST_UNSTORED:
            raise QueueFull("too many runs are over and not stored yet; try again later")
        request = values.read_request(told, body, services.catalogue)
        run = HeldRun(key, request.room, request.keepsake)
        debug = None
        if (session := told.get("session")) is not None:
            start = values.read_start(session["start"], request.runtime)
            limits = values.read_debug_limits(session["limits"]).within(services.debug_limits)
            debug = DebugRequest(start, run.session, limits)
        handle = services.runner.submit(request, run, debug)
        tenant.runs[key] = run
        run.admit(handle, self.link)

    def _expect(self, told: Json) -> None:
        services = self._services
        try:
            runtime = services.catalogue.resolve(str(told["runtime"]))
        except ExecutorError:
            return  # whoever runs something in it is told
        limits = values.optional(values.read_run_limits, told["limits"])
        packages = values.optional(values.read_lock, told["packages"])
        services.runner.expect(runtime, limits, packages)

    def _write(self, key: str, typed: bytes) -> None:
        run = self._tenant.runs.get(key)
        if run is None:
            return
        try:
            run.require().write(typed)
        except InputFull:  # the server counts as well, and has refused it
            self.link.tell("run", run=key, event="typed", count=len(typed))

    def _follow(self, run: HeldRun, told: Json) -> None:
        run.follow(self.link, RunState(told["known"]), int(told["recorded_bytes"]))

    async def _states(self, told: Json, _step: Step) -> Answer:
        runtimes = [self._services.catalogue.resolve(str(name)) for name in told["runtimes"]]
        return Answer(dict(await self._services.images.states(runtimes)))

    async def _build(self, told: Json, step: Step) -> Answer:
        def progress(made: BuildProgress) -> None:
            step(made)

        runtime = self._services.catalogue.resolve(str(told["runtime"]))
        await self._services.images.build(runtime, progress)
        return Answer()

    async def _install(self, told: Json, step: Step) -> Answer:
        def watch(progress: Progress) -> None:
            step(progress)

        runtime = self._services.catalogue.resolve(str(told["runtime"]))
        kept = values.optional(values.read_lock, told["kept"])
        requirements = tuple(map(str, told["requirements"]))
        wanted = Wanted(str(told["room"]), str(told["by"]), requirements, kept)
        return Answer(await self._services.installing.install(runtime, wanted, watch))

    async def _sweep(self, told: Json, _step: Step) -> Answer:
        wanted = [str(digest) for digest in told["wanted"]]
        return Answer(await self._upkeep.sweep(self._tenant.instance, wanted))

    async def _engine(self, _told: Json, _step: Step) -> Answer:
        version = await self._services.engine.version()
        return Answer({"engine": version.engine, "warnings": self._services.warnings(version)})

    async def _adopt(self, told: Json, _step: Step) -> Answer:
        run = self._tenant.runs.get(str(told["run"]))
        return Answer() if run is None else Answer(run.as_json(), run.keepsake)

    async def _session(self, told: Json, _step: Step) -> Answer:
        run = self._tenant.runs.get(str(told["run"]))
        session = None if run is None else run.require().session
        if run is None or session is None:
            raise WrongState("the debug session is over")
        doing = self._begin(run, session, str(told["command"]), told["arguments"])
        # Half a command would leave the session in doubt of what the debugger knows.
        return Answer(await asyncio.shield(doing))

    def _set_breakpoints(self, run: HeldRun, told: Json) -> None:
        """What could not be told when it was; what comes of it is told as news."""
        if (session := run.require().session) is not None:
            self._begin(run, session, "set_breakpoints", told["arguments"])

    def _begin(
        self, run: HeldRun, session: Session, command: str, arguments: Json
    ) -> asyncio.Task[object]:
        doing = asyncio.create_task(_obey(run, session, command, arguments))
        self._doing.add(doing)
        doing.add_done_callback(self._done)
        return doing

    def _done(self, doing: asyncio.Task[object]) -> None:
        self._doing.discard(doing)
        if not doing.cancelled():
            doing.exception()  # its server may have gone, and nobody else waits for it


async def _obey(run: HeldRun, session: Session, command: str, arguments: Json) -> object:
    answer = await obey(session, command, arguments)
    if isinstance(answer, dict):
        run.session.looked(Looked(command, arguments, answer))
    return answer


def _end(run: HeldRun, told: Json) -> None:
    run.require().end_as(Outcome(str(told["text"]), told["exit_code"]))


def _resize(run: HeldRun, told: Json) -> None:
    if (size := values.read_size(told["size"])) is not None:
        run.resize(size)


def _extend(run: HeldRun, _told: Json) -> None:
    run.require().extend()


def _note(run: HeldRun, told: Json) -> None:
    run.session.note(dict(told["said"]))
