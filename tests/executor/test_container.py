import json
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from executor.container import (
    BOOTSTRAP,
    SECCOMP_PROFILE,
    ContainerSpec,
    container_config,
    preamble,
    word_line,
)
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
)
SPEC = ContainerSpec(
    image="codlab/python-3.13:abc",
    server="server-1",
    room="room-1",
    run="codlab-1",
    has_terminal=True,
    limits=LIMITS,
    lifetime_seconds=29.5,
)


def test_the_container_is_hardened_exactly_so() -> None:
    assert container_config(SPEC) == {
        "Image": "codlab/python-3.13:abc",
        "Entrypoint": ["deadline", "-s", "KILL", "30", "tini", "-s", "--"],
        "Cmd": ["sh", "-c", BOOTSTRAP],
        "User": "1000:1000",
        "WorkingDir": "/room",
        "Hostname": "room",
        "Env": [
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "HOME=/tmp",
            "LANG=C.UTF-8",
            "TERM=xterm-256color",
        ],
        "Labels": {
            "codlab.server": "server-1",
            "codlab.room": "room-1",
            "codlab.run": "codlab-1",
        },
        "Tty": True,
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
                {"Name": "cpu", "Soft": 7, "Hard": 8},
            ],
            "Tmpfs": {
                "/room": "rw,exec,nosuid,nodev,size=33554432,nr_inodes=20000,"
                "uid=1000,gid=1000,mode=0700",
                "/tmp": "rw,exec,nosuid,nodev,size=16777216,nr_inodes=20000,mode=1777",
            },
        },
    }


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


@settings(deadline=None, max_examples=50)  # each starts a shell
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_a_word_passes_through_the_shell_unchanged(word: str) -> None:
    decode = r"""IFS= read -r word; word=$(printf '%b.' "$word"); printf %s "${word%.}" """
    said = subprocess.run(
        ["sh", "-c", decode], input=word_line(word), stdout=subprocess.PIPE, check=True
    )
    assert said.stdout == word.encode()


def test_the_preamble_tells_sizes_and_words() -> None:
    told = preamble(512, ("python3", "main.py", "a\nb"), {"A": "1"}, (80, 24))
    assert told == b"512 80 24 4\nA=1\npython3\nmain.py\na\\0012b\n"
