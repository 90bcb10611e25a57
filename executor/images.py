"""Images of runtimes: whether they are there, and how far the building of one is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from executor.languages import Runtime


class ImageState(StrEnum):
    """Whether a runtime can be used at once."""

    READY = "ready"
    MISSING = "missing"
    BUILDING = "building"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is.

    Attributes:
        percent: 0 to 100, never falling.
        layer: what is being made, such as `gcc-14 3/5`; empty before the first.
        line: the latest line of the log.
    """

    percent: int
    layer: str
    line: str


class Images(Protocol):
    """The images of runtimes."""

    async def states(self, runtimes: Iterable[Runtime]) -> Mapping[str, ImageState]:
        """Tell whose images are there, by the runtimes' ids.

        Raises:
            EngineUnavailable: nobody knows.
        """

    async def build(self, runtime: Runtime, progress: Callable[[BuildProgress], None]) -> None:
        """Have the image there when this returns; a build that is under way is joined.

        Args:
            runtime: whose image.
            progress: called on the event loop; not at all if the image is there.

        Raises:
            BuildFailed: it can't be made; the message says why.
            EngineUnavailable: nobody is there to make it.
        """


class ImageSource(Protocol):
    """Where the runtimes' images come from."""

    async def tag(self, runtime: Runtime) -> str:
        """Return the tag of the runtime's image."""

    async def ensure(self, runtime: Runtime) -> None:
        """See Sandboxes.ensure."""

    async def installer_tag(self, runtime: Runtime) -> str:
        """Return the tag of the image in which packages for the runtime are installed."""

    async def build_installer(
        self, runtime: Runtime, progress: Callable[[BuildProgress], None]
    ) -> None:
        """Have that image there; otherwise as Images.build."""
