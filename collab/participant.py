"""Who is in a room, and what their role lets them do to its document."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a share link grants, from most to least."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def can_edit(self) -> bool:
        """Whether this role may change the document."""
        return self is not Role.VIEWER


@dataclass(frozen=True, slots=True)
class Participant:
    """One person in one room; the same person may have several sessions (tabs)."""

    id: str
    name: str
    role: Role
    color: str
    """CSS colour, ``#rrggbb``."""

    def as_json(self) -> dict[str, str]:
        """The form that clients see, in events and in presence."""
        return {"id": self.id, "name": self.name, "role": self.role.value, "color": self.color}
