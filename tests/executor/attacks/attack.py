"""What an attack is, and what attacks have in common."""

from dataclasses import dataclass, replace
from textwrap import dedent

from executor.run import RunLimits

MIB = 1 << 20
LIMITS = RunLimits(
    wall_seconds=5,
    cpu_seconds=1,
    compile_seconds=5,
    memory_bytes=128 * MIB,
    pids=64,
    file_bytes=32 * MIB,
    workspace_bytes=16 * MIB,
    tmp_bytes=16 * MIB,
)
PATIENT = replace(LIMITS, wall_seconds=40)  # a busy machine gives little CPU time in 5 s
TIMED_OUT = "timed out after 5 s"
OUT_OF_CPU = "CPU time limit of 1 s"
OUT_OF_MEMORY = "out of memory at 128 MiB"
DONE = "exited(0)"

# Beside every attack's main.py. A line that begins with BROKE is a hole.
HELD = dedent(
    """
    import ctypes, errno, os

    libc = ctypes.CDLL(None, use_errno=True)

    def refused(name, call):
        try:
            result = call()
        except OSError as error:
            print('held', name, errno.errorcode.get(error.errno, error), flush=True)
        else:
            print('BROKE', name, repr(result), flush=True)

    def libc_refused(name, call):
        result = call()
        code = ctypes.get_errno()
        print('held' if result < 0 else 'BROKE', name, errno.errorcode.get(code, code), flush=True)

    def expect(name, holds, *seen):
        print('held' if holds else 'BROKE', name, *seen, flush=True)
    """
)


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile program.

    Attributes:
        name: for the table, and unique.
        tries: what it does, for the table.
        source: of `runtime`; if that is Python, with `held` beside it; `{host_port}` and
            `{host_name}` are where a program of the host listens.
        outcomes: how it may end.
        limits: LIMITS or PATIENT.
        says: what it prints when it is at its worst; a neighbour's run begins then. Empty: at once.
    """

    name: str
    tries: str
    source: str
    outcomes: tuple[str, ...] = (DONE,)
    says: str = ""
    limits: RunLimits = LIMITS
    runtime: str = "python"


def attack(
    name: str, tries: str, source: str, *outcomes: str, says: str = "", limits: RunLimits = LIMITS
) -> Attack:
    """Return an attack whose source may be indented."""
    return Attack(name, tries, dedent(source).lstrip(), outcomes or (DONE,), says, limits)
