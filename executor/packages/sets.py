"""What a room has installed: what was asked for, and exactly what that came to. Values only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Package:
    """One package as it is installed.

    Attributes:
        hash: of the file that it comes from, as its manager writes it.
        is_direct: whether it was asked for, and not only needed by another.
        note: what its people should know, such as that it was withdrawn; mostly empty.
    """

    name: str
    version: str
    hash: str
    is_direct: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """All that is installed, so exactly that anybody who installs it gets the same.

    Attributes:
        manager: the package manager's id.
        image: the runtimes' image that it was resolved for; another Python needs other files.
        text: in the manager's own form, with the hash of every file.
    """

    manager: str
    image: str
    text: str
    packages: tuple[Package, ...]

    @property
    def digest(self) -> str:
        """What a layer is known by: the same for the same content."""
        content = "\0".join((self.manager, self.image, self.text))
        return hashlib.sha256(content.encode()).hexdigest()


class InstallState(StrEnum):
    """Where an installation is in its life."""

    QUEUED = "queued"
    PREPARING = "preparing"
    RESOLVING = "resolving"
    DOWNLOADING = "downloading"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an installation is.

    Attributes:
        percent: 0 to 100, never falling.
        received_bytes: what has come over the network so far.
        line: what it does just now, or the place in the queue.
    """

    state: InstallState
    percent: int = 0
    received_bytes: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class Installed:
    """A finished installation; `size` is that of its files, in bytes."""

    lock: Lock
    size: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be installed for whom.

    Attributes:
        requirements: all that the room shall have, checked by its manager.
        kept: what shall stay as it is, as far as the requirements allow.
    """

    room: str
    by: str
    requirements: Sequence[str]
    kept: Lock | None = None
