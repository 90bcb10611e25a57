"""``codlab executor``: runs programs for servers in other processes, beside a container engine."""

import argparse
import asyncio
import gc
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from executor.language_files import load_catalogue
from executor.remote.address import Address
from executor.remote.host import Host
from server.executors import executor_secret, open_services
from server.packages.policy import with_packages
from server.setting import ENV_PREFIX
from server.settings import Settings
from server.web import open_files


def run(settings: Settings, _options: argparse.Namespace) -> int:
    """Serves until told to stop; returns the process's exit code."""
    address = Address.of(settings.executor_url or default_url(settings.data_dir))
    if not address.is_local and settings.executor_secret is None:
        sys.stderr.write(f"{address} is open to others: set {ENV_PREFIX}EXECUTOR_SECRET\n")
        return 2
    open_files.raise_limit()
    try:
        uvloop.run(_serve(settings, address))
    except OSError as error:
        sys.stderr.write(f"it can't listen at {address}: {error}\n")
        return 1
    return 0


def default_url(data_dir: Path) -> str:
    """Where it listens if nothing else is set."""
    return f"unix://{data_dir / 'executor.sock'}"


async def _serve(settings: Settings, address: Address) -> None:
    catalogue = with_packages(load_catalogue(), settings)
    async with AsyncExitStack() as stack:
        services = await open_services(settings, catalogue, stack)
        host = Host(
            services,
            address,
            executor_secret(settings),
            abandon_seconds=settings.executor_abandon_seconds,
        )
        await stack.enter_async_context(host)
        gc.collect()
        gc.freeze()  # see server.serving
        sys.stdout.write(f"The executor is at {address}\n")
        sys.stdout.flush()
        await _until_told()


async def _until_told() -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
