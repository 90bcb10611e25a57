#!/usr/bin/env python3
"""Derive executor/seccomp.json, the sandbox's system call filter, from Docker's default profile.

The default comes with moby as profiles/seccomp/default.json (Debian package
golang-github-docker-docker-dev; taken from 20.10.24+dfsg1). Three doors that it leaves open are
shut: io_uring goes round the filter, process_vm_* reads other processes, and AF_VSOCK sockets are
in no namespace, so that they reach a virtual machine's host.

    seccomp_profile.py default.json > executor/seccomp.json
"""

import json
import sys
from pathlib import Path
from typing import Any

REFUSED = {
    "io_uring_enter", "io_uring_register", "io_uring_setup",
    "process_vm_readv", "process_vm_writev",
    "socket", "socketcall",
}  # fmt: skip
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, NETLINK_ROUTE = 1, 2, 10, 16, 0


def argument(index: int, value: int) -> dict[str, Any]:
    """Return the condition that a call's argument has this value."""
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}


def socket_rule(*arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the rule that lets socket() through under these conditions."""
    return {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": list(arguments)}


def derive(default: dict[str, Any]) -> dict[str, Any]:
    """Return the default profile without the refused calls, sockets allowed by family."""
    rules = [
        rule | {"names": kept}
        for rule in default["syscalls"]
        if (kept := [name for name in rule["names"] if name not in REFUSED])
    ]
    families = [socket_rule(argument(0, family)) for family in (AF_UNIX, AF_INET, AF_INET6)]
    route = socket_rule(argument(0, AF_NETLINK), argument(2, NETLINK_ROUTE))
    return default | {"syscalls": [*rules, *families, route]}


if __name__ == "__main__":
    profile = derive(json.loads(Path(sys.argv[1]).read_text()))
    json.dump(profile, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")
