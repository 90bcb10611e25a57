"""Makes a pycrdt document of stored updates."""

from collections.abc import Sequence
from typing import Any

from pycrdt import Doc


def load(updates: Sequence[bytes]) -> Doc[Any]:
    """A document that has taken these updates, in this order."""
    doc: Doc[Any] = Doc()
    try:
        with doc.transaction():
            for update in updates:
                doc.apply_update(update)
    except (ValueError, RuntimeError):
        # What was collected between two updates when they came can stand in the way of the second
        # in a common transaction. One by one is how they were accepted, and several times slower.
        doc = Doc()
        for update in updates:
            doc.apply_update(update)
    return doc
