"""Access tokens: JWTs that name a participant of a room for a short time."""

import secrets
import time
from dataclasses import dataclass
from enum import StrEnum

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from collab.participant import Role
from server.clock import Clock
from server.errors import Unauthenticated

ALGORITHM = "HS256"
ISSUER = AUDIENCE = "codlab"
MAX_TOKEN_LENGTH = 4096  # ours have some 400 characters; nothing longer is worth decoding


class TokenUse(StrEnum):
    """What a token is for."""

    ACCESS = "access"
    """A browser's, for minutes, renewed with its refresh cookie."""
    API = "api"
    """A program's, for as long as its owner chose; the only kind that is taken from a URL."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. The role is a hint: the one in force stands in the database."""

    participant_id: str
    room_id: str
    role: Role
    use: TokenUse
    expires_at: int
    """Seconds since the epoch."""
    stay: str | None = None
    """The family of refresh tokens it was issued for; it ends with it. None for API tokens."""


class AccessTokens:
    """Issues and checks tokens, all under one key and one algorithm."""

    def __init__(self, key: bytes, clock: Clock = time.time) -> None:
        self._key = OctKey.import_key(key)
        self._clock = clock

    def issue(self, claims: Claims) -> str:
        """The token that says this."""
        return jwt.encode(
            {"alg": ALGORITHM},
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": claims.participant_id,
                "room": claims.room_id,
                "role": claims.role.value,
                "use": claims.use.value,
                "iat": int(self._clock()),
                "exp": claims.expires_at,
                "jti": secrets.token_urlsafe(12),
            }
            | ({"sid": claims.stay} if claims.stay else {}),
            self._key,
            algorithms=[ALGORITHM],
        )

    def verify(self, token: str) -> Claims:
        """What a token says, when it is ours and in force.

        Raises:
            Unauthenticated: if it is not.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            raise Unauthenticated("This is no token of this server.")
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            self._registry().validate(claims)
            return _read(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthenticated("The token is invalid or has expired.") from error

    def _registry(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            jti={"essential": True},
            room={"essential": True},
            role={"essential": True},
            use={"essential": True},
        )


def _read(claims: dict[str, object]) -> Claims:
    stay, expires_at = claims.get("sid"), claims["exp"]
    if not isinstance(expires_at, int):
        raise TypeError("exp is no integer")
    return Claims(
        participant_id=str(claims["sub"]),
        room_id=str(claims["room"]),
        role=Role(str(claims["role"])),
        use=TokenUse(str(claims["use"])),
        expires_at=expires_at,
        stay=None if stay is None else str(stay),
    )
