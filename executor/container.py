"""The hardened container that every program runs in: built here, in one place, and nowhere else.

The configuration is the Engine API's, so it holds on cgroup v1 and v2 alike. Each field is asserted
by tests/executor/test_container.py.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from executor.run import SandboxLimits

# Docker's default with three doors shut; made by deploy/runtimes/seccomp_profile.py.
SECCOMP_PROFILE = files("executor").joinpath("seccomp.json").read_text(encoding="utf-8").strip()

SERVER_LABEL = "codlab.server"

ROOM_DIRECTORY = "/room"
# A sandbox has a user of its own: the kernel counts much by user (inotify instances, queued
# signals, message queues, descriptors in flight), so one room would use up another's. Within the
# 65,536 of a remapped engine, and nobody's: people's begin at 1000, systemd's passing ones at
# 61184. deploy/runtimes/entry gives them a name.
USERS = range(20_000, 20_256)
GROUP = 1000
MAX_TERMINALS = 16  # of the 4096 that all of a machine's containers share
SHARES_KERNEL = frozenset({"", "runc", "crun", "io.containerd.runc.v2"})  # runtimes
# Process 1, which every image has: see deploy/runtimes/entry. It waits for files and commands, ends
# with its server's connection, and limits the CPU time of what it starts.
ENTRY = "/usr/local/bin/sandbox-entry"
SHM_BYTES = 64 << 20  # Docker's default; Python's multiprocessing needs some
CPU_PERIOD_SHARE = 1_000_000_000  # NanoCpus per CPU


@dataclass(frozen=True, slots=True)
class Volume:
    """A named volume as a sandbox sees it."""

    name: str
    target: str
    is_writable: bool = False


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """What tells one sandbox's container from another's.

    Attributes:
        server: the server that owns it and removes it, should it be left over.
        user: one of `USERS`, and as far as possible no other living sandbox's.
        runtime: the engine's name of what is to run it, such as `runsc`; empty for its default.
        volumes: besides those that go with the container.
    """

    image: str
    server: str
    user: int
    limits: SandboxLimits
    runtime: str = ""
    volumes: tuple[Volume, ...] = ()


def container_config(spec: ContainerSpec) -> dict[str, Any]:
    """Return the body of the Engine API's `POST /containers/create`."""
    return {
        "Image": spec.image,
        "Entrypoint": [ENTRY],
        "Cmd": [],
        "User": f"{spec.user}:{GROUP}",
        "WorkingDir": ROOM_DIRECTORY,
        "Hostname": "room",
        "Labels": {SERVER_LABEL: spec.server},
        "Tty": False,
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "NetworkDisabled": True,
        "StopTimeout": 1,
        "HostConfig": _host_config(spec) | _runtime(spec.runtime),
    }


def environment(*, has_terminal: bool) -> dict[str, str]:
    """Return all that a program finds in its environment, besides what its room sets."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 (the sandbox's own)
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color" if has_terminal else "dumb",
    }


def _host_config(spec: ContainerSpec) -> dict[str, Any]:
    limits = spec.limits
    owner = f"uid={spec.user},gid={GROUP},mode=0700"
    return {
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "Privileged": False,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges", f"seccomp={SECCOMP_PROFILE}"],
        "PidsLimit": limits.pids,
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "NanoCpus": round(limits.cpus * CPU_PERIOD_SHARE),
        "ShmSize": min(SHM_BYTES, limits.memory_bytes),
        "IpcMode": "private",
        "Init": False,
        "AutoRemove": False,
        "OomScoreAdj": 500,
        "LogConfig": {"Type": "none"},
        "Ulimits": [
            _ulimit("nofile", limits.open_files),
            _ulimit("core", 0),
            _ulimit("fsize", limits.file_bytes),
        ],
        "Tmpfs": {
            ROOM_DIRECTORY: _tmpfs(limits.workspace_bytes, limits.inodes, owner),
            "/tmp": _tmpfs(limits.tmp_bytes, limits.inodes, "mode=1777"),  # noqa: S108 (its own)
        },
        "Mounts": [*_terminals(spec.runtime), *map(_mount, spec.volumes)],
    }


def _runtime(name: str) -> dict[str, Any]:
    return {"Runtime": name} if name else {}


def _terminals(runtime: str) -> list[dict[str, Any]]:
    if runtime not in SHARES_KERNEL:  # its kernel has terminals that are nobody else's
        return []
    return [_host_terminals()]


def _host_terminals() -> dict[str, Any]:
    """Return a mount of terminals as the engine's own, but for their number.

    An anonymous volume is the one way to have it mounted; it goes with its container.
    """
    mount_options = f"newinstance,max={MAX_TERMINALS},ptmxmode=0666,mode=0620,gid=5,nosuid,noexec"
    options = {"type": "devpts", "device": "devpts", "o": mount_options}
    driver = {"Name": "local", "Options": options}
    volume = {"NoCopy": True, "DriverConfig": driver}
    return {"Type": "volume", "Target": "/dev/pts", "VolumeOptions": volume}


def _mount(volume: Volume) -> dict[str, Any]:
    """A writable one takes the owner and mode of what the image has in its place."""
    return {
        "Type": "volume",
        "Source": volume.name,
        "Target": volume.target,
        "ReadOnly": not volume.is_writable,
        "VolumeOptions": {"NoCopy": not volume.is_writable},
    }


def _ulimit(name: str, limit: int) -> dict[str, Any]:
    return {"Name": name, "Soft": limit, "Hard": limit}


def _tmpfs(size_bytes: int, inodes: int, owner: str) -> str:
    # exec: compilers put programs there. Inodes: their memory is not all charged to the container.
    return f"rw,exec,nosuid,nodev,size={size_bytes},nr_inodes={inodes},{owner}"
