"""``codlab room renew``: by the server where one runs, else right on its database."""

import argparse
import asyncio
import http.client
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing

from collab.errors import CollabError, RoomNotFound
from collab.hub import Hub
from collab.participant import Participant, Role
from collab.room import Room
from collab.session import Session
from collab.store_sql import SqlStore
from server import migrations
from server.auth import participants
from server.auth.keys import ACCESS_TOKENS, derive, load_key
from server.auth.tokens import AccessTokens, Claims, TokenUse
from server.db import Database, open_database
from server.errors import RoomGone
from server.rooms import records
from server.rooms.renewal import renew
from server.schemas import Problem, Renewal
from server.settings import Settings

ANSWER_SECONDS = 60.0


class Refused(Exception):
    """The room was not renewed; the message says why."""


class NoStage:
    """A room's stage where nobody comes: see `collab.stage.Stage`."""

    is_busy = False

    def hello(self, _session: Session) -> Mapping[str, object]:
        """See `Stage.hello`."""
        return {}

    def replay(self) -> Iterator[tuple[int, int, int, bytes]]:
        """See `Stage.replay`."""
        return iter(())

    async def command(self, _session: Session, _command: Mapping[str, object]) -> object:
        """See `Stage.command`."""
        return {}

    def edited(self) -> None:
        """See `Stage.edited`."""

    def changed(self, _participant: Participant) -> None:
        """See `Stage.changed`."""

    def left(self, _participant: Participant) -> None:
        """See `Stage.left`."""

    async def close(self) -> None:
        """See `Stage.close`."""


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Writes a room's document anew; tells what that has saved."""
    migrations.upgrade(settings.database)
    try:
        renewal = _renew(settings, options.room)
    except (RoomNotFound, RoomGone):
        print(f"There is no room {options.room}.", file=sys.stderr)
        return 1
    except (CollabError, Refused) as error:
        print(f"The room was not renewed: {error}", file=sys.stderr)
        return 1
    print(f"Renewed: {renewal.bytes_before} bytes before, {renewal.bytes_after} bytes now.")
    return 0


def _renew(settings: Settings, room_id: str) -> Renewal:
    database = open_database(settings.database)
    server = _reach(settings)
    if server is None:
        return asyncio.run(_renew_stored(database, settings, room_id))
    with closing(server):
        owner_id = asyncio.run(_owner(database, room_id))
        return _ask(server, room_id, _token(settings, room_id, owner_id))


async def _renew_stored(database: Database, settings: Settings, room_id: str) -> Renewal:
    store = SqlStore(database.engine, settings.retention.spacing)
    try:
        async with Hub(store, _attach) as hub:
            try:
                return await renew(hub, room_id)
            except CollabError as error:
                refusal = error
    finally:
        await database.close()
    raise refusal


def _reach(settings: Settings) -> http.client.HTTPConnection | None:
    """A connection to the server with these settings; None where none listens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=ANSWER_SECONDS)
    try:
        connection.connect()
    except ConnectionRefusedError:
        return None
    return connection


def _ask(server: http.client.HTTPConnection, room_id: str, token: str) -> Renewal:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        server.request("POST", f"/api/rooms/{room_id}/renew", headers=headers)
        response = server.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Refused(f"the server at {server.host}:{server.port} gave no answer") from error
    if response.status != http.client.OK:
        raise Refused(Problem.model_validate_json(body).detail)
    return Renewal.model_validate_json(body)


async def _owner(database: Database, room_id: str) -> str:
    """The id of an owner of the room."""
    try:
        async with database.read() as session:
            await records.get(session, room_id)
            people = await participants.of_room(session, room_id)
    finally:
        await database.close()
    owner = next((person for person in people if person.role == Role.OWNER), None)
    if owner is None:
        raise Refused(
            "the server runs and must do it, for an owner of the room, who has never been there."
            f" Open a link from `codlab room links {room_id}` first, or stop the server."
        )
    return owner.id


def _token(settings: Settings, room_id: str, owner_id: str) -> str:
    """A token such as the owner could have made for this one request."""
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    tokens = AccessTokens(derive(load_key(secret, settings.data_dir), ACCESS_TOKENS))
    expires_at = int(time.time() + ANSWER_SECONDS)
    return tokens.issue(Claims(owner_id, room_id, Role.OWNER, TokenUse.API, expires_at))


async def _attach(_room: Room) -> NoStage:
    return NoStage()
