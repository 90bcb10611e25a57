"""What a server has of an executor for packages, be that in its own process or in another."""

from collections.abc import Collection
from typing import Protocol

from executor.languages import Runtime
from executor.packages.manager import PackageManager
from executor.packages.sets import Installed, Wanted
from executor.packages.telling import Watch


class Installing(Protocol):
    """Installs packages for rooms."""

    def manager(self, runtime: Runtime) -> PackageManager | None:
        """Return what installs packages for a runtime; None if nothing does."""

    async def install(self, runtime: Runtime, wanted: Wanted, watch: Watch) -> Installed:
        """Resolve and install; nothing is changed if that fails.

        Raises:
            InstallFailed: it can't be had; the message says why.
            ExecutorError: there is no engine, or no image.
        """


class Upkeep(Protocol):
    """Removes the packages that nobody has any more, and what is too much."""

    async def sweep(self, wanted: Collection[str]) -> int:
        """Keep no other layers than those with these digests; return how many have to stay as yet.

        Raises:
            ExecutorError: there is no engine.
        """
