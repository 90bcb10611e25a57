from typing import Any

import pytest

from executor.engine_version import read_version

INFO: dict[str, Any] = {
    "CgroupVersion": "2",
    "SecurityOptions": ["name=seccomp,profile=default"],
    "MemoryLimit": True,
    "SwapLimit": True,
    "PidsLimit": True,
    "CpuCfsQuota": True,
}


def version(api: str = "1.47", runc: str = "1.3.3") -> dict[str, Any]:
    components = [{"Name": "Engine", "Version": "27"}, {"Name": "runc", "Version": runc}]
    return {"Version": "27.3.1", "ApiVersion": api, "Components": components}


def test_a_good_engine_has_no_warnings() -> None:
    found = read_version(version(), INFO)
    assert (found.engine, found.api, found.runc, found.cgroup) == ("27.3.1", "1.47", "1.3.3", "2")
    assert found.warnings == ()


@pytest.mark.parametrize("runc", ["1.1.5+ds1", "1.1.12", "1.2.7", "1.3.2", "1.0.0-rc93"])
def test_an_open_runc_is_warned_of(runc: str) -> None:
    assert "CVE-2024-21626" in read_version(version(runc=runc), INFO).warnings[0]


@pytest.mark.parametrize("runc", ["1.2.8", "1.3.5", "1.4.0", "2.0.0", ""])
def test_a_mended_runc_is_not(runc: str) -> None:
    assert read_version(version(runc=runc), INFO).warnings == ()


def test_what_the_engine_cannot_enforce_is_warned_of() -> None:
    weak = INFO | {"PidsLimit": False, "SecurityOptions": []}
    assert read_version(version(api="1.40"), weak).warnings == (
        "Docker 27.3.1 is too old; 20.10 is the oldest that is tested",
        "the engine can't filter system calls (seccomp)",
        "the engine can't limit a run's processes",
    )
