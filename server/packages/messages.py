"""What is said about packages, over HTTP and on the room socket."""

from typing import Annotated, Literal

from pydantic import Field

from server.schemas import Given, Sent

PackageName = Annotated[str, Field(min_length=1, max_length=200)]


class PackageInstall(Sent):
    """Packages to be installed, for everybody in the room."""

    requirements: list[PackageName] = Field(
        min_length=1, max_length=100, description="Such as `numpy` or `requests>=2.32`."
    )
    manager: str | None = Field(None, max_length=32, description="`pip` or `npm`.")
    runtime: str | None = Field(
        None, max_length=64, description="By default the room's, or the manager's first."
    )


class PackageRemoval(Sent):
    """Packages that are not asked for any more; what only they needed goes with them."""

    names: list[PackageName] = Field(min_length=1, max_length=100)
    manager: str | None = Field(None, max_length=32)
    runtime: str | None = Field(None, max_length=64)


class PackageStop(Sent):
    """An end of what is being installed; what was there before stays."""


class PackageList(Sent):
    """What is installed, and how far the latest change is."""


PackageCommand = PackageInstall | PackageRemoval | PackageStop | PackageList


class Package(Given):
    """A package as it is installed, with the hash of the file that it comes from."""

    name: str
    version: str
    hash: str
    direct: bool
    note: str


class PackageSet(Given):
    """What is installed for one runtime, and for those that share its image."""

    manager: str
    runtime: str
    runtimes: list[str]
    requirements: list[str]
    packages: list[Package]
    bytes: int
    digest: str
    by: str
    by_name: str
    at: int


class Packages(Given):
    """A room's packages, and the latest change to them."""

    packages: list[PackageSet]
    state: Literal["ready", "queued", "preparing", "resolving", "downloading", "saving", "failed"]
    percent: int
    received_bytes: int
    line: str
    error: str | None
    runtime: str | None
    requirements: list[str]
    by: str | None
    by_name: str | None
