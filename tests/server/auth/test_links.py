from sqlalchemy import select, update

from server.auth.keys import fingerprint
from server.models import LinkRecord
from tests.server.house import House, RoomUnderTest, cookie_header


async def test_links_are_listed_without_their_secrets(house: House, room: RoomUnderTest) -> None:
    answer = await house.client.get(f"{room.path}/links", headers=room.owner.headers)
    assert {link["role"] for link in answer.json()} == {"owner", "editor", "viewer"}
    for role in ("owner", "editor", "viewer"):
        assert room.secret(role) not in answer.text


async def test_secrets_are_stored_hashed(house: House, room: RoomUnderTest) -> None:
    async with house.state["database"].read() as session:
        found = await session.scalars(
            select(LinkRecord.secret_hash).where(LinkRecord.room_id == room.id)
        )
        hashes = set(found)
    assert hashes == {fingerprint(room.secret(role)) for role in room.links}


async def test_a_link_can_be_limited_in_uses(house: House, room: RoomUnderTest) -> None:
    made = await house.client.post(
        f"{room.path}/links", json={"role": "viewer", "max_uses": 2}, headers=room.owner.headers
    )
    secret = made.json()["url"].partition("#")[2]
    statuses = [
        (
            await house.client.post(f"{room.path}/join", json={"secret": secret, "name": "Vi"})
        ).status_code
        for _ in range(3)
    ]
    assert statuses == [200, 200, 404]
    listed = await house.client.get(f"{room.path}/links", headers=room.owner.headers)
    assert {"uses": 2, "max_uses": 2}.items() <= listed.json()[-1].items()


async def test_an_expired_link_lets_nobody_in_but_throws_nobody_out(
    house: House, room: RoomUnderTest
) -> None:
    made = await house.client.post(
        f"{room.path}/links", json={"role": "editor", "expires_in": 60}, headers=room.owner.headers
    )
    body = {"secret": made.json()["url"].partition("#")[2], "name": "Bob"}
    joined = await house.client.post(f"{room.path}/join", json=body)
    async with house.state["database"].write() as session:
        await session.execute(
            update(LinkRecord).where(LinkRecord.id == made.json()["id"]).values(expires_at=1)
        )
    assert (await house.client.post(f"{room.path}/join", json=body)).status_code == 404
    headers = {"Authorization": f"Bearer {joined.json()['access_token']}"}
    assert (await house.client.get(room.path, headers=headers)).status_code == 200


async def test_revoking_a_link_ends_the_access_of_all_who_came_by_it(
    house: House, room: RoomUnderTest
) -> None:
    bob, vi = await house.join(room, "editor"), await house.join(room, "viewer")
    links = (await house.client.get(f"{room.path}/links", headers=room.owner.headers)).json()
    editor_link = next(link["id"] for link in links if link["role"] == "editor")
    path = f"{room.path}/links/{editor_link}"
    for _ in range(2):
        revoked = await house.client.delete(path, headers=room.owner.headers)
        assert revoked.status_code == 204
    assert (await house.client.get(room.path, headers=bob.headers)).status_code == 401
    assert (await house.client.get(room.path, headers=vi.headers)).status_code == 200
    refreshed = await house.client.post("/api/auth/refresh", headers=cookie_header(bob.cookies))
    assert refreshed.status_code == 401
    joined = await house.client.post(
        f"{room.path}/join", json={"secret": room.secret("editor"), "name": "Bob"}
    )
    assert joined.status_code == 404


async def test_links_are_for_owners_and_their_own_room(house: House, room: RoomUnderTest) -> None:
    bob, other = await house.join(room, "editor"), await house.create_room()
    assert (await house.client.get(f"{room.path}/links", headers=bob.headers)).status_code == 403
    links = (await house.client.get(f"{other.path}/links", headers=other.owner.headers)).json()
    foreign = await house.client.delete(
        f"{room.path}/links/{links[0]['id']}", headers=room.owner.headers
    )
    assert foreign.status_code == 404
    assert (await house.join(other, links[0]["role"])).participant["role"] == links[0]["role"]
