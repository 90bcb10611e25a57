import re

import pytest

from tests.server.house import House, RoomUnderTest


async def test_a_room_is_created_without_an_account_and_starts_with_the_template(
    house: House,
) -> None:
    answer = await house.client.post("/api/rooms", json={"title": "  Kata\u202e 1 ", "name": "Ada"})
    created = answer.json()
    assert answer.status_code == 201
    assert created["room"]["title"] == "Kata 1"
    assert created["room"]["runtime"] == "python-3.13"
    assert re.fullmatch("[a-z2-7]{20}", created["room"]["id"])
    assert created["participant"]["name"] == "Ada"
    assert created["participant"]["role"] == "owner"
    for role in ("owner", "editor", "viewer"):
        expected = rf"http://127\.0\.0\.1:8000/r/{created['room']['id']}#[\w-]{{32}}"
        assert re.fullmatch(expected, created["links"][role])
    headers = {"Authorization": f"Bearer {created['access_token']}"}
    files = await house.client.get(f"/api/rooms/{created['room']['id']}/files", headers=headers)
    assert [file["path"] for file in files.json()] == ["main.py"]


async def test_a_body_may_be_missing(house: House) -> None:
    answer = await house.client.post("/api/rooms")
    assert answer.json()["room"]["title"] == "Untitled room"
    assert answer.json()["participant"]["name"] == "Host"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"title": "\u200b"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"runtime": "klingon"}, "runtime"),
        ({"files": [{"path": "../etc/passwd", "text": ""}]}, "files.0.path"),
        ({"files": [{"path": "a.py"}]}, "files.0.text"),
        (
            {"files": [{"path": "a.py", "text": "1"}, {"path": "a.py", "text": "2"}]},
            "files",
        ),
        ({"files": [{"path": "a.py", "text": "x" * (2**20 + 1)}]}, "a.py"),
        ([], ""),
    ],
)
async def test_what_is_wrong_with_a_request_is_told_field_by_field(
    house: House, body: object, field: str
) -> None:
    answer = await house.client.post("/api/rooms", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_broken_json_and_wrong_encodings_are_told(house: House) -> None:
    for content in (b"{", b"\xff\xfe", b'{"title": "\\ud800"}'):
        answer = await house.client.post("/api/rooms", content=content)
        assert answer.status_code == 422


async def test_a_link_lets_people_in_with_its_role(house: House, room: RoomUnderTest) -> None:
    for role in ("owner", "editor", "viewer"):
        guest = await house.join(room, role, "Bob")
        assert guest.participant["role"] == role
        read = (await house.client.get(room.path, headers=guest.headers)).json()
        assert (read["id"], read["title"], read["runtime"]) == (room.id, "Pairing", "python-3.13")


async def test_unknown_and_forbidden_rooms_look_the_same(house: House, room: RoomUnderTest) -> None:
    other = await house.create_room()
    unknown = f"/api/rooms/{'a' * 20}"
    answers = [
        await house.client.get(room.path),
        await house.client.get(unknown),
        await house.client.get(room.path, headers=other.owner.headers),
        await house.client.get(unknown, headers=other.owner.headers),
        await house.client.post(f"{room.path}/join", json={"secret": "wrong", "name": "Eve"}),
        await house.client.post(f"{unknown}/join", json={"secret": "wrong", "name": "Eve"}),
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


async def test_title_and_runtime_can_be_changed(house: House, room: RoomUnderTest) -> None:
    editor = await house.join(room, "editor")
    changed = await house.client.patch(room.path, json={"title": "New"}, headers=editor.headers)
    assert changed.json()["title"] == "New"
    read = await house.client.get(room.path, headers=editor.headers)
    assert read.json() == changed.json()
    refused = await house.client.patch(
        room.path, json={"runtime": "klingon"}, headers=editor.headers
    )
    assert refused.status_code == 422


async def test_a_change_is_told_to_those_in_the_room(house: House, room: RoomUnderTest) -> None:
    async with house.state["hub"].using(room.id) as live:
        before = live.event_seq
        await house.client.patch(room.path, json={"title": "New"}, headers=room.owner.headers)
        assert live.event_seq == before + 1
        assert live.description["title"] == "New"


async def test_a_deleted_room_is_gone_for_everybody(house: House, room: RoomUnderTest) -> None:
    editor = await house.join(room, "editor")
    assert (await house.client.delete(room.path, headers=editor.headers)).status_code == 403
    assert (await house.client.delete(room.path, headers=room.owner.headers)).status_code == 204
    for member in (editor, room.owner):
        gone = await house.client.get(room.path, headers=member.headers)
        assert gone.status_code == 404
    joined = await house.client.post(
        f"{room.path}/join", json={"secret": room.secret("editor"), "name": "Bob"}
    )
    assert joined.status_code == 404
