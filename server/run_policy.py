"""What the settings allow a run."""

from dataclasses import fields

from executor.run import RunLimits
from server.settings import Settings


def run_limits(settings: Settings) -> RunLimits:
    """The limits of every run on this server."""
    return RunLimits(
        **{field.name: getattr(settings, f"run_{field.name}") for field in fields(RunLimits)}
    )
