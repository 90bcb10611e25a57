"""Refresh tokens: what keeps a browser in a room, changed at every use.

A token is ``<family>.<secret>``. The family is one browser's stay in one room; the secret that
follows another is derived from it, so that two tabs which refresh at once get the same one. A
secret that was replaced more than a moment ago can only have been copied: its family ends.
"""

import base64
import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.keys import fingerprint
from server.clock import Clock, milliseconds
from server.models import ParticipantRecord, RefreshTokenRecord

# Two tabs that wake up together send the same token within a round trip or two.
GRACE_MS = 10_000
_DAY_MS = 24 * 3600 * 1000

_INSERT = insert(RefreshTokenRecord)


@dataclass(frozen=True, slots=True)
class Stay:
    """A browser's right to a new access token, and the refresh token to keep for the next."""

    family: str
    token: str
    participant: ParticipantRecord


@dataclass(frozen=True, slots=True)
class Ended:
    """No stay; and whose tokens have to go with it, if this one was used a second time."""

    reused_by: ParticipantRecord | None = None


class RefreshTokens:
    """Starts, continues and ends stays. Each call works within the caller's transaction."""

    def __init__(self, key: bytes, days: int, clock: Clock = time.time) -> None:
        self._key = key
        self._life_ms = days * _DAY_MS
        self._clock = clock

    def start(self, connection: Connection, participant: ParticipantRecord) -> Stay:
        """A new stay of a participant who just joined."""
        now = milliseconds(self._clock)
        family, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
        connection.execute(
            _INSERT,
            {
                "family": family,
                "participant_id": participant.id,
                "current_hash": fingerprint(secret),
                "rotated_at": now,
                "expires_at": now + self._life_ms,
            },
        )
        return Stay(family, f"{family}.{secret}", participant)

    async def rotate(self, session: AsyncSession, token: str) -> Stay | Ended:
        """Exchanges a token for its successor; the caller commits in either case."""
        family, _, secret = token.partition(".")
        record = await session.get(RefreshTokenRecord, family, with_for_update=True)
        if record is None:
            return Ended()
        participant = await self._participant(session, record)
        if participant is None:
            return Ended()
        return self._exchange(record, secret, participant)

    async def newest(self, session: AsyncSession, tokens: Iterable[str]) -> str | None:
        """Which of a browser's tokens was used last: the room it was in."""
        by_family = {token.partition(".")[0]: token for token in tokens}
        family = await session.scalar(
            select(RefreshTokenRecord.family)
            .where(RefreshTokenRecord.family.in_(by_family))
            .order_by(RefreshTokenRecord.rotated_at.desc())
            .limit(1)
        )
        return None if family is None else by_family[family]

    async def end(self, session: AsyncSession, token: str) -> ParticipantRecord | None:
        """Ends the stay of whoever holds one of its last two tokens; returns whose it was."""
        family, _, secret = token.partition(".")
        record = await session.get(RefreshTokenRecord, family, with_for_update=True)
        if record is None:
            return None
        if fingerprint(secret) not in {record.current_hash, record.previous_hash}:
            return None
        record.revoked_at = milliseconds(self._clock)
        return await session.get_one(ParticipantRecord, record.participant_id)

    async def _participant(
        self, session: AsyncSession, record: RefreshTokenRecord
    ) -> ParticipantRecord | None:
        """Whose stay it is, unless it has ended, or their access has."""
        if record.revoked_at is not None or record.expires_at <= milliseconds(self._clock):
            return None
        participant = await session.get_one(ParticipantRecord, record.participant_id)
        return participant if participant.revoked_at is None else None

    def _exchange(
        self, record: RefreshTokenRecord, secret: str, participant: ParticipantRecord
    ) -> Stay | Ended:
        now, held = milliseconds(self._clock), fingerprint(secret)
        successor = self._successor(record.family, secret)
        if hmac.compare_digest(held, record.current_hash):
            record.previous_hash, record.current_hash = held, fingerprint(successor)
            record.rotated_at, record.expires_at = now, now + self._life_ms
        elif held != record.previous_hash or now - record.rotated_at > GRACE_MS:
            record.revoked_at = now
            return Ended(reused_by=participant)
        return Stay(record.family, f"{record.family}.{successor}", participant)

    def _successor(self, family: str, secret: str) -> str:
        digest = hmac.digest(self._key, f"{family}.{secret}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
