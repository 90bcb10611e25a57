"""A real PostgreSQL cluster of the tests' own, in a temporary folder, reached by a Unix socket."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

# PostgreSQL refuses to run as root, so root's tests run it as the user of Debian's package.
UNPRIVILEGED_USER = "postgres"


def _binary(name: str) -> str:
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(packaged[-1]) if packaged else shutil.which(name)
    if not found:
        raise RuntimeError(f"PostgreSQL's {name} is not installed; scripts/test-setup installs it")
    return found


class Cluster:
    """A started cluster."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._databases = 0

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self._directory}"

    @contextmanager
    def database(self) -> Generator[str]:
        """Makes an empty database and yields its URL; in the end drops it, whoever is connected."""
        self._databases += 1
        name = f"test_{self._databases}"
        self._execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self) -> None:
        """Ends it as a power cut would, as far as its clients can tell, and starts it again."""
        data = f"--pgdata={self._directory / 'data'}"
        log = f"--log={self._directory / 'log'}"
        _run("pg_ctl", "restart", "--mode=immediate", "--wait", "--silent", data, log)

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Keeps all of it from doing anything meanwhile, with its connections open."""
        postmaster = int((self._directory / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes = [postmaster, *map(int, children)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def _execute(self, statement: str) -> None:
        _run("psql", "--quiet", f"--host={self._directory}", "--username=postgres", "-c", statement)


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncGenerator[None]:
    """Keeps everybody from reading and writing a table of a database meanwhile."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


def _run(program: str, *args: str) -> None:
    user = UNPRIVILEGED_USER if os.geteuid() == 0 else None
    subprocess.run([_binary(program), *args], check=True, user=user, group=user, cwd="/")


@contextmanager
def running_cluster() -> Generator[Cluster]:
    """Makes, starts and in the end removes a cluster. It syncs to disk as a real one does."""
    directory = Path(tempfile.mkdtemp(prefix="codlab-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(directory, UNPRIVILEGED_USER, UNPRIVILEGED_USER)
    data = f"--pgdata={directory / 'data'}"
    try:
        initdb_options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        _run("initdb", data, "--no-sync", "--no-instructions", *initdb_options)
        server_options = f"-c listen_addresses='' -c unix_socket_directories={directory}"
        log = f"--log={directory / 'log'}"
        _run("pg_ctl", "start", "--wait", "--silent", data, log, f"--options={server_options}")
        try:
            yield Cluster(directory)
        finally:
            _run("pg_ctl", "stop", "--mode=immediate", "--silent", data)
    finally:
        shutil.rmtree(directory)
