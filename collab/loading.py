"""Brings updates into pycrdt documents."""

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


def apply_update(doc: Doc[Any], update: bytes) -> None:
    """What `Doc.apply_update` does outside a transaction, in half the time.

    Most of its time goes to the objects around one call of the library, in which nothing is of use
    for a single update. Raises as it does; exceptions of observers stay in the document.
    """
    library = doc._doc  # noqa: SLF001 - there is no public way past them
    transaction = library.create_transaction()
    try:
        library.apply_update(transaction, update)
    finally:
        try:
            transaction.commit()
        finally:
            transaction.drop()
