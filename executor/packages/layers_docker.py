"""Layers that are Docker volumes.

A volume's labels can't be changed, so a second, empty one beside each that is filled says what it
holds: it is made last, at once, and what has none is a leftover.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Container, Mapping
from dataclasses import dataclass

from executor.container import SERVER_LABEL
from executor.engine_docker import DockerEngine
from executor.errors import EngineRefused

LAYER_LABEL = "codlab.layer"
VOLUME_LABEL = "codlab.volume"
SIZE_LABEL = "codlab.bytes"
IN_USE = 409


@dataclass(frozen=True, slots=True)
class _Kept:
    """A layer that is there.

    Attributes:
        mark: the volume that says so.
    """

    volume: str
    mark: str
    size: int


class DockerLayers:
    """See executor.packages.layers.Layers.

    Args:
        server: see executor.sandbox_docker.DockerSandboxes.
        max_bytes: of all layers together.
    """

    def __init__(self, engine: DockerEngine, server: str, max_bytes: int) -> None:
        self._engine = engine
        self._server = server
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # what was used last comes last
        self._begun: set[str] = set()
        self._is_loaded = False
        self._loading = asyncio.Lock()

    async def volume(self, digest: str) -> str | None:
        """See Layers.volume."""
        await self._load()
        if (kept := self._kept.get(digest)) is None:
            return None
        self._kept.move_to_end(digest)
        return kept.volume

    async def size(self, digest: str) -> int | None:
        """See Layers.size."""
        await self._load()
        kept = self._kept.get(digest)
        return None if kept is None else kept.size

    async def begin(self) -> str:
        """See Layers.begin."""
        await self._load()
        name = f"codlab-packages-{secrets.token_hex(8)}"
        self._begun.add(name)
        await self._engine.create_volume(name, {SERVER_LABEL: self._server})
        return name

    async def finish(self, volume: str, digest: str, size: int) -> None:
        """See Layers.finish."""
        if digest in self._kept:  # another room was faster
            return
        labels = {LAYER_LABEL: digest, VOLUME_LABEL: volume, SIZE_LABEL: str(size)}
        mark = f"{volume}-ready"
        await self._engine.create_volume(mark, {SERVER_LABEL: self._server, **labels})
        self._kept[digest] = _Kept(volume, mark, size)
        self._begun.discard(volume)

    async def discard(self, volume: str) -> None:
        """See Layers.discard."""
        if volume in self._begun:
            await self._engine.remove_volume(volume)
            self._begun.discard(volume)

    async def prune(self, wanted: Container[str]) -> int:
        """See Layers.prune."""
        await self._load()
        stayed = 0
        for digest in [digest for digest in self._kept if digest not in wanted]:
            stayed += not await self._remove(digest)
        for digest in list(self._kept):
            if sum(kept.size for kept in self._kept.values()) <= self._max_bytes:
                break
            stayed += not await self._remove(digest)
        return stayed

    async def remove_leftovers(self) -> None:
        """See Layers.remove_leftovers."""
        await self._load()
        kept = {name for layer in self._kept.values() for name in (layer.volume, layer.mark)}
        for name in await self._volumes():
            if name not in kept | self._begun:
                await self._engine.remove_volume(name)

    async def _remove(self, digest: str) -> bool:
        """Return whether that could be done.

        What has lost its volume and still has its mark is known not to be whole at the next start.
        """
        kept = self._kept.pop(digest)
        try:
            await self._engine.remove_volume(kept.volume)
        except EngineRefused as error:
            if error.status != IN_USE:
                raise
            self._kept[digest] = kept
            self._kept.move_to_end(digest, last=False)
            return False
        await self._engine.remove_volume(kept.mark)
        return True

    async def _load(self) -> None:
        """Find the layers that an earlier life of this server has finished."""
        async with self._loading:
            if self._is_loaded:
                return
            volumes = await self._volumes()
            for name, labels in volumes.items():
                if labels.get(VOLUME_LABEL) in volumes:
                    kept = _Kept(labels[VOLUME_LABEL], name, int(labels[SIZE_LABEL]))
                    self._kept[labels[LAYER_LABEL]] = kept
            self._is_loaded = True

    async def _volumes(self) -> dict[str, Mapping[str, str]]:
        return await self._engine.volumes(f"{SERVER_LABEL}={self._server}")
