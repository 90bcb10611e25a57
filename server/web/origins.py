"""Whose pages may use this server: a foreign page must not act with a visitor's access.

Programs other than browsers send no ``Origin`` and are let through; what they need is a token.
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from server.settings import Settings


def is_allowed_origin(connection: HTTPConnection[Any], settings: Settings) -> bool:
    """Whether a request or a socket comes from one of our pages, or from no page at all."""
    origin = connection.headers.get("origin")
    if origin is None:
        return connection.headers.get("sec-fetch-site") != "cross-site"
    if origin == settings.public_url or origin in settings.allowed_origins:
        return True
    return settings.public_url is None and _is_same_host(connection, origin, settings.host)


def _is_same_host(connection: HTTPConnection[Any], origin: str, listening_on: str) -> bool:
    """Whether the page came from the address that it now asks.

    A page of any name can make its name point at this machine. So a server that listens for this
    machine alone only takes the machine's own names.
    """
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or parts.netloc != connection.headers.get("host"):
        return False
    return not is_loopback(listening_on) or is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
