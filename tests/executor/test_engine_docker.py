import asyncio
import os
import secrets
from pathlib import Path

from executor.container import USERS, ContainerSpec, container_config
from executor.engine_docker import DockerEngine
from executor.images_docker import DockerImages
from executor.languages import Runtime
from executor.run import RunLimits


def open_sockets() -> list[str]:
    links = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
    targets = [os.readlink(link) for link in links if Path(link).is_symlink()]
    return sorted(target for target in targets if target.startswith("socket:"))


async def test_a_connection_that_nobody_waits_for_any_more_is_closed(
    engine: DockerEngine, images: DockerImages, python: Runtime
) -> None:
    server, name = f"test-{secrets.token_hex(4)}", f"codlab-{secrets.token_hex(4)}"
    spec = ContainerSpec(await images.tag(python), server, USERS[0], RunLimits())
    await engine.create(container_config(spec), name)
    (await engine.attach(name)).close()
    await engine.names(f"codlab.server={server}")
    before = len(open_sockets())
    attaching = asyncio.ensure_future(engine.attach(name))
    await asyncio.sleep(0)  # it is under way
    attaching.cancel()
    await asyncio.wait([attaching])
    assert attaching.cancelled()
    assert len(open_sockets()) == before
    await engine.remove(name)
