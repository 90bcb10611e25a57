"""What an engine says of itself, and what about it deserves a warning. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MIN_API = (1, 41)  # Docker 20.10, the oldest that the tests run against

# By release line, the first runc without a known way out of a container: CVE-2024-21626 (working
# directory) and CVE-2025-31133, -52565, -52881 (masked paths).
FIXED_RUNC = ((1, 2, 8), (1, 3, 3))
FIRST_SAFE_RUNC = (1, 4)
LIMITS = {
    "MemoryLimit": "memory",
    "SwapLimit": "swap",
    "PidsLimit": "processes",
    "CpuCfsQuota": "CPU time",
}


@dataclass(frozen=True, slots=True)
class EngineVersion:
    """One engine, and what people who run it should know.

    Attributes:
        cgroup: "1" or "2".
    """

    engine: str
    api: str
    runc: str
    cgroup: str
    warnings: tuple[str, ...]


def read_version(version: Mapping[str, Any], info: Mapping[str, Any]) -> EngineVersion:
    """Return what the answers to `GET /version` and `GET /info` say."""
    components = {part["Name"]: part["Version"] for part in version.get("Components", [])}
    runc = components.get("runc", "")
    return EngineVersion(
        engine=version["Version"],
        api=version["ApiVersion"],
        runc=runc,
        cgroup=info.get("CgroupVersion", "1"),
        warnings=(
            *_engine_warnings(version),
            *_runc_warnings(runc),
            *_seccomp_warnings(info),
            *(
                f"the engine can't limit a run's {what}"
                for limit, what in LIMITS.items()
                if not info.get(limit)
            ),
        ),
    )


def _engine_warnings(version: Mapping[str, Any]) -> list[str]:
    if _numbers(version["ApiVersion"]) >= MIN_API:
        return []
    return [f"Docker {version['Version']} is too old; 20.10 is the oldest that is tested"]


def _runc_warnings(runc: str) -> list[str]:
    numbers = _numbers(runc)
    is_fixed = any(numbers[:2] == fixed[:2] and numbers >= fixed for fixed in FIXED_RUNC)
    if not runc or is_fixed or numbers >= FIRST_SAFE_RUNC:
        return []
    warning = (
        f"runc {runc} may let programs out of their containers (CVE-2024-21626, CVE-2025-31133):"
        " update it, unless your distribution has mended this version"
    )
    return [warning]


def _seccomp_warnings(info: Mapping[str, Any]) -> list[str]:
    if any("name=seccomp" in option for option in info.get("SecurityOptions") or ()):
        return []
    return ["the engine can't filter system calls (seccomp)"]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
