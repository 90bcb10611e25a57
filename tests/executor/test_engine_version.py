"""What engines say of themselves: recorded answers of real ones, shortened, and variations."""

from typing import Any

import pytest

from executor.engine_version import read_version, unknown_runtime

# Docker 20.10 of Debian 12, cgroup v1.
DOCKER_20: dict[str, Any] = {
    "Plugins": {"Volume": ["local"], "Authorization": None},
    "MemoryLimit": True,
    "SwapLimit": True,
    "KernelMemory": True,
    "CpuCfsPeriod": True,
    "CpuCfsQuota": True,
    "PidsLimit": True,
    "OomKillDisable": True,
    "CgroupDriver": "cgroupfs",
    "CgroupVersion": "1",
    "Runtimes": {
        "io.containerd.runc.v2": {"path": "runc"},
        "io.containerd.runtime.v1.linux": {"path": "runc"},
        "runc": {"path": "runc"},
    },
    "DefaultRuntime": "runc",
    "SecurityOptions": ["name=seccomp,profile=default"],
    "Warnings": None,
}
DOCKER_20_VERSION: dict[str, Any] = {
    "Components": [
        {"Name": "Engine", "Version": "20.10.24+dfsg1"},
        {"Name": "containerd", "Version": "1.6.20~ds1"},
        {"Name": "runc", "Version": "1.1.5+ds1"},
        {"Name": "docker-init", "Version": "0.19.0"},
    ],
    "Version": "20.10.24+dfsg1",
    "ApiVersion": "1.41",
}
# Docker 28 on cgroup v2, with gVisor. The kernel no longer counts kernel memory apart.
DOCKER_28: dict[str, Any] = {
    "Plugins": {"Volume": ["local"], "Authorization": None},
    "MemoryLimit": True,
    "SwapLimit": True,
    "CpuCfsPeriod": True,
    "CpuCfsQuota": True,
    "PidsLimit": True,
    "OomKillDisable": False,
    "CgroupDriver": "systemd",
    "CgroupVersion": "2",
    "Runtimes": {
        "io.containerd.runc.v2": {"path": "runc"},
        "runc": {"path": "runc"},
        "runsc": {"path": "/usr/bin/runsc", "runtimeArgs": ["--platform=systrap"]},
    },
    "DefaultRuntime": "runc",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
    "Warnings": None,
}


def version(api: str = "1.47", runc: str = "1.3.3", engine: str = "28.2.2") -> dict[str, Any]:
    components = [{"Name": "Engine", "Version": engine}, {"Name": "runc", "Version": runc}]
    return {"Version": engine, "ApiVersion": api, "Components": components}


def test_cgroup_v1_is_as_good_as_v2() -> None:
    old = read_version(DOCKER_20_VERSION, DOCKER_20)
    assert (old.engine, old.api, old.runc, old.cgroup) == (
        "20.10.24+dfsg1",
        "1.41",
        "1.1.5+ds1",
        "1",
    )
    assert len(old.warnings) == 1
    assert "runc 1.1.5+ds1" in old.warnings[0]
    new = read_version(version(), DOCKER_28)
    assert (new.engine, new.api, new.runc, new.cgroup) == ("28.2.2", "1.47", "1.3.3", "2")
    assert new.warnings == ()


@pytest.mark.parametrize(
    "runc", ["1.0.0-rc93", "1.1.5+ds1", "1.1.12", "1.2.7", "1.3.2", "1.4.0-rc.2"]
)
def test_an_open_runc_is_warned_of(runc: str) -> None:
    [warning] = read_version(version(runc=runc), DOCKER_28).warnings
    assert "CVE-2024-21626" in warning
    assert "CVE-2025-52881" in warning


@pytest.mark.parametrize("runc", ["1.2.8", "1.2.10", "1.3.5", "1.4.0-rc.3", "1.4.0", "2.0.0", ""])
def test_a_mended_runc_is_not(runc: str) -> None:
    assert read_version(version(runc=runc), DOCKER_28).warnings == ()


@pytest.mark.parametrize(
    ("engine", "is_open"),
    [("20.10.24+dfsg1", True), ("26.1.4", True), ("26.1.5", False), ("27.1.1", False)],
)
def test_authorisation_that_can_be_passed_by_is_warned_of_where_it_is_used(
    engine: str, *, is_open: bool
) -> None:
    guarded = DOCKER_28 | {"Plugins": {"Authorization": ["guard"]}}
    warnings = read_version(version(engine=engine), guarded).warnings
    assert ["CVE-2024-41110" in warning for warning in warnings] == [True] * is_open
    assert read_version(version(engine=engine), DOCKER_28).warnings == ()


@pytest.mark.parametrize("info", [DOCKER_20, DOCKER_28], ids=["cgroup v1", "cgroup v2"])
def test_what_the_engine_cannot_enforce_is_warned_of(info: dict[str, Any]) -> None:
    weak = info | {"PidsLimit": False, "SecurityOptions": []}
    assert read_version(version(api="1.40"), weak).warnings == (
        "Docker 28.2.2 is too old; 20.10 is the oldest that is tested",
        "the engine can't filter system calls (seccomp)",
        "the engine can't limit a run's processes",
    )


def test_a_rootless_engine_without_delegated_cgroups_limits_nothing() -> None:
    names = ("MemoryLimit", "SwapLimit", "PidsLimit", "CpuCfsQuota")
    rootless = DOCKER_28 | dict.fromkeys(names, False) | {"CgroupDriver": "none"}
    warnings = read_version(version(), rootless).warnings
    assert [text.rpartition("run's ")[2] for text in warnings] == [
        "memory",
        "swap",
        "processes",
        "CPU time",
    ]


def test_a_runtime_that_the_engine_does_not_know_is_warned_of() -> None:
    engine = read_version(version(), DOCKER_28)
    for known in ("", "runc", "runsc", "io.containerd.kata.v2"):
        assert engine.warnings_for(known) == ()
    assert engine.warnings_for("kata") == (unknown_runtime("kata"),)
