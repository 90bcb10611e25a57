"""What the settings allow a run, by the role of who starts it."""

from dataclasses import dataclass, fields, replace

from collab.participant import Role
from executor.debug_clock import DebugLimits
from executor.languages import Catalogue
from executor.run import MIB, RunLimits
from server.runs.messages import AskedLimits
from server.settings import Settings

_BY_ROLE = ("wall_seconds", "cpu_seconds", "memory_bytes", "pids")
"""Limits that can be lower for editors, each by a setting of its own."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person may run: how many runs, going or waiting, and what each may use."""

    runs: int
    limits: RunLimits


@dataclass(frozen=True, slots=True)
class RoomPolicy:
    """What a room may run, how many of its runs may be going or waiting, and what each may use."""

    catalogue: Catalogue
    room_runs: int
    room_result_bytes: int
    owner: Allowance
    editor: Allowance
    debug: DebugLimits

    def of(self, role: Role) -> Allowance:
        """What a person with this role may run."""
        return self.owner if role is Role.OWNER else self.editor

    def limits(self, role: Role, asked: AskedLimits | None) -> RunLimits:
        """The limits of a run: those that were asked for, none above those of the role."""
        allowed = self.of(role).limits
        if asked is None:
            return allowed
        named = asked.model_dump(exclude={"memory_mib"}, exclude_none=True)
        if asked.memory_mib is not None:
            named["memory_bytes"] = asked.memory_mib * MIB
        return replace(allowed, **named).within(allowed)


def room_policy(settings: Settings, catalogue: Catalogue) -> RoomPolicy:
    """The policy for every room on this server."""
    owner = Allowance(settings.person_runs, run_limits(settings))
    return RoomPolicy(
        catalogue,
        settings.room_runs,
        settings.room_result_bytes,
        owner,
        _editors(settings, owner),
        debug_limits(settings),
    )


def run_limits(settings: Settings) -> RunLimits:
    """The limits that no run on this server exceeds."""
    return RunLimits(
        **{field.name: getattr(settings, f"run_{field.name}") for field in fields(RunLimits)}
    )


def debug_limits(settings: Settings) -> DebugLimits:
    """What a debug session may take on this server."""
    return DebugLimits(
        **{field.name: getattr(settings, f"debug_{field.name}") for field in fields(DebugLimits)}
    )


def _editors(settings: Settings, owner: Allowance) -> Allowance:
    lower = {
        name: value
        for name in _BY_ROLE
        if (value := getattr(settings, f"editor_{name}")) is not None
    }
    limits = replace(owner.limits, **lower).within(owner.limits)
    return Allowance(min(settings.editor_runs or owner.runs, owner.runs), limits)
