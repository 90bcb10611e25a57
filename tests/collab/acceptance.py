"""An update's way into a document as in a room, without the room."""

from collab.document import Document
from collab.update import parse_update


def accept(document: Document, data: bytes) -> bool:
    """Reads, checks and applies an update; returns whether it changed anything.

    Raises `CollabError` for one that a room would not take.
    """
    update = parse_update(data)
    fresh = document.guard.new_clients(update)
    if not fresh and not update.deletions:
        return False
    document.guard.check(update)
    return document.apply(data, update, is_news=bool(fresh))
