from dataclasses import replace
from pathlib import Path

import pytest

from collab.participant import Role
from executor.language_files import load_catalogue
from server.runs.messages import AskedLimits
from server.runs.policy import room_policy, run_limits
from tests.server.house import settings_for

MIB = 1 << 20


def test_a_request_can_lower_its_limits_and_raise_none(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, run_wall_seconds=60, run_pids=100)
    allowed, policy = run_limits(settings), room_policy(settings, load_catalogue())
    assert policy.limits(Role.OWNER, None) == allowed
    less = AskedLimits(wall_seconds=2.5, cpu_seconds=1, memory_mib=64, pids=9)
    assert policy.limits(Role.OWNER, less) == replace(
        allowed, wall_seconds=2.5, cpu_seconds=1, memory_bytes=64 * MIB, pids=9
    )
    more = AskedLimits(wall_seconds=1e9, cpu_seconds=10**9, memory_mib=10**9, pids=10**9)
    assert policy.limits(Role.OWNER, more) == allowed


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_who_is_no_owner_may_be_allowed_less(tmp_path: Path, role: Role) -> None:
    settings = settings_for(
        tmp_path,
        run_pids=50,
        person_runs=4,
        editor_runs=1,
        editor_wall_seconds=5,
        editor_cpu_seconds=2,
        editor_memory_bytes="128MiB",
        editor_pids=1000,
    )
    policy = room_policy(settings, load_catalogue())
    assert (policy.of(Role.OWNER).runs, policy.of(role).runs) == (4, 1)
    limits = policy.limits(role, AskedLimits(wall_seconds=60, cpu_seconds=1))
    assert (limits.wall_seconds, limits.cpu_seconds, limits.memory_bytes) == (5, 1, 128 * MIB)
    assert limits.pids == 50, "a setting for editors raises nothing"


def test_without_settings_of_their_own_editors_may_what_owners_may(tmp_path: Path) -> None:
    policy = room_policy(settings_for(tmp_path), load_catalogue())
    assert policy.of(Role.EDITOR) == policy.of(Role.OWNER)
