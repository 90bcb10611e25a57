"""Removes the packages that nobody has any more, and what is too much."""

from collections.abc import Collection, Container
from typing import Protocol

from executor.packages.layers import Layers


class WarmSandboxes(Protocol):
    """What holds packages without need."""

    async def forget_packages(self, wanted: Container[str]) -> None:
        """Have none ready with other packages than these."""


class LayerUpkeep:
    """See executor.packages.service.Upkeep."""

    def __init__(self, layers: Layers, warm: WarmSandboxes) -> None:
        self._layers = layers
        self._warm = warm

    async def sweep(self, wanted: Collection[str]) -> int:
        """See Upkeep.sweep."""
        await self._warm.forget_packages(wanted)
        return await self._layers.prune(wanted)
