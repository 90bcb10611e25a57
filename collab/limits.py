"""What rooms may use."""

from dataclasses import dataclass, field

from collab.keyframes import Retention


@dataclass(frozen=True, slots=True)
class HubLimits:
    """Server policy for rooms."""

    linger_seconds: float = 30.0
    """How long a room that nobody needs stays open."""
    max_unsaved_bytes: int = 64 << 20
    """How much may wait for the store before rooms refuse edits."""
    drain_seconds: float = 20.0
    """How long a shutdown waits for everything to be saved."""
    retention: Retention = field(default_factory=Retention)
