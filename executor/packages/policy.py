"""What an installation may use; the server's policy, never the request's."""

from dataclasses import dataclass

from executor.packages.egress import Host
from executor.run import MIB, SandboxLimits

MANAGER_BYTES = 512 * MIB  # memory of pip or npm itself, beside the files on their way
MAX_PROCESSES = 64
MAX_FILES = 100_000  # and directories


@dataclass(frozen=True, slots=True)
class InstallPolicy:
    """The quota of one room.

    Attributes:
        layer_bytes: of all packages as they are installed; as much may be downloaded.
        packages: how many, those included that others need.
        seconds: for one installation.
        hosts: from which files may come besides the index itself.
    """

    layer_bytes: int = 512 * MIB
    packages: int = 300
    seconds: float = 300
    hosts: frozenset[Host] = frozenset()

    @property
    def too_large(self) -> str:
        """What who wants more is told."""
        return (
            f"that is more than the {self.layer_bytes // MIB} MiB of packages that a room may have"
        )

    def limits(self) -> SandboxLimits:
        """Return the limits of its sandbox: all files pass through a bounded one in memory."""
        stage_bytes = self.layer_bytes * 3 // 2  # while archives and what they hold are both there
        return SandboxLimits(
            memory_bytes=stage_bytes + MANAGER_BYTES,
            pids=MAX_PROCESSES,
            file_bytes=self.layer_bytes,
            inodes=MAX_FILES,
            workspace_bytes=stage_bytes,
        )
