"""What the HTTP API takes and gives; /api/openapi.json is generated from these models.

Times are milliseconds since the epoch, durations seconds.
"""

from collections import Counter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from collab.participant import Role
from server.texts import DisplayName, Title, WorkspacePath

Color = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]


class Sent(BaseModel):
    """What a caller sends: a misspelt field is an error, and a number is no text that looks so."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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


HealthStatus = Literal["ok", "degraded", "unavailable"]


class Health(Given):
    """Whether the server can do its work, part by part."""

    status: HealthStatus
    parts: dict[str, str] = Field(default_factory=dict)
