"""The door of the room socket, on a real server: who comes in, and how refusals look."""

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from collab.errors import CloseCode
from tests.live import LiveRoom, LiveServer, Member
from tests.socket_client import joined, opened


@pytest.fixture
def room(live_server: LiveServer) -> LiveRoom:
    return live_server.create_room(title="Kata", files=[{"path": "main.py", "text": "x = 1\n"}])


def call(room: LiveRoom, method: str, path: str, member: Member, **body: object) -> httpx2.Response:
    return httpx2.request(
        method,
        f"{room.server.url}/api/rooms/{room.id}{path}",
        headers={"Authorization": f"Bearer {member.access_token}"},
        json=body or None,
    ).raise_for_status()


async def test_a_participant_is_greeted_with_all_that_everybody_sees(room: LiveRoom) -> None:
    bob = room.join("Bob", role="viewer")
    async with joined(room, room.owner), joined(room, bob) as client:
        hello = client.events[0]
        assert hello["you"] == bob.participant
        assert hello["room"]["title"] == "Kata"
        assert {one["name"] for one in hello["participants"]} == {"Host", "Bob"}
        assert hello["permissions"] == {
            "edit": False, "run": False, "debug": False, "install": False, "manage": False,
        }  # fmt: skip
        assert hello["runs"] == []
        assert hello["debug"] is None
        assert "python-3.13" in [runtime["id"] for runtime in hello["runtimes"]]


@pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c"])
async def test_without_a_valid_token_a_socket_is_closed_for_good(
    room: LiveRoom, token: str | None
) -> None:
    async with opened(room, token) as client:
        assert await client.close_code() == CloseCode.UNAUTHORISED


async def test_a_token_opens_its_own_room_only(room: LiveRoom, live_server: LiveServer) -> None:
    other = live_server.create_room()
    async with opened(room, other.owner.access_token) as client:
        assert await client.close_code() == CloseCode.ROOM_GONE
    nowhere = LiveRoom(live_server, "a" * 20, {}, other.owner)
    async with opened(nowhere, other.owner.access_token) as client:
        assert await client.close_code() == CloseCode.ROOM_GONE


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_page_gets_no_socket(room: LiveRoom, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with opened(room, room.owner.access_token, origin=origin):
            pass
    assert refusal.value.response.status_code == 403


async def test_our_own_page_gets_one(room: LiveRoom) -> None:
    async with opened(room, room.owner.access_token, origin=room.server.url) as client:
        assert (await client.event("hello"))["you"]["role"] == "owner"


async def test_a_stock_client_is_answered_without_a_subprotocol(room: LiveRoom) -> None:
    async with opened(room, room.owner.access_token, protocols=()) as client:
        assert client.connection.subprotocol is None
    async with opened(room, room.owner.access_token) as client:
        assert client.connection.subprotocol == "codlab.v1"


async def test_only_an_api_token_may_stand_in_the_address(room: LiveRoom) -> None:
    async with opened(room, None, query=f"?token={room.owner.access_token}") as client:
        assert await client.close_code() == CloseCode.UNAUTHORISED
    token = call(room, "POST", "/tokens", room.owner, name="script").json()["token"]
    async with opened(room, None, query=f"?token={token}") as client:
        assert (await client.event("hello"))["you"] == room.owner.participant
    assert token not in "".join(room.server.log)


async def test_who_came_by_a_revoked_link_is_out(room: LiveRoom) -> None:
    bob = room.join("Bob")
    links = call(room, "GET", "/links", room.owner).json()
    link = next(link for link in links if link["role"] == "editor")
    async with joined(room, bob) as client:
        call(room, "DELETE", f"/links/{link['id']}", room.owner)
        assert await client.close_code() == CloseCode.REVOKED
    async with opened(room, bob.access_token) as client:
        assert await client.close_code() == CloseCode.REVOKED


async def test_who_is_removed_is_out_and_others_are_told(room: LiveRoom) -> None:
    bob = room.join("Bob")
    async with joined(room, room.owner) as owner, joined(room, bob) as client:
        call(room, "DELETE", f"/participants/{bob.participant['id']}", room.owner)
        assert await client.close_code() == CloseCode.REVOKED
        assert (await owner.event("participant.left"))["participant"]["name"] == "Bob"


async def test_a_deleted_room_closes_its_sockets(room: LiveRoom) -> None:
    async with joined(room, room.owner) as client:
        call(room, "DELETE", "", room.owner)
        assert await client.close_code() == CloseCode.ROOM_GONE


async def test_frames_that_are_none_close_the_socket(room: LiveRoom) -> None:
    for frame in ("text", b"", b"\x09", b"\x00\x02\xff"):
        async with joined(room, room.owner) as client:
            await client.connection.send(frame)
            assert await client.close_code() == CloseCode.BAD_FRAME


async def test_a_renewed_token_must_be_ones_own(room: LiveRoom) -> None:
    bob = room.join("Bob")
    async with joined(room, bob) as client:
        answer = await client.command("auth.renew", access_token=bob.access_token)
        assert 0 < answer["ok"]["expires_in"] <= 600
        for token in (room.owner.access_token, "nonsense"):
            answer = await client.command("auth.renew", access_token=token)
            assert answer["error"]["code"] == "forbidden"


async def test_a_room_is_renamed_for_everybody(room: LiveRoom) -> None:
    async with joined(room, room.owner) as owner, joined(room, room.join("Bob")) as bob:
        await owner.command("room.update", title="Dojo")
        assert (await bob.event("room.changed"))["room"]["title"] == "Dojo"
        async with joined(room, room.join("Eve", role="viewer")) as eve:
            assert eve.events[0]["room"]["title"] == "Dojo"
            answer = await eve.command("room.update", title="Mine")
            assert answer["error"]["code"] == "forbidden"
        answer = await bob.command("room.update", runtime="klingon")
        assert answer["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    ("type_", "fields", "code"),
    [
        ("run.fly", {}, "invalid"),
        ("run.start", {"entry": "nowhere.py"}, "invalid"),
        ("run.start", {"runtime": "klingon"}, "invalid"),
        ("run.start", {"args": "no list"}, "invalid"),
        ("run.stop", {"run": 77}, "not_found"),
        ("run.input", {"run": 77, "data": "x"}, "not_found"),
        ("run.resize", {"run": 77, "cols": 0, "rows": 1}, "invalid"),
    ],
)
async def test_a_command_that_is_wrong_is_told_why(
    room: LiveRoom, type_: str, fields: dict[str, object], code: str
) -> None:
    async with joined(room, room.owner) as client:
        error = (await client.command(type_, **fields))["error"]
        assert error["code"] == code
        assert error["message"]
