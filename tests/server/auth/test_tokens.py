import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from collab.participant import Role
from server.auth.identity import Door
from server.auth.tokens import AccessTokens, Claims, TokenUse
from server.errors import Unauthenticated
from tests.server.house import House, RoomUnderTest

KEY = b"k" * 32
NOW = 1_800_000_000
CLAIMS = Claims("participant", "room", Role.EDITOR, TokenUse.ACCESS, NOW + 600, "stay")
GOOD: dict[str, Any] = {
    "iss": "codlab",
    "aud": "codlab",
    "sub": "participant",
    "room": "room",
    "role": "editor",
    "use": "access",
    "iat": NOW,
    "exp": NOW + 600,
    "jti": "x",
}


def tokens_at(now: float) -> AccessTokens:
    return AccessTokens(KEY, lambda: now)


def signed(claims: dict[str, Any], key: bytes = KEY, algorithm: str = "HS256") -> str:
    header = {"alg": algorithm}
    return jwt.encode(header, claims, OctKey.import_key(key), algorithms=[algorithm])


def unsigned(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(part.rstrip("=") for part in encoded) + "."


def test_a_token_says_what_was_issued() -> None:
    tokens = tokens_at(NOW)
    assert tokens.verify(tokens.issue(CLAIMS)) == CLAIMS
    assert tokens.verify(signed(GOOD)).stay is None


def test_a_token_ends_to_the_second() -> None:
    token = tokens_at(NOW).issue(CLAIMS)
    tokens_at(NOW + 599).verify(token)
    with pytest.raises(Unauthenticated):
        tokens_at(NOW + 600).verify(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "\u00e9.\u00e9.\u00e9",
        "x" * 100_000,
        unsigned(GOOD),
        signed(GOOD, b"another key of 32 bytes and more"),
        signed(GOOD, b"k" * 64, "HS512"),
        signed(GOOD)[:-4] + "AAAA",
        *(
            signed({name: value for name, value in GOOD.items() if name != missing})
            for missing in GOOD
        ),
        signed(GOOD | {"iss": "elsewhere"}),
        signed(GOOD | {"aud": "elsewhere"}),
        signed(GOOD | {"exp": NOW}),
        signed(GOOD | {"exp": "never"}),
        signed(GOOD | {"exp": NOW + 0.5}),
        signed(GOOD | {"iat": NOW + 3600}),
        signed(GOOD | {"nbf": NOW + 3600}),
        signed(GOOD | {"role": "god"}),
        signed(GOOD | {"use": "admin"}),
        signed(GOOD | {"sub": 7}),
    ],
)
def test_anything_else_is_refused_the_same_way(token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens_at(NOW).verify(token)


async def test_only_api_tokens_may_stand_in_a_url(house: House, room: RoomUnderTest) -> None:
    authenticator = house.state["authenticator"]
    made = await house.client.post(f"{room.path}/tokens", headers=room.owner.headers)
    identity = await authenticator.authenticate(made.json()["token"], Door.QUERY)
    assert identity.use is TokenUse.API
    for door in (Door.HEADER, Door.SUBPROTOCOL):
        await authenticator.authenticate(room.owner.token, door)
    with pytest.raises(Unauthenticated, match="URL"):
        await authenticator.authenticate(room.owner.token, Door.QUERY)
