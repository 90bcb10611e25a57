"""What is particular to one package manager: its commands, its lock, its words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from executor.languages import Runtime
from executor.packages.sets import Lock
from executor.run import SourceFile

PROXY_PORT = 3128
PROXY = f"http://127.0.0.1:{PROXY_PORT}"
CACHE = "/room/cache"  # of what was downloaded; it lasts from one step to the next
STAGE = "stage"  # below the workspace; it is copied into the layer when all is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of an installation.

    Attributes:
        files: to be put into the workspace first.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    files: tuple[SourceFile, ...] = ()


class PackageManager(Protocol):
    """One of them. No command of it may run code that comes with a package."""

    @property
    def id(self) -> str:
        """What runtimes call it."""

    @property
    def downloaded(self) -> re.Pattern[str]:
        """Finds the lines that say that one more file has come."""

    @property
    def news(self) -> re.Pattern[str]:
        """Finds the lines that people may like to see, and in its group what of them."""

    def check(self, requirement: str) -> str:
        """Return a requirement in its plainest form.

        Raises:
            InvalidRequirement: it is anything but a name and versions in the index.
        """

    def name(self, requirement: str) -> str:
        """Return the name that a checked requirement is about, the same for all its spellings."""

    def sources(self, runtime: Runtime) -> Step:
        """Return what prints the addresses that it takes packages from, one a line."""

    def resolve(self, runtime: Runtime, requirements: Sequence[str], kept: Lock | None) -> Step:
        """Return what decides on exact versions; all that is in `kept` stays where it can."""

    def print_lock(self) -> Step:
        """Return what prints what was decided."""

    def read_lock(self, printed: bytes, runtime: Runtime, requirements: Sequence[str]) -> Lock:
        """Make a lock of that.

        Raises:
            ValueError, LookupError, TypeError, AttributeError, RecursionError: it is not what it
                should be; packages have written parts of it.
        """

    def install(self, runtime: Runtime, lock: Lock) -> Step:
        """Return what puts exactly what is locked into the stage."""

    @property
    def layer(self) -> str:
        """The directory, below the workspace, that becomes the layer."""

    def explain(self, log: Sequence[str]) -> str:
        """Say in a sentence why a step failed, from the end of what it printed."""


def last_words(log: Sequence[str], prefix: str) -> str:
    """Return what a failed command gave as its reason, if nothing better is known."""
    reasons = [line.removeprefix(prefix).strip() for line in log if line.startswith(prefix)]
    return next((reason for reason in reasons if reason), log[-1] if log else "it gave no reason")
