from collections.abc import Generator

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

from tests.live import LiveServer
from tests.postgres import Cluster, running_cluster

# How long an example takes says more about the machine than about the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_blocking_calls() -> Generator[None]:
    """Fails a test in which our code blocks the event loop."""
    with blockbuster_ctx(["collab", "executor", "server"]) as guard:
        for function in guard.functions.values():
            # Has a thread and an event loop of its own, in which nothing else waits.
            function.can_block_in("server/migrations/__init__.py", "_run")
            # Looks for ~/.pgpass and ~/.postgresql when it connects.
            function.can_block_in("asyncpg/connect_utils.py", "_parse_connect_dsn_and_args")
        yield


@pytest.fixture(scope="session")
def postgres_cluster() -> Generator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_database(postgres_cluster: Cluster) -> Generator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres_cluster.database() as url:
        yield url


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    """One server for all tests that do not stop it."""
    with LiveServer(tmp_path_factory.mktemp("live")) as server:
        yield server
