"""Images of runtimes, named by what they are made from: a changed recipe is another image."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from executor.languages import Runtime

BASE_RECIPE = "base.sh"
DIGEST_DIGITS = 12


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
        line: the latest line of the log.
    """

    percent: int
    line: str


class Images(Protocol):
    """The images of runtimes."""

    async def tag(self, runtime: Runtime) -> str:
        """Return the tag of the runtime's image."""

    async def state(self, runtime: Runtime) -> ImageState:
        """Tell whether the image is there.

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


def content_tag(recipes: Path, runtime: Runtime) -> str:
    """Return `codlab/<image>:<digest>` of the recipe directory and the base that it stands on."""
    recipe = recipes / runtime.image
    digest = hashlib.sha256()
    for path in [recipes / BASE_RECIPE, *sorted(recipe.rglob("*"))]:
        if path.is_file():
            content = path.read_bytes()
            name = path.relative_to(recipes).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"codlab/{runtime.image}:{digest.hexdigest()[:DIGEST_DIGITS]}"
