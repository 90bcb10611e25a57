"""Which writing of a room's document this is, and who holds a copy of an earlier one.

A document that is written anew shows the same under other client ids. Merged with a copy of the
former writing, Yjs would keep one version of each file and drop what was typed in the other, or
have all text twice where a shared text stands alone. Each unit of such a copy carries a client id
of the former writing, so those ids tell it apart, whatever client it comes from.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from collab.errors import OutdatedCopy
from collab.structs import ParsedUpdate
from collab.update import parse_state_vector

FIRST = "first"


@dataclass(frozen=True, slots=True)
class Generation:
    """One writing of a document."""

    id: str = FIRST
    """Told to clients; a room's first is called `FIRST`, the others have random names."""
    retired: frozenset[int] = frozenset()
    """The client ids of all earlier ones."""

    def next(self, clients: Iterable[int]) -> "Generation":
        """The one after it; `clients` wrote this one."""
        return Generation(secrets.token_hex(8), self.retired.union(clients))

    def check_state_vector(self, data: bytes, known: Collection[int]) -> None:
        """Lets a peer that has this state vector in; `known` are the document's own client ids.

        Raises:
            OutdatedCopy: it has content of an earlier generation.
            BadFrame: the state vector is malformed.
        """
        if self.retired:
            self._check(parse_state_vector(data).keys(), known)

    def check_update(self, update: ParsedUpdate, known: Collection[int]) -> None:
        """Lets an update pass; `known` are the document's own client ids.

        Raises:
            OutdatedCopy: it holds, or rests on, content of an earlier generation.
        """
        if self.retired:
            self._check(_clients(update), known)

    def _check(self, clients: Collection[int], known: Collection[int]) -> None:
        # An id that was drawn a second time, by the server itself, is in the document by right.
        if not self.retired.isdisjoint(clients) and self.retired.intersection(clients) - set(known):
            raise OutdatedCopy


def _clients(update: ParsedUpdate) -> set[int]:
    """The client ids of all units that an update brings, rests on or deletes."""
    clients = {section.client for section in update.sections}
    clients.update(client for client, _, _ in update.deletions)
    for section in update.sections:
        for block in section.blocks:
            clients.update(
                unit[0]
                for unit in (block.left, block.right, block.parent)
                if isinstance(unit, tuple)
            )
    return clients
