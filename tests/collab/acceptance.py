"""An update's way into a document as in a room, without the room."""

from collab.document import Document
from collab.update import parse_update


def accept(document: Document, data: bytes) -> bytes | None:
    """Reads, checks and applies an update; returns what is to be stored of it, if anything is.

    Raises `CollabError` for one that a room would not take.
    """
    update = parse_update(data)
    fresh = document.guard.new_clients(update)
    if not fresh and document.is_known(update):
        return None
    data, update = document.trimmed(data, update)
    document.check(data, update)
    return data if document.apply(data, update, is_news=bool(fresh)) else None
