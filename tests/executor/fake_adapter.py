"""A debug adapter for tests that need no engine: it "runs" a file line by line.

A line is `print WORD`, `wait` (until it is paused, or something is typed), `raise`, `crash` (of the
adapter), `exit CODE` or anything else, which does nothing. Frame ids and references are good for
one stop, as real adapters have it: with others it refuses. A line `def NAME` is a call of that
function; like debugpy it does not say which breakpoint that stop is for.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from executor import dap
from executor.frames import Chunk
from executor.news import ADAPTER_CHANNEL, HungUp, Left, News, Said, Spawned, Taken
from executor.run import Exit, Stream
from executor.sandbox import Adapter

CAPABILITIES = {
    "supportsConfigurationDoneRequest": True,
    "supportsConditionalBreakpoints": True,
    "supportsHitConditionalBreakpoints": True,
    "supportsLogPoints": True,
    "supportsFunctionBreakpoints": True,
    "supportsSetVariable": True,
    "supportsEvaluateForHovers": True,
    "supportsCompletionsRequest": True,
    "exceptionBreakpointFilters": [{"filter": "raised", "label": "Raised", "default": False}],
}
MAIN_THREAD = 7
ENDED = Exit(0, out_of_memory=False)


class FakeAdapter:
    """See the module. `hear` gives what a sandbox tells of it."""

    def __init__(self, adapter: Adapter, capabilities: Mapping[str, Any] = CAPABILITIES) -> None:
        files = {file.path: file.content.decode() for file in adapter.files}
        self.asked: list[str] = []
        """The commands of all requests, in order."""
        self.breakpoints: dict[str, list[dict[str, Any]]] = {}
        self.functions: list[dict[str, Any]] = []
        self.contexts: list[str] = []
        """In which expressions were evaluated."""
        self.value = "1"
        self.answers: dict[str, Mapping[str, Any]] = {}
        """What it says instead of what is right, by command."""
        self.values: Mapping[str, str] = {}
        """What expressions are; of others it says where they were evaluated."""
        self.moved: Mapping[int, int] = {}
        """Where it says that breakpoints are instead, by line; 0 is nowhere."""
        self.refusals: dict[str, str] = {}
        """What it refuses, with its words, by command."""
        self.silent: frozenset[str] = frozenset()
        """The expressions, and the commands, that it does not answer before it is to `speak`."""
        self._is_asked = asyncio.Event()
        self._unanswered: list[dap.Request] = []
        self.early: list[Mapping[str, Any]] = []
        """Breakpoints that it tells of before it answers the next request."""
        self._capabilities = dict(capabilities)
        self._files = files
        self._path, self._lines = next(iter(files)), next(iter(files.values())).split("\n")
        self._line = self._epoch = self._seq = self._launched = 0
        self._is_paused = self._is_waiting = False
        self._filters: list[str] = []
        self._news: asyncio.Queue[News | None] = asyncio.Queue()
        self._reader = dap.MessageReader()

    async def hear(self) -> News | None:
        return await self._news.get()

    def say(self, data: bytes) -> None:
        for message in self._reader.feed(data):
            if isinstance(message, dap.Request):
                self._answer(message)

    def type(self) -> None:
        self._news.put_nowait(Taken())
        if self._is_waiting:
            self._is_waiting = False
            self._launched = 0  # what comes next may have a breakpoint
            self._run(until=None)

    def spawn(self) -> None:
        self._news.put_nowait(Spawned(42))

    def tell(self, name: str, body: Mapping[str, Any]) -> None:
        """Tell of an event, whether or not there was one."""
        self._event(name, body)

    def ask(self, command: str, arguments: Mapping[str, Any]) -> None:
        """Ask for something."""
        self._send({"type": "request", "command": command, "arguments": arguments})

    def finish(self) -> None:
        self._news.put_nowait(None)

    def crash(self) -> None:
        self._news.put_nowait(HungUp(ADAPTER_CHANNEL))
        self._news.put_nowait(None)

    def _answer(self, asked: dap.Request) -> None:
        self.asked.append(asked.command)
        while self.early:
            self._event("breakpoint", {"reason": "changed", "breakpoint": self.early.pop()})
        self._is_asked.set()
        if {asked.command, asked.arguments.get("expression")} & self.silent:
            self._unanswered.append(asked)
            return
        self._reply(asked)

    async def until_asked(self, command: str, count: int = 1) -> None:
        """Return once this was asked for so often."""
        while self.asked.count(command) < count:
            self._is_asked.clear()
            await self._is_asked.wait()

    def speak(self) -> None:
        """Answer what was kept without an answer, and keep nothing from now on."""
        self.silent = frozenset()
        late, self._unanswered = self._unanswered, []
        for asked in late:
            self._reply(asked)

    def _reply(self, asked: dap.Request) -> None:
        handler: Callable[[Mapping[str, Any]], dict[str, Any] | None] | None
        handler = getattr(self, f"_{asked.command}", None)
        if handler is None:
            self._respond(asked, {}, f"unknown: {asked.command}")
            return
        if asked.command in self.refusals:
            self._respond(asked, {}, self.refusals[asked.command])
            return
        try:
            body = self.answers.get(asked.command) or handler(asked.arguments)
        except LookupError as error:
            self._respond(asked, {}, str(error))
            return
        if asked.command == "launch":
            self._launch_request = asked
            self._event("initialized", {})
        else:
            self._respond(asked, body or {})
        self._after(asked)

    def _after(self, asked: dap.Request) -> None:
        match asked.command:
            case "configurationDone":
                self._respond(self._launch_request, {})
                self._run(until=None)
            case "continue":
                self._run(until=None)
            case "next" | "stepIn" | "stepOut":
                self._run(until=1)
            case "pause" if self._is_waiting:
                self._is_waiting = False
                self._line -= 1
                self._stop("pause")

    def _initialize(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return self._capabilities

    def _launch(self, _: Mapping[str, Any]) -> None: ...

    def _configurationDone(self, _: Mapping[str, Any]) -> None: ...  # noqa: N802

    def _continue(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self._check_paused(arguments)
        return {"allThreadsContinued": True}

    def _next(self, arguments: Mapping[str, Any]) -> None:
        self._check_paused(arguments)

    _stepIn = _stepOut = _next  # noqa: N815

    def _pause(self, _: Mapping[str, Any]) -> None: ...

    def _setBreakpoints(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        path = arguments["source"]["path"].removeprefix("/room/")
        self.breakpoints[path] = arguments["breakpoints"]
        lines = self._files.get(path, "").count("\n") + 1
        wanted = [each["line"] for each in arguments["breakpoints"]]
        told = [
            {"id": line, "verified": line <= lines and place > 0, "line": place}
            for line, place in ((line, self.moved.get(line, line)) for line in wanted)
        ]
        return {"breakpoints": told}

    def _setFunctionBreakpoints(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.functions = arguments["breakpoints"]
        text = "\n".join(self._lines)
        return {
            "breakpoints": [{"verified": f"def {each['name']}" in text} for each in self.functions]
        }

    def _setExceptionBreakpoints(self, arguments: Mapping[str, Any]) -> None:  # noqa: N802
        self._filters = list(arguments["filters"])

    def _threads(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"threads": [{"id": MAIN_THREAD, "name": "main"}]}

    def _stackTrace(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._check_paused(arguments)
        source = {"path": f"/room/{self._path}", "name": self._path}
        name = self._lines[self._line].removeprefix("def ") if self._is_called() else "main"
        frame = {"id": self._epoch, "name": name, "line": self._line + 1, "column": 1}
        return {"stackFrames": [{**frame, "source": source}], "totalFrames": 1}

    def _scopes(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self._check_epoch(arguments["frameId"])
        return {"scopes": [{"name": "Locals", "variablesReference": self._epoch}]}

    def _variables(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self._check_epoch(arguments["variablesReference"])
        return {"variables": [{"name": "x", "value": self.value, "variablesReference": 0}]}

    def _evaluate(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self._check_paused()
        self.contexts.append(arguments["context"])
        if arguments["expression"] == "bad":
            raise LookupError("no such name")
        expression = arguments["expression"]
        result = self.values.get(expression, f"{expression}@{self._line + 1}")
        return {"result": result, "variablesReference": 0}

    def _setVariable(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._check_epoch(arguments["variablesReference"])
        self.value = arguments["value"]
        return {"value": self.value}

    def _completions(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"targets": [{"label": arguments["text"] + "x"}]}

    def _check_paused(self, arguments: Mapping[str, Any] = {"threadId": MAIN_THREAD}) -> None:
        if not self._is_paused:
            raise LookupError("not paused")
        if arguments["threadId"] != MAIN_THREAD:
            raise LookupError("no such thread")

    def _check_epoch(self, reference: int) -> None:
        self._check_paused()
        if reference != self._epoch:
            raise LookupError(f"the reference {reference} is of another stop")

    def _run(self, until: int | None) -> None:
        """Go on, one line or up to something."""
        self._is_paused = False
        done = 0
        while True:
            if self._launched and not self._execute():
                return
            self._line += self._launched
            self._launched = 1
            done += 1
            if self._line >= len(self._lines):
                self._exit(0)
                return
            told = self.breakpoints.get(self._path, [])
            if any(each["line"] == self._line + 1 and "logMessage" not in each for each in told):
                self._stop("breakpoint")
                return
            if any(f"def {each['name']}" == self._lines[self._line] for each in self.functions):
                self._stop("function breakpoint")
                return
            if until is not None and done >= until:
                self._stop("step")
                return

    def _is_called(self) -> bool:
        return self._line < len(self._lines) and self._lines[self._line].startswith("def ")

    def _execute(self) -> bool:
        """Do what the present line says; return whether the next is to be reached."""
        word, _, rest = self._lines[self._line].partition(" ")
        match word:
            case "print":
                self._news.put_nowait(Chunk(Stream.TERMINAL, rest.encode() + b"\r\n"))
            case "wait":
                self._line += 1
                self._is_waiting = True
                return False
            case "raise" if "raised" in self._filters:
                self._line += 1
                self._stop("exception", {"text": "raised"})
                return False
            case "crash":
                self.crash()
                return False
            case "exit":
                self._exit(int(rest))
                return False
            case _:
                pass
        return True

    def _exit(self, code: int) -> None:
        self._news.put_nowait(Left(code))
        self._event("exited", {"exitCode": code})
        self._event("terminated", {})

    def _stop(self, reason: str, more: Mapping[str, Any] | None = None) -> None:
        self._is_paused = True
        self._epoch += 1
        self._event("stopped", {"reason": reason, "threadId": MAIN_THREAD, **(more or {})})

    def _event(self, name: str, body: Mapping[str, Any]) -> None:
        self._send({"type": "event", "event": name, "body": body})

    def _respond(self, asked: dap.Request, body: Mapping[str, Any], error: str = "") -> None:
        told = {"type": "response", "request_seq": asked.seq, "command": asked.command}
        told |= {"success": not error, "body": body} | ({"message": error} if error else {})
        self._send(told)

    def _send(self, message: dict[str, Any]) -> None:
        self._seq += 1
        content = json.dumps({"seq": self._seq, **message}).encode()
        data = b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
        self._news.put_nowait(Said(ADAPTER_CHANNEL, data))
