"""``codlab doctor``: what is there, what is missing, and how to mend it."""

import argparse
import asyncio
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from executor.engine_docker import DockerEngine
from executor.errors import ExecutorError
from executor.images import Images, ImageState
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Catalogue
from executor.remote.address import Address
from executor.remote.caller import Caller
from executor.remote.remote_images import RemoteEngine, RemoteImages
from server import migrations
from server.db import create_engine
from server.executors import executor_secret
from server.recipes import RECIPES
from server.routes.pages import STATIC
from server.setting import ENV_PREFIX
from server.settings import Settings

MIN_PYTHON = (3, 11)
MIN_NODE = 20
NO_RUNS = "none: rooms work, Run does not"


class Grade(Enum):
    """How good a finding is; only what is missing makes the command fail."""

    FINE = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    subject: str
    text: str
    cure: str = ""


def run(settings: Settings, _options: argparse.Namespace) -> int:
    """Prints all findings; 1 if something is missing that the server can't do without."""
    failed = False
    for finding in examine(settings):
        failed |= finding.grade is Grade.MISSING
        print(f"{finding.grade.value:<8} {finding.subject:<14} {finding.text}")
        if finding.cure:
            print(f"{'':<23} {finding.cure}")
    return int(failed)


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at everything, what others stand on first."""
    yield _python()
    yield _node()
    yield _front_end()
    yield from asyncio.run(_services(settings, create_engine(settings.database), load_catalogue()))
    yield _port(settings)
    for name in unknown_variables():
        yield Finding(
            Grade.WARNING, "configuration", f"{name} is no setting", "see docs/configuration.md"
        )


def unknown_variables() -> list[str]:
    """Variables that look like settings and are none: most likely misspelt."""
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{ENV_PREFIX}DEV_SERVER", f"{ENV_PREFIX}RELEASE", f"{ENV_PREFIX}REDIS_URL"}
    return sorted(name for name in os.environ if name.startswith(ENV_PREFIX) and name not in known)


def _python() -> Finding:
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < MIN_PYTHON:
        return Finding(Grade.MISSING, "Python", found, "install Python 3.11 or newer")
    return Finding(Grade.FINE, "Python", found)


def _node() -> Finding:
    path = shutil.which("node")
    if path is None:
        text = "not found; it is needed to build the front end, not to serve it"
        return Finding(Grade.WARNING, "Node", text, "install Node 20 or newer")
    version = subprocess.run(  # noqa: S603
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    if int(version.lstrip("v").partition(".")[0] or 0) < MIN_NODE:
        return Finding(Grade.WARNING, "Node", version, "install Node 20 or newer")
    return Finding(Grade.FINE, "Node", f"{version} at {path}")


def _front_end() -> Finding:
    if not (STATIC / "index.html").is_file():
        cure = "run `make run`, or `npm install && npm run build` in frontend/"
        return Finding(Grade.MISSING, "front end", "not built", cure)
    return Finding(Grade.FINE, "front end", f"built in {STATIC}")


async def _services(
    settings: Settings, database: AsyncEngine, catalogue: Catalogue
) -> list[Finding]:
    try:
        found = [await _database(settings, database)]
    finally:
        await database.dispose()
    if settings.executor_url is not None:
        return [*found, *await _executor(settings, settings.executor_url, catalogue)]
    async with (
        DockerEngine(settings.docker_host) as engine,
        DockerImages(engine, RECIPES) as images,
    ):
        try:
            version = await engine.version()
        except ExecutorError as error:
            return [*found, Finding(Grade.WARNING, "engine", NO_RUNS, str(error))]
        found.append(Finding(Grade.FINE, "engine", version.engine))
        warnings = version.warnings_for(settings.sandbox_runtime)
        found += [Finding(Grade.WARNING, "engine", text) for text in warnings]
        return [*found, await _runtimes(images, catalogue)]


async def _executor(settings: Settings, url: str, catalogue: Catalogue) -> list[Finding]:
    """What an executor of its own says; under another name than the server's, who may be there."""
    name = f"doctor-{secrets.token_hex(4)}"
    async with Caller(Address.of(url), name, executor_secret(settings)) as caller:
        try:
            told = await RemoteEngine(caller).version()
            runtimes = await _runtimes(RemoteImages(caller), catalogue)
        except ExecutorError as error:
            return [Finding(Grade.WARNING, "executor", NO_RUNS, str(error))]
    found = [Finding(Grade.FINE, "executor", f"at {url}, with {told['engine']}")]
    found += [Finding(Grade.WARNING, "engine", text) for text in told["warnings"]]
    return [*found, runtimes]


async def _database(settings: Settings, database: AsyncEngine) -> Finding:
    shown = settings.database.render_as_string(hide_password=True)
    if settings.database.get_backend_name() == "sqlite" and not await to_thread.run_sync(
        settings.has_database_file
    ):
        return Finding(Grade.WARNING, "database", f"{shown} is made by the first start")
    try:
        async with database.connect() as connection:
            heads = await connection.run_sync(migrations.current_heads)
    except (SQLAlchemyError, OSError) as error:
        cure = f"check {ENV_PREFIX}DATABASE_URL, and that the database runs"
        return Finding(Grade.MISSING, "database", f"{shown}: {error}", cure)
    if heads != await to_thread.run_sync(migrations.newest_heads):
        text = f"{shown} has an older schema"
        cure = "the next start, or `codlab migrate`, updates it"
        return Finding(Grade.WARNING, "database", text, cure)
    return Finding(Grade.FINE, "database", shown)


async def _runtimes(images: Images, catalogue: Catalogue) -> Finding:
    states = await images.states(catalogue.runtimes)
    ready = sum(state is ImageState.READY for state in states.values())
    text = f"{ready} of {len(states)} have their image"
    if states[catalogue.resolve("python").id] is ImageState.READY:
        return Finding(Grade.FINE, "runtimes", f"{text}; the others' are built by their first run")
    cure = "the first run builds it; `codlab runtimes build python` does it now"
    return Finding(Grade.WARNING, "runtimes", f"{text}, Python has none", cure)


def _port(settings: Settings) -> Finding:
    address = f"{settings.host}:{settings.port}"
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            cure = f"stop what listens there (perhaps this server), or set {ENV_PREFIX}PORT"
            return Finding(Grade.WARNING, "address", f"{address}: {error.strerror}", cure)
    return Finding(Grade.FINE, "address", f"{address} is free")
