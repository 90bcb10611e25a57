from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from anyio import to_thread
from sqlalchemy import URL

from server import migrations
from server.db import Database, open_database
from server.settings import async_url
from tests.server.house import House, RoomUnderTest, running, settings_for


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[House]:
    """One server for the tests of a module; each makes rooms of its own."""
    async with running(settings_for(tmp_path_factory.mktemp("house"))) as house:
        yield house


@pytest.fixture
async def room(house: House) -> RoomUnderTest:
    return await house.create_room(title="Pairing", name="Ada")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return async_url(f"sqlite:///{tmp_path}/new/codlab.sqlite3")
    return async_url(request.getfixturevalue("postgres_database"))


@pytest.fixture
async def database(url: URL) -> AsyncGenerator[Database]:
    await to_thread.run_sync(migrations.upgrade, url)
    database = await to_thread.run_sync(open_database, url)
    yield database
    await database.close()
