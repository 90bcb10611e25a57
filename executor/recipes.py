"""The recipes of images: what each stands on, what it is called, what an engine builds it from.

A recipe is a directory with a Dockerfile; `FROM codlab/<recipe>` stands on another. Programs run in
the image `run/<recipe>`: the recipe's, with a copy of the sandbox's first process on top and a name
for each sandbox's user, so that a change to these costs no recipe its layers. Packages for it are
installed in the image `install/<manager>/<recipe>`: the same, with a package manager on top.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BASE_SCRIPT = "base.sh"
ENTRY = "entry"
OWN = "codlab/"  # before the names of images that are built here
RUN = "run/"  # before the name of the recipe that an image is to run
INSTALL = "install/"  # before the names of a package manager and of the recipe that it installs for
NOTHING = "scratch"  # what a stage stands on that stands on no image
DIGEST_DIGITS = 12
RUN_DOCKERFILE = """\
FROM codlab/entry AS entry
FROM codlab/{recipe}
COPY --from=entry /usr/local/bin/sandbox-entry /usr/local/bin/
COPY --from=entry /etc/passwd /etc/
"""
INSTALL_DOCKERFILE = """\
FROM codlab/relay AS relay
FROM codlab/{manager} AS manager
FROM codlab/run/{recipe}
COPY --from=relay /usr/local/bin/sandbox-relay /usr/local/bin/
COPY --from=manager /opt/{manager} /opt/{manager}
COPY --chown=0:1000 layer/ /
"""
# Where the volume that is to be filled is mounted: it takes the mode of this directory, which every
# sandbox's user can write to, as they share their group.
LAYER_IN_CONTEXT, LAYER_MODE = "layer/packages", 0o2775
# Where Debian keeps the certificates of authorities that a host trusts on its own account. Recipes
# that download find them in their context, so that they work behind the same proxies as the host.
AUTHORITIES = Path("/usr/local/share/ca-certificates")
AUTHORITIES_IN_CONTEXT = "host-authorities"
_FROM = re.compile(r"^FROM[ \t]+(?P<name>\S+)(?:[ \t]+AS[ \t]+(?P<stage>\S+))?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Base:
    """What an image stands on: `codlab/<recipe>` without a tag, or any image with its tag."""

    name: str

    @property
    def recipe(self) -> str:
        """The name of its recipe; empty for an image that is had as it is."""
        is_own = self.name.startswith(OWN) and ":" not in self.name
        return self.name.removeprefix(OWN) if is_own else ""


class Recipes:
    """The recipes below a directory. They don't change while this lives."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._tags: dict[str, str] = {}

    def bases(self, recipe: str) -> list[Base]:
        """Return what a recipe's stages stand on, in order, but for each other."""
        found = list(_FROM.finditer(self._dockerfile(recipe)))
        stages = {NOTHING} | {stage["stage"] for stage in found}
        names = dict.fromkeys(stage["name"] for stage in found)
        return [Base(name) for name in names if name not in stages]

    def tag(self, base: Base) -> str:
        """Return `codlab/<recipe>:<digest>` of a recipe and all that it stands on."""
        if not base.recipe:
            return base.name
        if base.recipe not in self._tags:
            digest = self._digest(base.recipe).hexdigest()
            self._tags[base.recipe] = f"{OWN}{base.recipe}:{digest[:DIGEST_DIGITS]}"
        return self._tags[base.recipe]

    def context(self, recipe: str) -> bytes:
        """Return the tar that an engine builds a recipe from, its bases named by exact tags."""
        tags = {base.name: self.tag(base) for base in self.bases(recipe)}
        dockerfile = _FROM.sub(
            lambda found: found[0].replace(found["name"], tags.get(found["name"], found["name"])),
            self._dockerfile(recipe),
        )
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for path in self._files(recipe):
                archive.add(path, path.relative_to(self.directory / recipe).as_posix())
            archive.addfile(_directory(AUTHORITIES_IN_CONTEXT, 0o755))
            if recipe.startswith(INSTALL):
                archive.addfile(_directory(LAYER_IN_CONTEXT, LAYER_MODE))
            for path in sorted(AUTHORITIES.glob("*.crt")):
                archive.add(path.resolve(), f"{AUTHORITIES_IN_CONTEXT}/{path.name}")
            member = tarfile.TarInfo("Dockerfile")
            member.size = len(dockerfile.encode())
            archive.addfile(member, io.BytesIO(dockerfile.encode()))
        return buffer.getvalue()

    def _digest(self, recipe: str) -> "hashlib._Hash":
        digest = hashlib.sha256(self._dockerfile(recipe).encode())
        bases = self.bases(recipe)
        scripts = [] if all(base.recipe for base in bases) else [self.directory / BASE_SCRIPT]
        for path in [*self._files(recipe), *scripts]:
            name, content = path.relative_to(self.directory).as_posix(), path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        for base in bases:
            digest.update(f"{self.tag(base)}\0".encode())
        return digest

    def _dockerfile(self, recipe: str) -> str:
        if recipe.startswith(RUN):
            return RUN_DOCKERFILE.format(recipe=recipe.removeprefix(RUN))
        if recipe.startswith(INSTALL):
            manager, _, installed_for = recipe.removeprefix(INSTALL).partition("/")
            return INSTALL_DOCKERFILE.format(manager=manager, recipe=installed_for)
        return (self.directory / recipe / "Dockerfile").read_text(encoding="utf-8")

    def _files(self, recipe: str) -> Iterable[Path]:
        """Return what a recipe has besides its Dockerfile."""
        paths = sorted((self.directory / recipe).rglob("*"))
        return [path for path in paths if path.is_file() and path.name != "Dockerfile"]


def _directory(name: str, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, mode
    return member
