"""Rooms for those who operate the server: list and create them, get back into one."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from pydantic import ByteSize

from collab.history_sql import SqlHistory
from collab.hub import Hub
from collab.room import Room
from collab.stage import Stage
from collab.store_sql import SqlStore
from executor.errors import UnknownRuntime
from executor.language_files import load_catalogue
from server import migrations
from server.auth import links
from server.auth.links import LinkTerms
from server.clock import milliseconds
from server.db import Database, open_database
from server.errors import RoomGone
from server.rooms import records
from server.rooms.founding import Plan, record_room, write_document
from server.settings import Settings

SHOWN_ROOMS = 100


def show(settings: Settings, _options: argparse.Namespace) -> int:
    """``codlab room list``."""
    return asyncio.run(_show(_open(settings)))


def create(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab room create``."""
    try:
        plan = Plan(options.title, load_catalogue().resolve(options.runtime))
    except UnknownRuntime as error:
        print(error, file=sys.stderr)
        return 1
    return asyncio.run(_create(settings, _open(settings), plan))


def link(settings: Settings, options: argparse.Namespace) -> int:
    """``codlab room links``: for whoever lost theirs; old links' secrets are stored nowhere."""
    return asyncio.run(_link(settings, _open(settings), options))


def _open(settings: Settings) -> Database:
    migrations.upgrade(settings.database)
    return open_database(settings.database)


async def _show(database: Database) -> int:
    async with _disposing(database), database.read() as session:
        newest = await records.newest(session, SHOWN_ROOMS)
        sizes = await SqlHistory(database.engine).stored_bytes([room.id for room in newest])
    for room in newest:
        created = datetime.fromtimestamp(room.created_at / 1000, UTC)
        size = ByteSize(sizes[room.id]).human_readable()
        print(f"{room.id}  {created:%Y-%m-%d %H:%M}  {room.runtime:<14}  {size:>8}  {room.title}")
    return 0


async def _create(settings: Settings, database: Database, plan: Plan) -> int:
    async with _disposing(database):
        async with Hub(SqlStore(database.engine), _no_stage) as hub:
            room_id = await write_document(hub, plan, settings)
        async with database.write() as session:
            founded = await record_room(session, room_id, plan)
    for role, secret in founded.secrets.items():
        print(f"{role.value:<7} {_url(settings, room_id, secret)}")
    return 0


async def _link(settings: Settings, database: Database, options: argparse.Namespace) -> int:
    try:
        async with _disposing(database), database.write() as session:
            await records.get(session, options.room)
            terms = LinkTerms(options.role)
            _, secret = links.create(session, options.room, terms, milliseconds())
    except RoomGone:
        print(f"There is no room {options.room}.", file=sys.stderr)
        return 1
    print(_url(settings, options.room, secret))
    return 0


@asynccontextmanager
async def _disposing(database: Database) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await database.close()


async def _no_stage(_room: Room) -> Stage:
    raise NotImplementedError("no room is opened here")


def _url(settings: Settings, room_id: str, secret: str) -> str:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base}/r/{room_id}#{secret}"
