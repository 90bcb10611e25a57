"""The executor's parts: made in this process, or had from another."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from anyio import to_thread

from executor.engine_docker import DockerEngine
from executor.images import Images
from executor.images_docker import DockerImages
from executor.languages import Catalogue
from executor.packages.installer import Installer
from executor.packages.layers_docker import DockerLayers
from executor.packages.service import Installing, Upkeep
from executor.packages.upkeep import LayerUpkeep
from executor.pool import SandboxPool
from executor.remote.address import Address
from executor.remote.caller import Caller
from executor.remote.remote_images import (
    RemoteEngine,
    RemoteImages,
    RemoteInstalling,
    RemoteUpkeep,
)
from executor.remote.remote_runs import RemoteRuns
from executor.remote.services import Services
from executor.runner import Runner
from executor.sandbox_docker import DockerSandboxes
from executor.service import Runs
from server.instance import load_instance_id
from server.packages.policy import install_policy, package_managers
from server.recipes import RECIPES
from server.runs.policy import debug_limits, run_limits
from server.settings import Settings


class Engine(Protocol):
    """The container engine, as far as its health is asked for."""

    async def version(self) -> object:
        """What it is. Raises `EngineUnavailable` if no engine answers."""


@dataclass(frozen=True, slots=True)
class Executor:
    """What the server has of an executor."""

    runs: Runs
    images: Images
    installing: Installing
    upkeep: Upkeep
    engine: Engine
    warm_count: Callable[[], int]
    is_connected: Callable[[], bool]


async def open_executor(
    settings: Settings, catalogue: Catalogue, stack: AsyncExitStack
) -> Executor:
    """The executor that the settings name; without one, one of this process."""
    if settings.executor_url is not None:
        return await _separate(settings, settings.executor_url, stack)
    services = await open_services(settings, catalogue, stack)
    return Executor(
        services.runner,
        services.images,
        services.installing,
        services.upkeep,
        services.engine,
        services.warm_count,
        is_connected=lambda: True,
    )


async def open_services(
    settings: Settings, catalogue: Catalogue, stack: AsyncExitStack
) -> Services:
    """All parts of an executor beside its container engine, in the order of their needs."""
    engine = await stack.enter_async_context(DockerEngine(settings.docker_host))
    images = await stack.enter_async_context(DockerImages(engine, RECIPES))
    instance = await to_thread.run_sync(load_instance_id, settings.data_dir)
    maker = DockerSandboxes(engine, images, instance, runtime=settings.sandbox_runtime)
    maker.layers = layers = DockerLayers(engine, instance, settings.packages_bytes)
    sandboxes = await stack.enter_async_context(SandboxPool(maker, settings.warm_sandboxes))
    runner = await stack.enter_async_context(
        Runner(
            sandboxes,
            run_limits(settings),
            concurrent_runs=settings.concurrent_runs,
            queued_runs=settings.queued_runs,
            build_cache_bytes=settings.build_cache_bytes,
        )
    )
    runner.packages = installer = Installer(
        maker,
        layers,
        package_managers(settings),
        install_policy(settings),
        concurrent=settings.concurrent_installs,
    )
    return Services(
        runner=runner,
        catalogue=catalogue,
        debug_limits=debug_limits(settings),
        images=images,
        installing=installer,
        upkeep=LayerUpkeep(layers, sandboxes),
        engine=engine,
        sandbox_runtime=settings.sandbox_runtime,
        warm_count=lambda: sandboxes.idle_count,
    )


async def _separate(settings: Settings, url: str, stack: AsyncExitStack) -> Executor:
    instance = await to_thread.run_sync(load_instance_id, settings.data_dir)
    caller = Caller(Address.of(url), instance, executor_secret(settings))
    runs = RemoteRuns(caller, run_limits(settings))
    await stack.enter_async_context(caller)
    return Executor(
        runs,
        RemoteImages(caller),
        RemoteInstalling(caller, package_managers(settings)),
        RemoteUpkeep(caller),
        RemoteEngine(caller),
        lambda: int(runs.load.get("warm", 0)),
        is_connected=lambda: caller.link is not None,
    )


def executor_secret(settings: Settings) -> str:
    """What a server and its executor both know; empty where the socket is only its owner's."""
    secret = settings.executor_secret
    return "" if secret is None else secret.get_secret_value()
