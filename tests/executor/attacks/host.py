"""What of the host must not notice an attack: a file, a process, listeners."""

import asyncio
import os
import secrets
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

# Of the process, where we may choose: not root, whom no sandbox could signal anyway.
USER = 1000


@dataclass(slots=True)
class Host:
    """The canaries.

    Attributes:
        port: where one listens on all interfaces.
        name: the abstract Unix socket where one listens.
    """

    file: Path
    process: asyncio.subprocess.Process
    port: int
    name: str
    callers: list[str] = field(default_factory=list)
    before: tuple[object, ...] = ()

    def look(self) -> tuple[object, ...]:
        """Return all that an attack could change; the same each time, if none did."""
        status = self.file.stat()
        process = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        state = "stopped" if process[0] in "tTZX" else "well"
        owner = (status.st_uid, status.st_gid, status.st_mode, status.st_nlink, status.st_mtime_ns)
        names = tuple(sorted(path.name for path in self.file.parent.iterdir()))
        return self.file.read_bytes(), owner, names, state, tuple(self.callers)


@asynccontextmanager
async def watched(directory: Path) -> AsyncGenerator[Host]:
    """Put the canaries up."""
    file = directory / "canary"
    file.write_bytes(secrets.token_bytes(64))
    file.chmod(0o666)
    user = USER if os.getuid() == 0 else None
    process = await asyncio.create_subprocess_exec("sleep", "infinity", stdin=DEVNULL, user=user)
    name = f"codlab-canary-{secrets.token_hex(4)}"
    callers: list[str] = []

    def called(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(str(writer.get_extra_info("sockname")))
        writer.close()

    # Whoever could reach the host at all reaches this one.
    tcp = await asyncio.start_server(called, "0.0.0.0", 0)
    unix = await asyncio.start_unix_server(called, f"\0{name}")
    async with tcp, unix:
        host = Host(file, process, tcp.sockets[0].getsockname()[1], name, callers)
        host.before = host.look()
        try:
            yield host
        finally:
            process.kill()
            await process.wait()
