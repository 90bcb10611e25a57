"""What the HTTP API takes and gives; /api/openapi.json is generated from these models.

Times are milliseconds since the epoch, durations seconds.
"""

from collections import Counter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from collab.participant import Role
from server.texts import DisplayName, Title, WorkspacePath

Argument = Annotated[str, Field(max_length=4096)]
Color = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]


class Sent(BaseModel):
    """What a caller sends: a misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class FieldError(Given):
    """One thing wrong with a request."""

    field: str
    message: str


class Problem(Given):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class NewFile(Sent):
    """A file of a room to be."""

    path: WorkspacePath
    text: str


def _distinct(files: list[NewFile] | None) -> list[NewFile] | None:
    counts = Counter(file.path for file in files or ())
    if twice := [path for path, count in counts.items() if count > 1]:
        raise ValueError(f"there is more than one file {twice[0]!r}")
    return files


class RoomCreation(Sent):
    """A room to be; without files it starts with its runtime's template."""

    title: Title = "Untitled room"
    runtime: str = Field("python", max_length=64, description="Runtime id, or a language.")
    files: Annotated[list[NewFile] | None, AfterValidator(_distinct)] = Field(None, max_length=2000)
    name: DisplayName = Field("Host", description="The creator's name in the room.")


class RoomUpdate(Sent):
    """What to change of a room."""

    title: Title | None = None
    runtime: str | None = Field(None, max_length=64)


class JoinRequest(Sent):
    """A share link's secret (the part after ``#``) and the name to be seen under."""

    secret: str = Field(min_length=1, max_length=256)
    name: DisplayName


class RefreshRequest(Sent):
    """Which room's stay to continue; without it, the one used last."""

    room: str | None = Field(None, max_length=64)


class ParticipantUpdate(Sent):
    """What to change of a participant; a role only by an owner, a name by its bearer too."""

    role: Role | None = None
    name: DisplayName | None = None


class LinkCreation(Sent):
    """A share link to be."""

    role: Role
    expires_in: int | None = Field(None, ge=1, le=366 * 86_400)
    max_uses: int | None = Field(None, ge=1, le=1_000_000)


class ApiTokenCreation(Sent):
    """An API token to be, for a program that acts as this participant."""

    name: DisplayName | None = Field(None, description="For your own records.")
    role: Role | None = Field(None, description="Your own role, or a weaker one.")
    expires_in: int | None = Field(None, ge=1)


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


class Room(Given):
    """A room."""

    id: str
    title: str
    runtime: str
    created_at: int


class Renewal(Given):
    """What writing a room's document anew has saved."""

    bytes_before: int
    bytes_after: int


class Participant(Given):
    """Someone who has joined a room."""

    id: str
    name: str
    role: Role
    color: Color


class ListedParticipant(Participant):
    """Someone who has joined, and whether they are in the room now."""

    online: bool


class ShareLinks(Given):
    """Addresses that let others in, one per role."""

    owner: str
    editor: str
    viewer: str


class Joined(Given):
    """Access to a room; the refresh cookie that comes with it renews the token."""

    access_token: str
    expires_in: int
    participant: Participant
    room: Room


class RoomCreated(Joined):
    """A new room, its links (shown this once) and its creator's access."""

    links: ShareLinks


class ApiToken(Given):
    """An API token, shown this once."""

    token: str
    expires_at: int


class Link(Given):
    """A share link, without its secret."""

    id: str
    role: Role
    created_at: int
    expires_at: int | None
    max_uses: int | None
    uses: int
    revoked: bool


class LinkCreated(Link):
    """A new share link; its address is shown this once."""

    url: str


class File(Given):
    """A file of a room; its size in bytes of UTF-8."""

    id: str
    path: str
    size: int


class FileList(Given):
    """The files of a workspace."""

    files: list[File]


class Runtime(Given):
    """A language in one version; what the room's people can choose."""

    id: str
    language: str
    name: str
    version: str
    extensions: list[str]
    entry: str
    monaco: str
    debug: bool
    packages: bool
    lsp: bool
    state: Literal["ready", "missing", "building", "failed"]


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


HealthStatus = Literal["ok", "degraded", "unavailable"]


class Health(Given):
    """Whether the server can do its work, part by part."""

    status: HealthStatus
    parts: dict[str, str] = Field(default_factory=dict)
