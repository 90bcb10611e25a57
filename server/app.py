"""The composition root: every part of the server is made and named here, once."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, WebSocketRoute

from collab.hub import Hub
from collab.limits import HubLimits
from collab.store_sql import SqlStore
from executor.language_files import load_catalogue
from server import migrations
from server.auth.identity import Authenticator
from server.auth.keys import ACCESS_TOKENS, derive, load_key
from server.auth.refresh import RefreshTokens
from server.auth.tokens import AccessTokens
from server.db import open_database
from server.errors import exception_handlers
from server.executors import Executor, open_executor
from server.metrics import Metrics
from server.openapi import openapi_route
from server.packages.policy import with_packages
from server.packages.records import PackageRecords
from server.packages.room_packages import PackageParts
from server.packages.sweep import PackageSweep
from server.rooms.changes import Changes
from server.rooms.purge import Keeping, Purge
from server.rooms.stages import Stages
from server.routes.pages import page_routes
from server.routes.sync import sync
from server.routes.table import OPERATIONS
from server.runs.archive import RunArchive
from server.runs.artefacts import Artefacts
from server.runs.policy import room_policy
from server.runs.records import RunRecords
from server.settings import Settings
from server.state import State
from server.web import open_files
from server.web.lobby import Lobby
from server.web.middleware import OriginCheck, RequestLog, SecurityHeaders
from server.web.rate_limits import RateLimit, RateLimits

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[State]]


def create_app(settings: Settings) -> Starlette:
    """The ASGI application; what it needs is opened when it starts and closed when it ends."""
    metrics = Metrics()
    return Starlette(
        routes=_routes(settings),
        middleware=[
            Middleware(RequestLog, metrics=metrics),
            Middleware(SecurityHeaders, https=_is_https(settings)),
            Middleware(OriginCheck, settings=settings),
        ],
        exception_handlers=exception_handlers(),
        lifespan=_lifespan(settings, metrics),
    )


def _routes(settings: Settings) -> list[BaseRoute]:
    return [
        *(operation.route(settings) for operation in OPERATIONS),
        openapi_route(OPERATIONS),
        WebSocketRoute("/collab/{room_id}", sync),
        *page_routes(),
    ]


def _lifespan(settings: Settings, metrics: Metrics) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[State]:
        async with AsyncExitStack() as stack:
            yield await _open(settings, metrics, stack)

    return lifespan


async def _open(settings: Settings, metrics: Metrics, stack: AsyncExitStack) -> State:
    """Opens every part, in the order in which they need each other."""
    key = await to_thread.run_sync(load_key, _secret(settings), settings.data_dir)
    await to_thread.run_sync(migrations.upgrade, settings.database)
    database = await to_thread.run_sync(open_database, settings.database)
    stack.push_async_callback(database.close)
    keeping = Keeping(settings.dead_link_days, settings.run_output_days)
    await stack.enter_async_context(Purge(database, keeping).running())
    tokens = AccessTokens(derive(key, ACCESS_TOKENS))
    authenticator = Authenticator(database, tokens)

    catalogue = with_packages(await to_thread.run_sync(load_catalogue), settings)
    executor = await open_executor(settings, catalogue, stack)
    records = PackageRecords(database)
    packages = PackageParts(
        executor.installing,
        records,
        PackageSweep(records, executor.upkeep),
        catalogue,
        settings.package_changes_per_hour,
    )
    policy = room_policy(settings, catalogue)
    stages = await stack.enter_async_context(
        Stages(database, executor.runs, policy, executor.images, authenticator)
    )
    store = SqlStore(database.engine, settings.retention.spacing)
    limits = HubLimits(
        settings.room_linger_seconds,
        drain_seconds=settings.drain_seconds,
        retention=settings.retention,
    )
    hub = await stack.enter_async_context(Hub(store, stages.attach, limits))
    changes = Changes(database, hub)
    stages.hub, stages.changes = hub, changes
    stages.packages = packages
    await stages.take_stock()
    await stack.enter_async_context(packages.sweep.running())
    lobby = _lobby(settings)
    _watch(metrics, hub, stages, lobby)
    _watch_executor(metrics, executor)

    return State(
        settings=settings,
        database=database,
        hub=hub,
        stage=stages,
        runs=RunArchive(RunRecords(database), Artefacts(database), stages.live_run),
        engine=executor.engine,
        images=executor.images,
        catalogue=catalogue,
        tokens=tokens,
        refresh_tokens=RefreshTokens(derive(key, "refresh tokens"), settings.refresh_token_days),
        authenticator=authenticator,
        changes=changes,
        limits=_rate_limits(settings),
        lobby=lobby,
        metrics=metrics,
        package_sweep=packages.sweep,
    )


def _watch(metrics: Metrics, hub: Hub, stages: Stages, lobby: Lobby) -> None:
    metrics.watch("codlab_rooms", "Rooms in memory.", lambda: len(hub.rooms))
    metrics.watch(
        "codlab_unsaved_rows",
        "Accepted edits and events that are not durable yet.",
        lambda: hub.journal.status.waiting_rows,
    )
    metrics.watch(
        "codlab_unsaved_runs", "Runs that are not stored as they are now.", stages.unsaved_count
    )
    metrics.watch("codlab_guests", "Connections that are not in a room.", lambda: len(lobby))
    metrics.watch(
        "codlab_guests_turned_out",
        "Connections that were closed since the start because there were too many.",
        lambda: lobby.turned_out,
    )


def _watch_executor(metrics: Metrics, executor: Executor) -> None:
    metrics.watch("codlab_warm_sandboxes", "Sandboxes that wait for a run.", executor.warm_count)
    metrics.watch(
        "codlab_executor_connected",
        "Whether there is an executor: 1 if it is in this process, or answers.",
        executor.is_connected,
    )


def _rate_limits(settings: Settings) -> RateLimits:
    return RateLimits(
        rooms=RateLimit(settings.rooms_per_minute),
        joins=RateLimit(settings.joins_per_minute),
        misses=RateLimit(settings.misses_per_minute),
    )


def _lobby(settings: Settings) -> Lobby:
    """Guests leave at least half of the files that the process may open to the rooms."""
    return Lobby(
        min(settings.guest_connections, open_files.limit() // 2),
        settings.guest_connections_per_address,
        (proxy.strip() for proxy in settings.trusted_proxies.split(",")),
    )


def _secret(settings: Settings) -> str | None:
    return settings.secret_key.get_secret_value() if settings.secret_key else None


def _is_https(settings: Settings) -> bool:
    return settings.public_url is not None and settings.public_url.startswith("https:")
