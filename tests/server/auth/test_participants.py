import pytest

from tests.server.house import House, Member, RoomUnderTest, cookie_header


@pytest.fixture
async def editor(house: House, room: RoomUnderTest) -> Member:
    return await house.join(room, "editor", "Bob")


async def test_participants_are_listed_in_the_order_they_came(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    answer = await house.client.get(f"{room.path}/participants", headers=editor.headers)
    assert [(one["name"], one["role"], one["online"]) for one in answer.json()] == [
        ("Ada", "owner", False),
        ("Bob", "editor", False),
    ]
    assert len({one["color"] for one in answer.json()}) == 2


async def test_a_new_role_holds_at_once_for_tokens_issued_before(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    path = f"{room.path}/participants/{editor.id}"
    demoted = await house.client.patch(path, json={"role": "viewer"}, headers=room.owner.headers)
    assert demoted.json()["role"] == "viewer"
    refused = await house.client.put(f"{room.path}/files/a", content="x", headers=editor.headers)
    assert refused.status_code == 403


async def test_names_are_changed_by_their_bearers_and_by_owners_only(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    viewer = await house.join(room, "viewer", "Vi")
    path = f"{room.path}/participants/{viewer.id}"
    own = await house.client.patch(path, json={"name": "Viola"}, headers=viewer.headers)
    assert own.json()["name"] == "Viola"
    by_owner = await house.client.patch(path, json={"name": "V."}, headers=room.owner.headers)
    assert by_owner.json()["name"] == "V."
    for body, member in (({"name": "x"}, editor), ({"role": "owner"}, viewer)):
        refused = await house.client.patch(path, json=body, headers=member.headers)
        assert refused.status_code == 403


async def test_a_room_keeps_an_owner(house: House, room: RoomUnderTest, editor: Member) -> None:
    path = f"{room.path}/participants/{room.owner.id}"
    for method, body in (("PATCH", {"role": "editor"}), ("DELETE", None)):
        refused = await house.client.request(method, path, json=body, headers=room.owner.headers)
        assert refused.status_code == 409
    heir = f"{room.path}/participants/{editor.id}"
    await house.client.patch(heir, json={"role": "owner"}, headers=room.owner.headers)
    left = await house.client.delete(path, headers=room.owner.headers)
    assert left.status_code == 204


async def test_who_was_removed_is_out_and_stays_out(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    path = f"{room.path}/participants/{editor.id}"
    assert (await house.client.delete(path, headers=room.owner.headers)).status_code == 204
    for answer in (
        await house.client.get(room.path, headers=editor.headers),
        await house.client.post("/api/auth/refresh", headers=cookie_header(editor.cookies)),
    ):
        assert answer.status_code == 401
    again = await house.client.delete(path, headers=room.owner.headers)
    assert again.status_code == 404


async def test_participants_of_other_rooms_are_out_of_reach(
    house: House, room: RoomUnderTest
) -> None:
    other = await house.create_room()
    path = f"{room.path}/participants/{other.owner.id}"
    for method in ("PATCH", "DELETE"):
        answer = await house.client.request(method, path, json={}, headers=room.owner.headers)
        assert answer.status_code == 404
    assert (await house.client.get(other.path, headers=other.owner.headers)).status_code == 200


async def test_an_api_token_acts_with_the_role_it_was_made_with(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    made = await house.client.post(
        f"{room.path}/tokens", json={"role": "viewer", "name": "CI"}, headers=editor.headers
    )
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await house.client.get(room.path, headers=headers)).status_code == 200
    put = await house.client.put(f"{room.path}/files/a", content="x", headers=headers)
    assert put.status_code == 403


async def test_an_api_token_can_not_be_stronger_nor_live_longer_than_allowed(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    for body, status in (({"role": "owner"}, 403), ({"expires_in": 10**9}, 422)):
        answer = await house.client.post(f"{room.path}/tokens", json=body, headers=editor.headers)
        assert answer.status_code == status


async def test_an_api_token_ends_with_its_makers_access(
    house: House, room: RoomUnderTest, editor: Member
) -> None:
    made = await house.client.post(f"{room.path}/tokens", headers=editor.headers)
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    await house.client.delete(f"{room.path}/participants/{editor.id}", headers=room.owner.headers)
    assert (await house.client.get(room.path, headers=headers)).status_code == 401
