"""Which connections count as one address's, and who has to go."""

from dataclasses import dataclass, field

import pytest

from server.web.lobby import Lobby


@dataclass(eq=False)
class Caller:
    address: str | None
    is_served: bool = False
    is_out: bool = field(default=False, init=False)

    def turn_out(self) -> None:
        self.is_out = True


def enter(lobby: Lobby, *addresses: str | None) -> list[Caller]:
    callers = [Caller(address) for address in addresses]
    for caller in callers:
        lobby.enter(caller)
    return callers


@pytest.mark.parametrize(
    ("one", "other", "are_together"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        (None, None, False),
        ("127.0.0.1", "127.0.0.1", False),
        ("10.1.2.3", "10.1.2.3", False),
    ],
)
def test_an_address_is_limited_unless_it_is_a_proxy(
    one: str, other: str, are_together: bool
) -> None:
    lobby = Lobby(100, 1, ["127.0.0.1", "10.0.0.0/8", "unix:"])
    first, second = enter(lobby, one, other)
    assert (first.is_out, second.is_out) == (are_together, False)
    assert len(lobby) == (1 if are_together else 2)


def test_behind_any_proxy_no_address_has_a_limit() -> None:
    assert not any(caller.is_out for caller in enter(Lobby(100, 1, ["*"]), *["192.0.2.1"] * 9))


def test_who_is_served_stays_and_waits_longest_only_afterwards() -> None:
    lobby = Lobby(2, 100, [])
    first, second = enter(lobby, "192.0.2.1", "192.0.2.2")
    first.is_served = True
    (third,) = enter(lobby, "192.0.2.3")
    assert second.is_out
    first.is_served = False
    lobby.await_again(first)
    enter(lobby, "192.0.2.4")
    assert (first.is_out, third.is_out, lobby.turned_out) == (False, True, 2)


def test_a_newcomer_goes_itself_where_all_others_are_served() -> None:
    lobby = Lobby(1, 100, [])
    served, late = Caller("192.0.2.1", is_served=True), Caller("192.0.2.2")
    for caller in (served, late):
        lobby.enter(caller)
    assert (served.is_out, late.is_out, len(lobby)) == (False, True, 1)


def test_who_leaves_makes_room_and_may_leave_twice() -> None:
    lobby = Lobby(100, 1, [])
    (first,) = enter(lobby, "192.0.2.1")
    lobby.leave(first)
    lobby.leave(first)
    (second,) = enter(lobby, "192.0.2.1")
    assert (second.is_out, lobby.turned_out) == (False, 0)
