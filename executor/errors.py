"""What can go wrong in the executor.

ExecutorError
├── EngineUnavailable    no container engine answers; the message says how to get one
├── EngineRefused        the engine answered a call with an error
├── UnknownRuntime       no such runtime in the catalogue
├── BrokenCatalogue      a language file is wrong; the message names the file and the field
├── InvalidRun           the request can't be run as it is: paths, entry, arguments, sizes
├── QueueFull            too many runs are waiting
├── InputFull            the program has not read what was typed before
├── InvalidRequirement   what is to be installed is not a package's name with versions
├── InstallFailed        packages can't be had: no such version, too much, no way to the index
├── BuildFailed          a runtime's image could not be made
├── StartFailed          the sandbox came up, but the program could not be put into it
├── SandboxBroke         the sandbox ended under its program
├── AdapterRefused       the debugger can't do it
│   ├── RefusedByAdapter it says so itself; the message is its own, of whatever kind
│   └── AdapterSilent    it did not answer in time
├── AdapterBroke         the debugger ended, or was never there
└── WrongState           the program is not where the command takes it to be
    └── AdapterBusy      or its debugger is at somebody's question that takes its time
"""


class ExecutorError(Exception):
    """Base of all errors that callers of this package handle. The message is meant for people."""


class EngineUnavailable(ExecutorError):
    """No container engine answers."""


class EngineRefused(ExecutorError):
    """The engine answered with an error.

    Attributes:
        status: the HTTP status of the answer.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class UnknownRuntime(ExecutorError):
    """No runtime of this id or language."""


class BrokenCatalogue(ExecutorError):
    """A language file does not fit the schema."""


class InvalidRun(ExecutorError):
    """The request can't be run as it is."""


class QueueFull(ExecutorError):
    """The server has as many runs waiting as it allows."""


class InputFull(ExecutorError):
    """More was typed ahead than is kept for a program that doesn't read."""


class InvalidRequirement(ExecutorError):
    """What is to be installed is no plain requirement."""


class InstallFailed(ExecutorError):
    """Packages could not be installed."""


class BuildFailed(ExecutorError):
    """A runtime's image could not be made."""


class StartFailed(ExecutorError):
    """The program could not be put into its sandbox."""


class SandboxBroke(ExecutorError):
    """The sandbox ended under its program."""


class AdapterRefused(ExecutorError):
    """The debugger can't do what it was asked for."""


class AdapterSilent(AdapterRefused):
    """A debugger did not answer in time."""


class RefusedByAdapter(AdapterRefused):
    """The debugger said no. The message may be meant for whoever makes debuggers."""


class AdapterBroke(ExecutorError):
    """The debugger has ended."""


class WrongState(ExecutorError):
    """A debug command for another state of the program than the one that it is in."""


class AdapterBusy(WrongState):
    """The debugger answers somebody else, and has done so for long."""
