"""Runs as they are asked for, told to and shown, over HTTP and on the room socket."""

from typing import Annotated, Literal

from pydantic import Field

from server.schemas import Given, Sent
from server.texts import WorkspacePath

Argument = Annotated[str, Field(max_length=4096)]

MAX_RUN_NUMBER = 2**53
MAX_INPUT_CHARACTERS = 64 << 10  # at once; a paste comes in several


class AskedLimits(Sent):
    """Less than the server allows a run; what is more than that is cut down to it."""

    wall_seconds: float | None = Field(None, gt=0, description="Waiting for input included.")
    compile_seconds: float | None = Field(None, gt=0)
    cpu_seconds: int | None = Field(None, ge=1, description="Of all its processes together.")
    memory_mib: int | None = Field(
        None, ge=16, description="A language that can't work with so little gets what it needs."
    )
    pids: int | None = Field(None, ge=8, description="Processes and threads.")


class RunStart(Sent):
    """What to run: what is left out comes from the room's configuration and its runtime."""

    configuration: str | None = Field(
        None,
        max_length=200,
        description="Id or name of a run configuration, or `default`; else the room's choice.",
    )
    runtime: str | None = Field(None, max_length=64)
    entry: WorkspacePath | None = None
    args: list[Argument] | None = Field(None, max_length=100)
    stdin: str | None = Field(
        None, max_length=1_048_576, description="All of the input; more can't be typed then."
    )
    tty: bool | None = Field(
        None, description="A terminal, or else pipes; by default as configured, pipes with `stdin`."
    )
    cols: int = Field(80, ge=2, le=500)
    rows: int = Field(24, ge=2, le=300)
    limits: AskedLimits | None = None


class RunInput(Sent):
    """What to type into a run."""

    data: str = Field(max_length=MAX_INPUT_CHARACTERS)


class RunResize(Sent):
    """The size that a run's terminal is to have, in cells."""

    cols: int = Field(ge=2, le=500)
    rows: int = Field(ge=2, le=300)


class Artefact(Given):
    """A file that a run's program wrote, and whether it was put into the room's files."""

    id: str
    path: str
    bytes: int
    media_type: str
    kept: bool


class Run(Given):
    """A run, of exactly the text that `text_hash` and `state_vector` (base64) name."""

    number: int
    state: Literal["queued", "preparing", "running", "finished"]
    runtime: str
    entry: str
    args: list[str]
    tty: bool
    by: str
    by_name: str
    queued_at: int
    started_at: int | None
    finished_at: int | None
    outcome: str | None
    exit_code: int | None
    text_hash: str
    state_vector: str
    output_bytes: int
    """Of what is shown as it comes, which has offsets from 0 to this."""
    kept_bytes: int
    """Of what can be downloaded; the same, unless there was too much to show."""
    artefacts: list[Artefact]
    missed_files: int
    """Files that the program wrote besides its `artefacts`, too large or too many to be taken."""
    debug: bool
    position: int | None
    input_open: bool
    cols: int | None
    rows: int | None


class OneRun(Given):
    """A run."""

    run: Run
