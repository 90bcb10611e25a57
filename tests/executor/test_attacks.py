"""The sandbox holds: every attack is run for real, and nobody else notices."""

from collections.abc import AsyncGenerator

import pytest

from executor.images_docker import DockerImages
from tests.executor.attacks.all import ATTACKS
from tests.executor.attacks.attack import Attack
from tests.executor.attacks.siege import Siege, siege

BUSY_SECONDS = 8  # a machine that does much else may take so long to remove a container


@pytest.fixture(scope="module")
async def besieged(images: DockerImages) -> AsyncGenerator[Siege]:
    async with siege() as besieged:
        yield besieged


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_the_sandbox_holds(besieged: Siege, attack: Attack) -> None:
    result = await besieged.run(attack)
    assert result.broken == (), result.text
    assert result.outcome in attack.outcomes
    assert result.seconds < attack.limits.wall_seconds + BUSY_SECONDS
