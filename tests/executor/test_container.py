import json
from dataclasses import replace

from executor.container import SECCOMP_PROFILE, ContainerSpec, Volume, container_config
from executor.run import RunLimits

LIMITS = RunLimits(
    wall_seconds=10,
    cpu_seconds=7,
    memory_bytes=256 << 20,
    pids=128,
    open_files=1024,
    file_bytes=64 << 20,
    workspace_bytes=32 << 20,
    tmp_bytes=16 << 20,
    cpus=0.5,
    inodes=5000,
)
SPEC = ContainerSpec("codlab/python-3.13:abc", "server-1", 20_007, LIMITS)


def test_the_container_is_hardened_exactly_so() -> None:
    assert container_config(SPEC) == {
        "Image": "codlab/python-3.13:abc",
        "Entrypoint": ["/usr/local/bin/sandbox-entry"],
        "Cmd": [],
        "User": "20007:1000",
        "WorkingDir": "/room",
        "Hostname": "room",
        "Labels": {"codlab.server": "server-1"},
        "Tty": False,
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "NetworkDisabled": True,
        "StopTimeout": 1,
        "HostConfig": {
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "Privileged": False,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges", f"seccomp={SECCOMP_PROFILE}"],
            "PidsLimit": 128,
            "Memory": 268435456,
            "MemorySwap": 268435456,
            "NanoCpus": 500_000_000,
            "ShmSize": 67108864,
            "IpcMode": "private",
            "Init": False,
            "AutoRemove": False,
            "OomScoreAdj": 500,
            "LogConfig": {"Type": "none"},
            "Ulimits": [
                {"Name": "nofile", "Soft": 1024, "Hard": 1024},
                {"Name": "core", "Soft": 0, "Hard": 0},
                {"Name": "fsize", "Soft": 67108864, "Hard": 67108864},
            ],
            "Tmpfs": {
                "/room": "rw,exec,nosuid,nodev,size=33554432,nr_inodes=5000,"
                "uid=20007,gid=1000,mode=0700",
                "/tmp": "rw,exec,nosuid,nodev,size=16777216,nr_inodes=5000,mode=1777",
            },
            "Mounts": [
                {
                    "Type": "volume",
                    "Target": "/dev/pts",
                    "VolumeOptions": {
                        "NoCopy": True,
                        "DriverConfig": {
                            "Name": "local",
                            "Options": {
                                "type": "devpts",
                                "device": "devpts",
                                "o": "newinstance,max=16,ptmxmode=0666,mode=0620,gid=5,"
                                "nosuid,noexec",
                            },
                        },
                    },
                }
            ],
        },
    }


def test_another_runtime_changes_nothing_else_but_who_has_the_terminals() -> None:
    plain, named, stronger = (
        container_config(replace(SPEC, runtime=runtime)) for runtime in ("", "runc", "runsc")
    )
    assert named["HostConfig"].pop("Runtime") == "runc"
    assert named == plain
    assert stronger["HostConfig"].pop("Runtime") == "runsc"
    assert stronger["HostConfig"].pop("Mounts") == []
    assert plain["HostConfig"].pop("Mounts") != []
    assert stronger == plain


def test_the_filter_refuses_what_dockers_own_lets_through() -> None:
    profile = json.loads(SECCOMP_PROFILE)
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    allowed = [rule for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW"]
    names = {name for rule in allowed for name in rule["names"]}
    assert not {name for name in names if name.startswith(("io_uring", "process_vm"))}
    assert "socketcall" not in names
    sockets = [rule["args"] for rule in allowed if "socket" in rule["names"]]
    assert [[(a["index"], a["value"]) for a in arguments] for arguments in sockets] == [
        [(0, 1)],
        [(0, 2)],
        [(0, 10)],
        [(0, 16), (2, 0)],
    ]


def test_packages_are_mounted_so_that_only_an_installation_can_write_them() -> None:
    """All else is as without them: an installing container has no network either."""
    read, filled = Volume("layer", "/node_modules"), Volume("layer", "/packages", is_writable=True)
    plain = container_config(SPEC)["HostConfig"]
    for volume, is_read_only in ((read, True), (filled, False)):
        host = container_config(replace(SPEC, volumes=(volume,)))["HostConfig"]
        assert host["Mounts"][1:] == [
            {
                "Type": "volume",
                "Source": "layer",
                "Target": volume.target,
                "ReadOnly": is_read_only,
                "VolumeOptions": {"NoCopy": is_read_only},
            }
        ]
        assert host | {"Mounts": host["Mounts"][:1]} == plain
