"""What an engine says of itself, and what about it deserves a warning. Pure.

Warned of are known ways out of a container that a program could take from inside one of ours; not
holes in what we don't use (networks, copying, other people's images, swarms).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MIN_API = "1.41"  # Docker 20.10, the oldest that the tests run against

# By release line, the first runc without a known way out of a container: CVE-2019-5736 (its own
# binary), CVE-2024-21626 (working directory), and CVE-2025-31133, -52565, -52881 (masked paths,
# console, /proc), which were mended in three lines only.
RUNC_HOLES = "CVE-2024-21626, CVE-2025-31133, CVE-2025-52565, CVE-2025-52881"
FIXED_RUNC = ("1.2.8", "1.3.3", "1.4.0-rc.3")
# The first Docker whose authorisation plugins see every request's body (CVE-2024-41110).
FIXED_DOCKER = ("23.0.15", "25.0.6", "26.1.5", "27.1.1")
UPDATE = "update it, unless your distribution has mended this version"
SHIM_PREFIX = "io.containerd."  # such names need not be listed: the engine looks for the program
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
        runtimes: the names of what it can run containers with.
    """

    engine: str
    api: str
    runc: str
    cgroup: str
    runtimes: frozenset[str]
    warnings: tuple[str, ...]

    def warnings_for(self, runtime: str) -> tuple[str, ...]:
        """Return all warnings if sandboxes are to be run with this; empty is the default."""
        if not runtime or runtime in self.runtimes or runtime.startswith(SHIM_PREFIX):
            return self.warnings
        return (*self.warnings, unknown_runtime(runtime))


def unknown_runtime(name: str) -> str:
    """Return what to tell if the engine can't run containers with this."""
    return (
        f"The engine knows no runtime {name}. Add it to the runtimes in the engine's daemon.json"
        " and restart the engine, or change CODLAB_SANDBOX_RUNTIME."
    )


def read_version(version: Mapping[str, Any], info: Mapping[str, Any]) -> EngineVersion:
    """Return what the answers to `GET /version` and `GET /info` say."""
    components = {part["Name"]: part["Version"] for part in version.get("Components", [])}
    runc = components.get("runc", "")
    return EngineVersion(
        engine=version["Version"],
        api=version["ApiVersion"],
        runc=runc,
        cgroup=info.get("CgroupVersion", "1"),
        runtimes=frozenset(info.get("Runtimes") or ()),
        warnings=(
            *_engine_warnings(version, info),
            *_runc_warnings(runc),
            *_seccomp_warnings(info),
            *(
                f"the engine can't limit a run's {what}"
                for limit, what in LIMITS.items()
                if not info.get(limit)
            ),
        ),
    )


def _engine_warnings(version: Mapping[str, Any], info: Mapping[str, Any]) -> list[str]:
    engine = version["Version"]
    if _order(version["ApiVersion"]) < _order(MIN_API):
        return [f"Docker {engine} is too old; 20.10 is the oldest that is tested"]
    has_authorisation = bool((info.get("Plugins") or {}).get("Authorization"))
    if has_authorisation and not _is_mended(engine, FIXED_DOCKER):
        return [f"Docker {engine} may let requests past its plugins (CVE-2024-41110): {UPDATE}"]
    return []


def _runc_warnings(runc: str) -> list[str]:
    if not runc or _is_mended(runc, FIXED_RUNC):
        return []
    return [f"runc {runc} may let programs out of their containers ({RUNC_HOLES}): {UPDATE}"]


def _seccomp_warnings(info: Mapping[str, Any]) -> list[str]:
    if any("name=seccomp" in option for option in info.get("SecurityOptions") or ()):
        return []
    return ["the engine can't filter system calls (seccomp)"]


def _is_mended(version: str, fixed: tuple[str, ...]) -> bool:
    """Tell whether a version is one of those, later in its line, or of a later line."""
    order, lines = _order(version), [_order(first) for first in fixed]
    in_line = any(order[:2] == first[:2] and order >= first for first in lines)
    return in_line or order >= lines[-1]


def _order(version: str) -> tuple[int, ...]:
    """Return what puts versions in order: three numbers, and a fourth that has candidates first."""
    found = re.match(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-~.]?rc\.?(\d+))?", version)
    if found is None:
        return ()
    *numbers, candidate = (int(part) if part else None for part in found.groups())
    return (*(number or 0 for number in numbers), 1_000_000 if candidate is None else candidate)
