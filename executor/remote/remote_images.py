"""Images, packages and the engine of an executor in another process."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from executor.images import BuildProgress, ImageState
from executor.languages import Runtime
from executor.packages.manager import PackageManager
from executor.packages.sets import Installed, InstallState, Progress, Wanted
from executor.packages.telling import Watch
from executor.remote import values
from executor.remote.caller import Caller


class RemoteImages:
    """The twin of executor.images_docker; see executor.images.Images."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def states(self, runtimes: Iterable[Runtime]) -> Mapping[str, ImageState]:
        """See Images.states."""
        names = [runtime.id for runtime in runtimes]
        told = (await self._caller.call("states", runtimes=names)).ok
        return {name: ImageState(told[name]) for name in names}

    async def build(self, runtime: Runtime, progress: Callable[[BuildProgress], None]) -> None:
        """See Images.build."""

        def step(told: Any) -> None:
            progress(BuildProgress(**told))

        await self._caller.call("build", step, runtime=runtime.id)


class RemoteInstalling:
    """The twin of executor.packages.installer; see executor.packages.service.Installing.

    Args:
        managers: by their ids; here they only read what people ask for.
    """

    def __init__(self, caller: Caller, managers: Mapping[str, PackageManager]) -> None:
        self._caller = caller
        self._managers = managers

    def manager(self, runtime: Runtime) -> PackageManager | None:
        """See Installing.manager."""
        if not runtime.packages_directory:
            return None
        return self._managers.get(runtime.tools.packages)

    async def install(self, runtime: Runtime, wanted: Wanted, watch: Watch) -> Installed:
        """See Installing.install."""

        def step(told: Any) -> None:
            watch(Progress(**{**told, "state": InstallState(told["state"])}))

        answer = await self._caller.call(
            "install",
            step,
            runtime=runtime.id,
            room=wanted.room,
            by=wanted.by,
            requirements=list(wanted.requirements),
            kept=wanted.kept,
        )
        return Installed(values.read_lock(answer.ok["lock"]), int(answer.ok["size"]))


class RemoteUpkeep:
    """The twin of executor.packages.upkeep; see executor.packages.service.Upkeep."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def sweep(self, wanted: Collection[str]) -> int:
        """See Upkeep.sweep."""
        return int((await self._caller.call("sweep", wanted=list(wanted))).ok)


class RemoteEngine:
    """The engine's health."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def version(self) -> Mapping[str, Any]:
        """Return what it is (`engine`) and what it should not be trusted with (`warnings`).

        Raises:
            EngineUnavailable: no executor answers, or it has no engine.
        """
        told: Mapping[str, Any] = (await self._caller.call("engine")).ok
        return told
