"""What an executor has to offer to servers, and what one of them must not take from another."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from executor.debug_clock import DebugLimits
from executor.engine_version import EngineVersion
from executor.images import Images
from executor.languages import Catalogue
from executor.packages.service import Installing, Upkeep
from executor.runner import Runner


class Engine(Protocol):
    """The container engine, as far as its health is asked for."""

    async def version(self) -> EngineVersion:
        """Return what it is. Raises EngineUnavailable if no engine answers."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one executor."""

    runner: Runner
    catalogue: Catalogue
    debug_limits: DebugLimits
    images: Images
    installing: Installing
    upkeep: Upkeep
    engine: Engine
    sandbox_runtime: str
    warm_count: Callable[[], int]

    def warnings(self, version: EngineVersion) -> Sequence[str]:
        """What the engine should not be trusted with."""
        return version.warnings_for(self.sandbox_runtime)

    def load(self) -> dict[str, int]:
        """How much there is to do."""
        return {
            "runs": self.runner.run_count,
            "most_runs": self.runner.max_runs,
            "debug_sessions": self.runner.debug_count,
            "most_debug_sessions": self.debug_limits.sessions,
            "warm": self.warm_count(),
        }


class SharedUpkeep:
    """The upkeep of packages that several servers have: what one does not want another may."""

    def __init__(self, upkeep: Upkeep) -> None:
        self._upkeep = upkeep
        self._wanted: dict[str, frozenset[str]] = {}

    async def sweep(self, instance: str, wanted: Collection[str]) -> int:
        """See Upkeep.sweep; with what the others have said last."""
        self._wanted[instance] = frozenset(wanted)
        return await self._upkeep.sweep(frozenset().union(*self._wanted.values()))

    def knows(self, instance: str) -> bool:
        """Whether a server has ever said what it wants."""
        return instance in self._wanted

    def forget(self, instance: str) -> None:
        """A server does not come back."""
        self._wanted.pop(instance, None)
