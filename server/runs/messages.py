"""What is said to a run that is going on, over HTTP and on the room socket."""

from pydantic import Field

from server.schemas import Sent

MAX_INPUT_CHARACTERS = 64 << 10  # at once; a paste comes in several


class RunInput(Sent):
    """What to type into a run."""

    data: str = Field(max_length=MAX_INPUT_CHARACTERS)


class RunResize(Sent):
    """The size that a run's terminal is to have, in cells."""

    cols: int = Field(ge=2, le=500)
    rows: int = Field(ge=2, le=300)
