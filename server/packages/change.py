"""The latest change of a room's packages."""

from dataclasses import asdict, dataclass, field

from collab.participant import Participant
from executor.languages import Runtime
from executor.packages.sets import InstallState, Progress

READY, FAILED = "ready", "failed"


@dataclass(frozen=True, slots=True)
class Change:
    """The latest change: who wanted what for which runtime, and how far it is."""

    runtime: Runtime
    requirements: tuple[str, ...]
    by: Participant
    progress: Progress = field(default_factory=lambda: Progress(InstallState.QUEUED))
    end: str = ""
    error: str | None = None

    def as_json(self) -> dict[str, object]:
        """It as clients see it."""
        told = asdict(self.progress)
        return told | {
            "state": self.end or self.progress.state.value,
            "error": self.error,
            "runtime": self.runtime.id,
            "requirements": list(self.requirements),
            "by": self.by.id,
            "by_name": self.by.name,
        }


NO_CHANGE: dict[str, object] = {
    "state": READY, "percent": 100, "received_bytes": 0, "line": "", "error": None,
    "runtime": None, "requirements": [], "by": None, "by_name": None,
}  # fmt: skip
