from collections.abc import AsyncGenerator

import pytest

from tests.server.house import House, RoomUnderTest, running, settings_for


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[House]:
    """One server for the tests of a module; each makes rooms of its own."""
    async with running(settings_for(tmp_path_factory.mktemp("house"))) as house:
        yield house


@pytest.fixture
async def room(house: House) -> RoomUnderTest:
    return await house.create_room(title="Pairing", name="Ada")
