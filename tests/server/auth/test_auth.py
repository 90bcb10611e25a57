"""Staying in a room: refresh cookies, their rotation, their theft, and signing out."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import update

from server.auth.refresh import GRACE_MS
from server.models import RefreshTokenRecord
from tests.server.house import (
    House,
    RoomUnderTest,
    cookie_header,
    cookies_set_by,
    running,
    settings_for,
)


async def age(house: House, milliseconds: int) -> None:
    """Lets time pass for all refresh tokens."""
    rotated_at = RefreshTokenRecord.rotated_at
    async with house.state["database"].write() as session:
        await session.execute(
            update(RefreshTokenRecord).values(rotated_at=rotated_at - milliseconds)
        )


async def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    answer = await house.client.post("/api/rooms")
    header = answer.headers["set-cookie"]
    assert header.startswith(f"codlab_refresh_{answer.json()['room']['id']}=")
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/api/auth", "Max-Age=2592000"):
        assert attribute in header
    assert "Secure" not in header


async def test_the_refresh_cookie_is_secure_on_https(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, public_url="https://code.example.org")
    async with running(settings) as house:
        answer = await house.client.post("/api/rooms")
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.json()["links"]["owner"].startswith("https://code.example.org/r/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_a_refresh_gives_a_new_token_and_a_new_cookie(
    house: House, room: RoomUnderTest
) -> None:
    answer = await house.client.post("/api/auth/refresh", headers=cookie_header(room.owner.cookies))
    refreshed = answer.json()
    assert refreshed["participant"] == room.owner.participant
    assert refreshed["expires_in"] == 600
    assert cookies_set_by(answer).keys() == room.owner.cookies.keys()
    assert cookies_set_by(answer) != room.owner.cookies
    headers = {"Authorization": f"Bearer {refreshed['access_token']}"}
    assert (await house.client.get(room.path, headers=headers)).status_code == 200


async def test_two_tabs_that_refresh_at_once_get_the_same_cookie(
    house: House, room: RoomUnderTest
) -> None:
    first = await house.client.post("/api/auth/refresh", headers=cookie_header(room.owner.cookies))
    await age(house, GRACE_MS - 1000)
    second = await house.client.post("/api/auth/refresh", headers=cookie_header(room.owner.cookies))
    assert cookies_set_by(first) == cookies_set_by(second)
    third = await house.client.post(
        "/api/auth/refresh", headers=cookie_header(cookies_set_by(second))
    )
    assert third.status_code == 200


async def test_a_cookie_used_again_later_ends_the_stay_for_whoever_holds_it(
    house: House, room: RoomUnderTest
) -> None:
    first = await house.client.post("/api/auth/refresh", headers=cookie_header(room.owner.cookies))
    await age(house, GRACE_MS + 1)
    for cookies in (room.owner.cookies, cookies_set_by(first)):
        answer = await house.client.post("/api/auth/refresh", headers=cookie_header(cookies))
        assert answer.status_code == 401
    headers = {"Authorization": f"Bearer {first.json()['access_token']}"}
    assert (await house.client.get(room.path, headers=headers)).status_code == 401


async def test_a_cookie_is_reused_at_once_if_its_successor_was_used(
    house: House, room: RoomUnderTest
) -> None:
    first = await house.client.post("/api/auth/refresh", headers=cookie_header(room.owner.cookies))
    await house.client.post("/api/auth/refresh", headers=cookie_header(cookies_set_by(first)))
    answer = await house.client.post("/api/auth/refresh", headers=cookie_header(room.owner.cookies))
    assert answer.status_code == 401


async def test_without_a_room_the_stay_used_last_is_continued(
    house: House, room: RoomUnderTest
) -> None:
    other = await house.create_room()
    await age(house, 1000)
    both = room.owner.cookies | other.owner.cookies
    body = {"room": room.id}
    await house.client.post("/api/auth/refresh", json=body, headers=cookie_header(both))
    await age(house, 1000)
    body = {"room": other.id}
    answer = await house.client.post("/api/auth/refresh", json=body, headers=cookie_header(both))
    newest = both | cookies_set_by(answer)
    answer = await house.client.post("/api/auth/refresh", headers=cookie_header(newest))
    assert answer.json()["room"]["id"] == other.id


@pytest.mark.parametrize("value", ["", "x", "x.y", "." * 300, "\u00e9"])
async def test_worthless_cookies_are_refused_and_forgotten(
    house: House, room: RoomUnderTest, value: str
) -> None:
    cookie = f"codlab_refresh_{room.id}={value}".encode()
    answer = await house.client.post(
        "/api/auth/refresh", json={"room": room.id}, headers={b"cookie": cookie}
    )
    assert answer.status_code == 401
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_no_cookie_is_a_refusal(house: House) -> None:
    answer = await house.client.post("/api/auth/refresh")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_who_logs_out_is_out_at_once(house: House, room: RoomUnderTest) -> None:
    answer = await house.client.post("/api/auth/logout", headers=cookie_header(room.owner.cookies))
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await house.client.get(room.path, headers=room.owner.headers)).status_code == 401
    refreshed = await house.client.post(
        "/api/auth/refresh", headers=cookie_header(room.owner.cookies)
    )
    assert refreshed.status_code == 401


@pytest.fixture
async def strict_house(tmp_path: Path) -> AsyncGenerator[House]:
    settings = settings_for(tmp_path, rooms_per_minute=2, joins_per_minute=4, misses_per_minute=2)
    async with running(settings) as house:
        yield house


async def test_one_address_can_not_create_rooms_without_end(strict_house: House) -> None:
    answers = [await strict_house.client.post("/api/rooms") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 30


async def test_guessing_is_slowed_down_while_the_right_secret_still_works(
    strict_house: House,
) -> None:
    room = await strict_house.create_room()
    guess = {"secret": "guess", "name": "Eve"}
    guesses = [await strict_house.client.post(f"{room.path}/join", json=guess) for _ in range(3)]
    assert [answer.status_code for answer in guesses] == [404, 404, 429]
    assert (await strict_house.join(room, "viewer")).participant["name"] == "Bob"
    bad = await strict_house.client.get(room.path, headers={"Authorization": "Bearer x.y.z"})
    assert bad.status_code == 429
