"""The connections that nobody has vouched for: bounded, in all and from one address."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Protocol

IPV6_SITE_BITS = 64  # what one customer of a provider has at least, and can fill with addresses


class Guest(Protocol):
    """A connection that has not been let into a room."""

    @property
    def address(self) -> str | None:
        """Its peer's IP address; None: it has none."""

    @property
    def is_served(self) -> bool:
        """Whether it waits for the server; else the server waits for it."""

    def turn_out(self) -> None:
        """Ends the connection at once."""


class Lobby:
    """Counts guests in and out.

    Where there are too many, the one that has kept the server waiting longest has to go: whoever
    opens connections to fill the server loses these, and who comes to work gets in.
    """

    def __init__(self, capacity: int, per_address: int, proxies: Iterable[str]) -> None:
        """Prepares an empty lobby; `proxies` speak for many, and are not limited by themselves."""
        self._capacity = capacity
        self._per_address = per_address
        self._proxies = frozenset(proxies)
        self._guests: dict[Guest, str | None] = {}
        """All of them, with their site, in the order in which they began to be waited for."""
        self._sites: dict[str, dict[Guest, None]] = {}
        self.turned_out = 0

    def __len__(self) -> int:
        return len(self._guests)

    def enter(self, guest: Guest) -> None:
        """Counts a connection in, and turns out another, or itself, if there are too many."""
        site = self._site(guest.address)
        self._guests[guest] = site
        if site is not None:
            neighbours = self._sites.setdefault(site, {})
            neighbours[guest] = None
            if len(neighbours) > self._per_address:
                self._turn_out_one(neighbours, guest)
        if len(self._guests) > self._capacity:
            self._turn_out_one(self._guests, guest)

    def leave(self, guest: Guest) -> None:
        """Counts a connection out, if it is in."""
        if guest not in self._guests:
            return
        site = self._guests.pop(guest)
        if site is not None:
            del self._sites[site][guest]
            if not self._sites[site]:
                del self._sites[site]

    def await_again(self, guest: Guest) -> None:
        """Tells that a guest was served, and is waited for from now on."""
        if guest in self._guests:
            self.leave(guest)
            self.enter(guest)

    def _turn_out_one(self, crowd: Iterable[Guest], newcomer: Guest) -> None:
        slowest = next((guest for guest in crowd if not guest.is_served), newcomer)
        self.leave(slowest)
        self.turned_out += 1
        slowest.turn_out()

    def _site(self, address: str | None) -> str | None:
        """What counts as one address; None: no limit of its own."""
        if address is None or "*" in self._proxies:
            return None
        try:
            parsed = _plain(ip_address(address))
        except ValueError:
            return None
        if any(_covers(proxy, parsed) for proxy in self._proxies):
            return None
        if isinstance(parsed, IPv4Address):
            return str(parsed)
        return str(ip_network((parsed, IPV6_SITE_BITS), strict=False))


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address as such, also where the listening socket speaks IPv6."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _covers(proxy: str, address: IPv4Address | IPv6Address) -> bool:
    try:
        return address in ip_network(proxy, strict=False)
    except ValueError:  # the name of a Unix socket, say
        return False
