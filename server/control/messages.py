"""What is said about control, over HTTP and on the room socket."""

from typing import Annotated

from pydantic import Field

from server.control.rules import Controlled
from server.schemas import Given, Sent

What = Annotated[Controlled, Field(strict=False)]
"""By its name."""


class ControlTake(Sent):
    """What to take: the typing into runs, or the driving of the debugger."""

    what: What


class ControlGive(Sent):
    """Whom to hand it to; nobody: it is open to all again."""

    what: What
    to: str | None = Field(None, max_length=64)


class ControlRequest(Sent):
    """What to ask for, or to ask for no longer."""

    what: What
    withdraw: bool = False


ControlCommand = ControlTake | ControlGive | ControlRequest


class ControlRequests(Given):
    """The ids of those who ask for control, in the order in which they did."""

    stdin: list[str]
    debug: list[str]


class ControlTimes(Given):
    """When each holder last used what they hold."""

    stdin: int | None
    debug: int | None


class Control(Given):
    """Who alone types, and who drives the debugger: ids of participants."""

    stdin: str | None
    debug: str | None
    requests: ControlRequests
    acted_at: ControlTimes


class OneControl(Given):
    """Who controls what."""

    control: Control
