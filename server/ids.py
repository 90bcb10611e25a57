"""Random names: of rooms (can't be guessed), participants and links (need only be unique)."""

import base64
import secrets

ROOM_ID_LENGTH = 20  # of a-z2-7: 100 bits
_SHORT_ID_LENGTH = 16


def room_id() -> str:
    """A room's id: 100 random bits, so that rooms can't be found by trying."""
    return _base32(ROOM_ID_LENGTH)


def short_id() -> str:
    """An id of a participant or a link: 80 random bits."""
    return _base32(_SHORT_ID_LENGTH)


def link_secret() -> str:
    """A share link's secret: 192 random bits, safe in a URL's fragment."""
    return secrets.token_urlsafe(24)


def _base32(length: int) -> str:
    return base64.b32encode(secrets.token_bytes(length))[:length].decode().lower()
