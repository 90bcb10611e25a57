"""What the settings allow a run."""

from dataclasses import dataclass, fields

from executor.languages import Catalogue
from executor.run import RunLimits
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class RoomPolicy:
    """What a room may run, and how many of its runs may be going or waiting."""

    catalogue: Catalogue
    room_runs: int
    person_runs: int


def room_policy(settings: Settings, catalogue: Catalogue) -> RoomPolicy:
    """The policy for every room on this server."""
    return RoomPolicy(catalogue, settings.room_runs, settings.person_runs)


def run_limits(settings: Settings) -> RunLimits:
    """The limits of every run on this server."""
    return RunLimits(
        **{field.name: getattr(settings, f"run_{field.name}") for field in fields(RunLimits)}
    )
