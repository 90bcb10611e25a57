"""Presence as its client moves on is read by a shorter way; both must come to the same."""

import json
import random
from typing import Any

import pytest

from collab.awareness import Awareness
from collab.errors import CollabError
from collab.participant import Participant, Role
from collab.varint import block, varuint
from tests.collab.peers import person

STATES: list[Any] = [
    {"cursor": {"anchor": 1, "head": 12}, "user": {"name": "Ada", "color": "#30bced"}},
    {"user": {"id": "somebody else", "role": "owner"}, "cursor": "x" * 200},
    {"user": "ümläut 😀" * 20},
    {"note": "x" * 140},
    {},
    None,
]
BROKEN = [b"", b"{", b"[1]", b'{"a":NaN}' + b" " * 130, b"null" + b" " * 200, b'{"a":"\xff"}']


class Pair:
    """Two that are told the same; the second has never seen the session before."""

    def __init__(self) -> None:
        self.quick, self.thorough = Awareness(), Awareness()

    def apply(self, session: object, participant: Participant, payload: bytes) -> list[int]:
        self.thorough._latest.clear()
        quick, thorough = (
            outcome(awareness, session, participant, payload)
            for awareness in (self.quick, self.thorough)
        )
        assert quick == thorough, payload
        self.compare()
        return quick if isinstance(quick, list) else []

    def compare(self) -> None:
        for one, other in zip(shown(self.quick), shown(self.thorough), strict=True):
            assert one == other


def outcome(
    awareness: Awareness, session: object, participant: Participant, payload: bytes
) -> list[int] | tuple[str, str]:
    try:
        return awareness.apply(session, participant, payload)
    except CollabError as error:
        return type(error).__name__, str(error)


def shown(awareness: Awareness) -> list[object]:
    awareness.check_invariants()
    entries = awareness._entries
    return [(client, awareness.encode([client]), awareness.owner(client)) for client in entries]


def entry(client: int, clock: int, state: bytes) -> bytes:
    return varuint(client) + varuint(clock) + block(state)


@pytest.mark.parametrize("seed", range(60))
def test_the_short_way_shows_what_the_long_way_shows(seed: int) -> None:
    rng = random.Random(seed)
    pair = Pair()
    people = [person("Ada"), person("Bob")]
    tabs = [(number, people[number % 2]) for number in range(4)]
    clients, clock = [7, 300, 2**53 - 1], dict.fromkeys((7, 300, 2**53 - 1), 0)
    for _ in range(80):
        number, participant = rng.choice(tabs)
        session = ("session", number)
        client = rng.choice(clients) if rng.random() < 0.3 else clients[number % 3]
        clock[client] += rng.choice((1, 1, 1, 1, 1, 0, -1, 2, 126))
        state = json.dumps(rng.choice(STATES)).encode()
        if rng.random() < 0.1:
            state = rng.choice(BROKEN)
        payload = b"\x01" + entry(client, max(0, clock[client]), state)
        match rng.randrange(12):
            case 0:
                payload = b"\x02" + payload[1:] + entry(client + 1, 1, b"{}")
            case 1:
                cut = rng.randrange(len(payload))
                payload = payload[:cut] + bytes((rng.randrange(256),)) + payload[cut + 1 :]
            case 2:
                gone = pair.quick.leave(session), pair.thorough.leave(session)
                assert gone[0] == gone[1]
            case 3:
                other = Participant(participant.id, participant.name, Role.VIEWER, "#654321")
                assert pair.quick.restamp(other) == pair.thorough.restamp(other)
                clock[client] += 1
            case _:
                pass
        pair.apply(session, participant, payload)


def test_whose_a_state_is_is_said_anew_when_that_changes() -> None:
    pair, session = Pair(), object()
    state = json.dumps(STATES[0]).encode()
    pair.apply(session, person("Ada"), b"\x01" + entry(7, 1, state))
    renamed = Participant("ada", "Countess", Role.OWNER, "#000000")
    assert pair.apply(session, renamed, b"\x01" + entry(7, 2, state)) == [7]
    assert b'"name":"Countess","role":"owner"' in pair.quick.encode([7])
