"""An executor for servers in other processes: lets them in, and keeps their runs when they go."""

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from executor.dap import UNREADABLE
from executor.remote import greeting
from executor.remote.address import Address
from executor.remote.greeting import Guest
from executor.remote.link import SILENCE_SECONDS, Link
from executor.remote.services import Services, SharedUpkeep
from executor.remote.tenant import Tenant
from executor.remote.tenant_link import TenantLink
from executor.run import Outcome

log = logging.getLogger(__name__)

MAX_STRANGERS = 64  # connections that have not proved anything yet; of more, the oldest goes
MAX_SERVERS = 64
ENDED = Outcome("lost: the executor ended", None)
END_SECONDS = 5.0  # for the runs to end, and again for servers to read what came of them


class Host:
    """Listens while it is entered; leaving it ends the runs, and tells their servers.

    Args:
        secret: that servers must know; may be empty where only the owner can connect.
        abandon_seconds: how long the runs of a server go on that does not come back.
    """

    def __init__(
        self,
        services: Services,
        address: Address,
        secret: str,
        *,
        abandon_seconds: float,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._services = services
        self._upkeep = SharedUpkeep(services.upkeep)
        self._address = address
        self._secret = secret
        self._abandon_seconds = abandon_seconds
        self._silence_seconds = silence_seconds
        self._tenants: dict[str, Tenant] = {}
        self._links: dict[TenantLink, asyncio.StreamWriter] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._strangers: dict[asyncio.StreamWriter, None] = {}  # in the order of their coming
        self._listening: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._services.runner.on_change = self._tell_load
        self._listening = await self._address.listen(self._attend)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._listening is not None:
            self._listening.close()
        for tenant in self._tenants.values():
            tenant.end(ENDED)
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await asyncio.gather(*(tenant.until_gone() for tenant in self._tenants.values()))
        for link in list(self._links):
            link.link.close()
        if self._connections:
            await asyncio.wait(self._connections, timeout=END_SECONDS)
        for task in self._connections:
            task.cancel()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """See one connection through: whatever happens there is nobody else's."""
        task = asyncio.ensure_future(self._let_in(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        await task

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            guest = await self._greet(reader, writer)
            if guest is not None:
                await self._serve(guest, reader, writer)
        except (OSError, *UNREADABLE) as error:
            log.warning("a server's connection ends: %r", error)
        except Exception:
            log.exception("a server's connection ends")
        finally:
            writer.close()

    async def _greet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Guest | None:
        if len(self._strangers) >= MAX_STRANGERS:
            next(iter(self._strangers)).transport.abort()
        self._strangers[writer] = None
        try:
            guest = await greeting.receive(reader, writer, self._secret)
        finally:
            del self._strangers[writer]
        if guest is not None and len(self._links) >= MAX_SERVERS:
            guest.refuse("there are too many servers already")
            return None
        return guest

    async def _serve(
        self, guest: Guest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        tenant = self._tenant(guest.instance)
        link = Link(reader, writer, self._silence_seconds)
        desk = TenantLink(link, tenant, self._services, self._upkeep)
        tenant.come(desk)
        self._links[desk] = writer
        guest.welcome(self._welcome(tenant))
        try:
            log.info("server %s has come", guest.instance)
            await link.serve(desk)
        finally:
            del self._links[desk]
            log.info("server %s has gone", guest.instance)
            leaves_something = tenant.runs or self._upkeep.knows(tenant.instance)
            tenant.leave(desk, self._abandon_seconds if leaves_something else 0)

    def _tenant(self, instance: str) -> Tenant:
        if instance not in self._tenants:
            self._tenants[instance] = Tenant(instance, self._forget)
        return self._tenants[instance]

    def _forget(self, tenant: Tenant) -> None:
        del self._tenants[tenant.instance]
        self._upkeep.forget(tenant.instance)

    def _welcome(self, tenant: Tenant) -> dict[str, Any]:
        runs = [(run.key, run.room) for run in tenant.runs.values()]
        return {"runs": runs, "load": self._services.load()}

    def _tell_load(self) -> None:
        for link in self._links:
            link.beat()
