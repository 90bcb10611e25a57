"""Images of runtimes, named by what they are made from: a changed recipe is another image."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from executor.languages import Runtime

BASE_RECIPE = "base.sh"
OWN = "codlab/"  # before the names of images that are built here
NOTHING = "scratch"  # what a stage stands on that stands on no image
DIGEST_DIGITS = 12
_FROM = re.compile(r"^FROM[ \t]+(?P<name>\S+)(?:[ \t]+AS[ \t]+(?P<stage>\S+))?", re.MULTILINE)


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


@dataclass(frozen=True, slots=True)
class Base:
    """What a recipe stands on: `codlab/<recipe>` without a tag, or any image with its tag."""

    name: str

    @property
    def recipe(self) -> str:
        """The directory of its recipe; empty for an image that is had as it is."""
        is_own = self.name.startswith(OWN) and ":" not in self.name
        return self.name.removeprefix(OWN) if is_own else ""


class Images(Protocol):
    """The images of runtimes."""

    async def tag(self, runtime: Runtime) -> str:
        """Return the tag of the runtime's image."""

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


def content_tag(recipes: Path, image: str) -> str:
    """Return `codlab/<image>:<digest>` of the recipe directory and all that it stands on."""
    recipe = recipes / image
    bases = read_bases(recipe)
    own_files = [path for path in sorted(recipe.rglob("*")) if path.is_file()]
    digest = hashlib.sha256()
    for path in own_files + ([recipes / BASE_RECIPE] if any(not b.recipe for b in bases) else []):
        content = path.read_bytes()
        name = path.relative_to(recipes).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    for base in bases:
        if base.recipe:
            digest.update(content_tag(recipes, base.recipe).encode())
    return f"{OWN}{image}:{digest.hexdigest()[:DIGEST_DIGITS]}"


def read_bases(recipe: Path) -> list[Base]:
    """Return what the stages of a recipe's Dockerfile stand on, in order, but for each other."""
    text = (recipe / "Dockerfile").read_text(encoding="utf-8")
    stages = {NOTHING} | {found["stage"] for found in _FROM.finditer(text)}
    names = [found["name"] for found in _FROM.finditer(text)]
    return [Base(name) for name in dict.fromkeys(names) if name not in stages]


def with_exact_bases(dockerfile: str, tags: Mapping[str, str]) -> str:
    """Return a Dockerfile whose own bases (names in `tags`) are given by their exact tags."""
    return _FROM.sub(
        lambda found: found[0].replace(found["name"], tags.get(found["name"], found["name"]), 1),
        dockerfile,
    )
