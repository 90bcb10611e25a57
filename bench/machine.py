"""What the measurements ran on, and the processes that they ran."""

import os
import platform
from contextlib import suppress
from pathlib import Path

SERVER_CPU = 0
GENERATOR_CPU = 1


def described() -> str:
    """The machine in one line: processor, cores, memory, kernel, Python."""
    model = _line_of(Path("/proc/cpuinfo"), "model name") or platform.processor()
    memory = int((_line_of(Path("/proc/meminfo"), "MemTotal") or "0 kB").split()[0]) / 2**20
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()},"
        f" Python {platform.python_version()}"
    )


def load() -> float:
    """How many processes wanted a core, on average over the last minute."""
    return os.getloadavg()[0]


def family(pid: int) -> list[int]:
    """A process and all that it started, itself last."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [member for child in children for member in family(int(child))] + [pid]


def pinned(cpu: int) -> list[str]:
    """The start of a command that keeps to one core."""
    return ["taskset", "--cpu-list", str(cpu)]


def prefer(pid: int, priority: int) -> None:
    """Gives the leader of a session precedence (-20 is the most), where we may: as root.

    Linux weighs sessions against each other first, so a process's own niceness would do nothing.
    """
    with suppress(OSError):  # not root, or a kernel without autogroups
        Path(f"/proc/{pid}/autogroup").write_text(str(priority))
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, priority)


def _line_of(file: Path, key: str) -> str | None:
    for line in file.read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return None
