"""The commands of a room's debugger, as models: `debug.<name>` by socket, `<name>` by HTTP."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from collab.errors import CommandError
from server.errors import invalid
from server.runs.messages import Argument
from server.schemas import Sent
from server.texts import WorkspacePath

MAX_EXPRESSION = 4000
MAX_PAGE = 1000  # of variables, or frames
Expression = Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION)]
Stop = Annotated[
    int, Field(ge=1, le=2**53, description="The number of the stop that this is about.")
]
Number = Annotated[int, Field(ge=-(2**53), le=2**53)]
Reference = Annotated[int, Field(ge=1, le=2**53)]
FilterId = Annotated[str, Field(max_length=200)]


class StartDebugging(Sent):
    """Debug the room's text as it is now; what is left out comes from the room's settings."""

    runtime: str | None = Field(None, max_length=64)
    entry: WorkspacePath | None = None
    args: list[Argument] | None = Field(None, max_length=100)
    cols: int = Field(80, ge=2, le=500)
    rows: int = Field(24, ge=2, le=300)
    stopOnEntry: bool = False  # noqa: N815 - DAP's own names, here and below
    exceptions: list[FilterId] | None = Field(
        None, max_length=50, description="Kinds of exceptions to stop at, by their filters' ids."
    )


class Step(Sent):
    """Go on from a stop."""

    stop: Stop
    threadId: Number | None = None  # noqa: N815


class Pause(Sent):
    """Have a running program stand still."""

    threadId: Number | None = None  # noqa: N815


class RunToCursor(Sent):
    """Go on up to a line of the text that runs."""

    stop: Stop
    file: WorkspacePath
    line: int = Field(ge=1, le=10_000_000)


class ReadStack(Sent):
    """Read frames of a thread."""

    stop: Stop
    threadId: Number  # noqa: N815
    startFrame: int = Field(0, ge=0, le=10_000_000)  # noqa: N815
    levels: int = Field(50, ge=1, le=MAX_PAGE)


class ReadScopes(Sent):
    """Read a frame's scopes."""

    stop: Stop
    frameId: Number  # noqa: N815


class ReadVariables(Sent):
    """Read the variables of a scope or a value; everybody sees what was opened."""

    stop: Stop
    variablesReference: Reference  # noqa: N815
    start: int = Field(0, ge=0, le=2**31)
    count: int = Field(0, ge=0, le=MAX_PAGE, description="0 is for all.")
    filter: Literal["indexed", "named"] | None = Field(
        None,
        description="Elements, or the rest, of what has both; without it a page is of elements.",
    )


class Evaluate(Sent):
    """Evaluate an expression; in the context `repl` it is shown in everybody's console."""

    stop: Stop | None = None
    expression: Expression
    frameId: Number | None = None  # noqa: N815
    context: Literal["repl", "watch", "hover"] = "repl"


class SetVariable(Sent):
    """Change a variable."""

    stop: Stop
    variablesReference: Reference  # noqa: N815
    name: str = Field(max_length=MAX_EXPRESSION)
    value: Expression


class Complete(Sent):
    """Ask what could stand at a column (from 1) of a text in the console."""

    stop: Stop | None = None
    frameId: Number | None = None  # noqa: N815
    text: str = Field(max_length=MAX_EXPRESSION)
    column: int = Field(ge=1, le=MAX_EXPRESSION + 1)


class ChooseExceptions(Sent):
    """Stop at these kinds of exceptions and no others, for the whole room."""

    filters: list[FilterId] = Field(max_length=50)


class Nothing(Sent):
    """A command without fields."""


LOOKS = frozenset({"stackTrace", "scopes", "variables"})
"""What whoever is in the room may do: it moves nothing, and evaluates nothing that they chose."""
STEPS = ("continue", "next", "stepIn", "stepOut", "stepBack")
MODELS: Mapping[str, type[BaseModel]] = {
    "start": StartDebugging,
    **dict.fromkeys(STEPS, Step),
    "pause": Pause,
    "runToCursor": RunToCursor,
    "stop": Nothing,
    "restart": Nothing,
    "extend": Nothing,
    "stackTrace": ReadStack,
    "scopes": ReadScopes,
    "variables": ReadVariables,
    "evaluate": Evaluate,
    "setVariable": SetVariable,
    "completions": Complete,
    "exceptions": ChooseExceptions,
}


def parse_debug_command(name: str, fields: Mapping[str, object]) -> BaseModel:
    """Reads a command of the socket, which may have fields that this server does not know.

    Raises:
        CommandError: ``invalid``, telling what is wrong with which field.
    """
    model = MODELS.get(name)
    if model is None:
        raise CommandError("invalid", f"there is no command debug.{name}")
    known = {key: value for key, value in fields.items() if key in model.model_fields}
    try:
        return model.model_validate(known)
    except ValidationError as error:
        raise CommandError("invalid", str(invalid(error))) from None
