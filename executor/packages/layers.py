"""Layers: installed packages, each kept once for all rooms that have the same lock."""

from collections.abc import Container
from typing import Protocol


class Layers(Protocol):
    """The layers of one server on one engine. Each lies in a volume, and is never changed."""

    async def volume(self, digest: str) -> str | None:
        """Return the volume that holds a layer, and count it as used; None if it is not there."""

    async def size(self, digest: str) -> int | None:
        """Return a layer's bytes, if it is there."""

    async def begin(self) -> str:
        """Make an empty volume, to be given to `finish` or `discard`."""

    async def finish(self, volume: str, digest: str, size: int) -> None:
        """Make a filled volume the layer of this digest, from now on and for good."""

    async def discard(self, volume: str) -> None:
        """Remove a volume, unless it has become a layer."""

    async def prune(self, wanted: Container[str]) -> int:
        """Remove what nobody wants, then what was not used for longest while there is too much.

        What a sandbox holds stays until the next time; returns how many that are.
        """

    async def remove_leftovers(self) -> None:
        """Remove what a dead server had begun."""
