"""pip: wheels only, so that nothing of a package runs when it is installed."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from executor.errors import InvalidRequirement
from executor.languages import Runtime
from executor.packages.manager import CACHE, PROXY, STAGE, Step, last_words
from executor.packages.sets import Lock, Package
from executor.run import SourceFile

HOME = "/opt/pip"
AUTHORITIES = f"{HOME}/ca-certificates.crt"
REQUIREMENTS, CONSTRAINTS, REPORT = "requirements.txt", "constraints.txt", "report.json"
MAX_SHOWN_VERSIONS = 5

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_SPECIFIER = r"(?:===?|~=|!=|<=|>=|<|>)[A-Za-z0-9.*+!_-]+"
_REQUIREMENT = re.compile(
    rf"(?P<name>{_NAME})(?:\[{_NAME}(?:,{_NAME})*\])?(?:{_SPECIFIER}(?:,{_SPECIFIER})*)?"
)
_AROUND = re.compile(r"\s*([\[\],]|===?|~=|!=|<=|>=|<|>)\s*")
_NO_VERSION = re.compile(r"requirement (?P<wanted>\S+).*\(from versions: (?P<versions>.*)\)")
# What pip itself takes for granted; both names are as old as its index.
_PRINT_SOURCES = """\
from pip._internal.models.index import PyPI
print(PyPI.simple_url, 'https://' + PyPI.file_storage_domain, sep='\\n')
"""


@dataclass(frozen=True, slots=True)
class Pip:
    """See `PackageManager`.

    Args:
        index: the address of another index than pip's own; empty for that.
    """

    index: str = ""
    id: str = "pip"
    downloaded: re.Pattern[str] = re.compile(r"\s*(?:Downloading|Using cached) \S+\.whl")
    news: re.Pattern[str] = re.compile(
        r"\s*((?:Collecting|Downloading|Using cached|Installing) .*?)(?: \(from|$)"
    )
    layer: str = STAGE

    def check(self, requirement: str) -> str:
        """See PackageManager.check."""
        plain = _AROUND.sub(r"\1", requirement.strip())
        if not _REQUIREMENT.fullmatch(plain):
            raise InvalidRequirement(
                f"{requirement!r} is not a package's name with versions, such as numpy or"
                " requests>=2.32,<3"
            )
        return plain

    def name(self, requirement: str) -> str:
        """See PackageManager.name."""
        found = _REQUIREMENT.fullmatch(requirement)
        return canonical(found["name"] if found else requirement)

    def sources(self, runtime: Runtime) -> Step:
        """See PackageManager.sources."""
        if self.index:
            return Step(argv=("echo", self.index))
        return Step(argv=(runtime.run[0], "-c", _PRINT_SOURCES), env={"PYTHONPATH": HOME})

    def resolve(self, runtime: Runtime, requirements: Sequence[str], kept: Lock | None) -> Step:
        """See PackageManager.resolve."""
        pins = [f"{package.name}=={package.version}" for package in kept.packages] if kept else []
        return self._install(
            runtime,
            {REQUIREMENTS: "\n".join(requirements), CONSTRAINTS: "\n".join(pins)},
            # -vv: only then does it say that a name is unknown, and why a file was left out.
            ("-vv", "--dry-run", "--report", REPORT, "-r", REQUIREMENTS, "-c", CONSTRAINTS),
        )

    def print_lock(self) -> Step:
        """See PackageManager.print_lock."""
        return Step(argv=("cat", REPORT))

    def read_lock(self, printed: bytes, runtime: Runtime, requirements: Sequence[str]) -> Lock:
        """See PackageManager.read_lock."""
        direct = {self.name(requirement) for requirement in requirements}
        packages = sorted(
            (_package(entry, direct) for entry in json.loads(printed)["install"]),
            key=lambda package: canonical(package.name),
        )
        lines = [f"{one.name}=={one.version} --hash={one.hash}\n" for one in packages]
        return Lock(self.id, runtime.image, "".join(lines), tuple(packages))

    def install(self, runtime: Runtime, lock: Lock) -> Step:
        """See PackageManager.install."""
        arguments = ("--no-deps", "--require-hashes", "-r", REQUIREMENTS)
        return self._install(runtime, {REQUIREMENTS: lock.text}, arguments)

    def explain(self, log: Sequence[str]) -> str:
        """See PackageManager.explain."""
        text = "\n".join(log)
        if found := _NO_VERSION.search(text):
            return _no_version(found["wanted"], found["versions"], text)
        if "THESE PACKAGES DO NOT MATCH THE HASHES" in text:
            return "the index gave another file than the one that is locked; nothing was installed"
        if found := re.search(r"Cannot install (.+) because", text):
            return f"these can't be installed together: {found[1]}"
        return last_words(log, "ERROR: ")

    def _install(self, runtime: Runtime, files: dict[str, str], arguments: tuple[str, ...]) -> Step:
        index = {"PIP_INDEX_URL": self.index} if self.index else {}
        env = {
            "PYTHONPATH": HOME,
            "PIP_CERT": AUTHORITIES,
            "PIP_PROXY": PROXY,
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_CACHE_DIR": CACHE,
            "TMPDIR": "/room",
        }
        return Step(
            argv=(
                *(runtime.run[0], "-m", "pip", "install", "--only-binary=:all:"),
                *("--ignore-installed", "--no-input", "--progress-bar=off"),
                *(
                    "--disable-pip-version-check",
                    "--retries=2",
                    "--timeout=20",
                    "--target",
                    STAGE,
                    *arguments,
                ),
            ),
            env=env | index,
            files=tuple(SourceFile(path, text.encode()) for path, text in files.items()),
        )


def canonical(name: str) -> str:
    """Return a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _package(entry: dict[str, dict[str, dict[str, dict[str, str]]]], direct: set[str]) -> Package:
    name, version = str(entry["metadata"]["name"]), str(entry["metadata"]["version"])
    sha256 = entry["download_info"]["archive_info"]["hashes"]["sha256"]
    note = "withdrawn (yanked) by its makers" if entry.get("is_yanked") else ""
    return Package(name, version, f"sha256:{sha256}", canonical(name) in direct, note)


def _no_version(wanted: str, versions: str, text: str) -> str:
    name = re.split(r"[\[=~!<>]", wanted)[0]
    if versions != "none":
        newest = ", ".join(versions.split(", ")[-MAX_SHOWN_VERSIONS:])
        return f"no version of {name} fits {wanted}; the newest for this Python are {newest}"
    if "No sources permitted for" in text or "none of the wheel's tags" in text:
        return f"{name} has no wheel for this Python, and nothing is built here"
    return f"there is no package {name}"
