"""The hardened container that every program runs in: built here, in one place, and nowhere else.

The configuration is the Engine API's, so it holds on cgroup v1 and v2 alike. Each field is asserted
by tests/executor/test_container.py.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from executor.run import RunLimits

# Docker's default with three doors shut; made by deploy/runtimes/seccomp_profile.py.
SECCOMP_PROFILE = files("executor").joinpath("seccomp.json").read_text(encoding="utf-8").strip()

SERVER_LABEL = "codlab.server"
ROOM_LABEL = "codlab.room"
RUN_LABEL = "codlab.run"

ROOM_DIRECTORY = "/room"
USER = "1000:1000"
MAX_INODES = 20_000  # per tmpfs: their kernel memory is not all charged to the container
SHM_BYTES = 64 << 20  # Docker's default; Python's multiprocessing needs some
CPU_PERIOD_SHARE = 1_000_000_000  # NanoCpus per CPU
SIGXCPU_GRACE_SECONDS = 1  # the signal names the limit; whoever ignores it is killed

# Process 1 is timeout(1), in a copy that the program can neither kill, stop, trace nor read, so
# that a run ends even if its server is gone. tini below it adopts and reaps orphans, and puts the
# program into the terminal's foreground process group, so that ^C reaches it once.
INIT = ("deadline", "-s", "KILL")
REAPER = ("tini", "-s", "--")

# Reads a header, the words of the command (one a line, see `word_line`) and a tar from its input,
# which then belongs to the program. It says R when it is ready for them, G before the program, or F
# and why there will be none. No word is ever interpreted by the shell.
BOOTSTRAP = rf"""
umask 022
test -t 0 && stty raw -echo
printf R
read -r tar_bytes cols rows words
set --
while test "$words" -gt 0; do
    IFS= read -r word
    case $word in *\\*) word=$(printf '%b.' "$word"); word=${{word%.}} ;; esac
    set -- "$@" "$word"
    words=$((words - 1))
done
fault=$(head -c "$tar_bytes" | tar -xf - -C {ROOM_DIRECTORY} --no-same-owner 2>&1) || {{
    printf 'F%s' "$fault"
    exit 125
}}
test -t 0 && stty sane iutf8 cols "$cols" rows "$rows"
printf G
exec env -i "$@"
"""
READY, GO, FAULT = b"R", b"G", b"F"


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """What tells one sandbox's container from another's.

    Attributes:
        server: the server that owns it and removes it, should it be left over.
        run: names the container, among all of this engine.
        lifetime_seconds: after this long it ends by itself, whoever still lives.
    """

    image: str
    server: str
    room: str
    run: str
    has_terminal: bool
    limits: RunLimits
    lifetime_seconds: float


def container_config(spec: ContainerSpec) -> dict[str, Any]:
    """Return the body of the Engine API's `POST /containers/create`."""
    lifetime = str(math.ceil(spec.lifetime_seconds))
    return {
        "Image": spec.image,
        "Entrypoint": [*INIT, lifetime, *REAPER],
        "Cmd": ["sh", "-c", BOOTSTRAP],
        "User": USER,
        "WorkingDir": ROOM_DIRECTORY,
        "Hostname": "room",
        "Env": [f"{name}={value}" for name, value in environment(spec.has_terminal).items()],
        "Labels": {SERVER_LABEL: spec.server, ROOM_LABEL: spec.room, RUN_LABEL: spec.run},
        "Tty": spec.has_terminal,
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "NetworkDisabled": True,
        "StopTimeout": 1,
        "HostConfig": _host_config(spec.limits),
    }


def environment(has_terminal: bool) -> dict[str, str]:
    """Return all that a program finds in its environment, besides what its room sets."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 (the sandbox's own)
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color" if has_terminal else "dumb",
    }


def _host_config(limits: RunLimits) -> dict[str, Any]:
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
            _ulimit("cpu", limits.cpu_seconds, limits.cpu_seconds + SIGXCPU_GRACE_SECONDS),
        ],
        "Tmpfs": {
            ROOM_DIRECTORY: _tmpfs(limits.workspace_bytes, "uid=1000,gid=1000,mode=0700"),
            "/tmp": _tmpfs(limits.tmp_bytes, "mode=1777"),  # noqa: S108 (the sandbox's own)
        },
    }


def _ulimit(name: str, soft: int, hard: int | None = None) -> dict[str, Any]:
    return {"Name": name, "Soft": soft, "Hard": soft if hard is None else hard}


def _tmpfs(size_bytes: int, owner: str) -> str:
    # exec: compilers put programs there
    return f"rw,exec,nosuid,nodev,size={size_bytes},nr_inodes={MAX_INODES},{owner}"


def preamble(
    tar_bytes: int, argv: tuple[str, ...], env: Mapping[str, str], size: tuple[int, int]
) -> bytes:
    """Return what the bootstrap reads before the tar. `size` is the terminal's columns and rows."""
    words = [*(f"{name}={value}" for name, value in env.items()), *argv]
    header = f"{tar_bytes} {size[0]} {size[1]} {len(words)}\n"
    return header.encode() + b"".join(word_line(word) for word in words)


def word_line(word: str) -> bytes:
    r"""Return a word as one line, with backslash and line feed as printf's %b reads them."""
    return word.encode().replace(b"\\", rb"\0134").replace(b"\n", rb"\0012") + b"\n"
