"""How long the past of rooms is kept, and which of their snapshots stay in it as keyframes.

A keyframe is where history can be entered: what follows is replayed from it, up to the next one,
and what precedes it can be forgotten.
"""

from dataclasses import dataclass

DAY_MS = 86_400_000
STRETCH_BYTES = 256 << 10  # compressed: some 20,000 keystrokes, which replay in 0.4 s
STRETCHES_KEPT = 16  # in the time that history is kept: it is overdue by a sixteenth at most


@dataclass(frozen=True, slots=True)
class Spacing:
    """How much history may lie between two keyframes."""

    stretch_bytes: int = STRETCH_BYTES
    """Compressed; or as many as the keyframe itself has, if those are more: so all keyframes cost
    at most twice what lies between them."""
    milliseconds: int = 365 * DAY_MS // STRETCHES_KEPT

    def is_exceeded(self, keyframe_bytes: int, stretch_bytes: int, stretch_ms: int) -> bool:
        """Whether a stretch needs a keyframe of that size within it."""
        return (
            stretch_bytes > max(self.stretch_bytes, keyframe_bytes)
            or stretch_ms > self.milliseconds
        )


@dataclass(frozen=True, slots=True)
class Retention:
    """How long history is kept."""

    days: int = 365
    """0: not at all."""

    @property
    def spacing(self) -> Spacing:
        """Keyframes close enough to forget in time."""
        return Spacing(milliseconds=self.days * DAY_MS // STRETCHES_KEPT)

    def horizon(self, now: int) -> int:
        """History that ended before this time is overdue; in milliseconds, as `now`."""
        return now - self.days * DAY_MS
