"""One installation inside its sandbox: resolve, then download and check, then save as a layer."""

from collections.abc import Sequence

from executor.errors import InstallFailed
from executor.languages import Runtime
from executor.packages.egress import Egress, Host
from executor.packages.manager import PROXY_PORT, PackageManager, Step
from executor.packages.policy import InstallPolicy
from executor.packages.sets import InstallState, Lock, Wanted
from executor.packages.telling import Telling
from executor.packages.tunnels import Tunnels
from executor.run import MIB, Stream
from executor.sandbox import Program, Sandbox

RELAY = "sandbox-relay"
LAYER = "/packages"  # where its sandbox has the volume that is to be filled
MAX_LOCK_BYTES = 16 * MIB  # pip's report holds the descriptions of all packages
MAX_WORD_BYTES = 4096
CPU_SECONDS = 3600  # wall time is what ends it
DISK_FULL = "No space left on device", "ENOSPC", "File too large", "EFBIG"
_CLEAR = "find", ".", "-mindepth", "1", "-maxdepth", "1", "!", "-path", "./cache"
_SAVE = (
    f'find "$0" -mindepth 1 -maxdepth 1 -exec cp -a -t {LAYER} {{}} + && sync -f {LAYER}'
    f" && du -s --apparent-size --block-size=1 {LAYER}"
)


class Installation:
    """Works in one sandbox, whose layer is still empty.

    Args:
        egress: the way out for the manager, which has none else.
        telling: is told how far it is.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        manager: PackageManager,
        runtime: Runtime,
        policy: InstallPolicy,
        telling: Telling,
    ) -> None:
        self._sandbox = sandbox
        self._manager = manager
        self._runtime = runtime
        self._policy = policy
        self._telling = telling

    async def sources(self) -> frozenset[Host]:
        """Return where the manager takes packages from, as it says itself."""
        printed = await self._offline(self._manager.sources(self._runtime), MAX_WORD_BYTES)
        return frozenset(Host.of(line) for line in printed.decode().split())

    async def resolve(self, wanted: Wanted, egress: Egress) -> Lock:
        """Decide on exact versions.

        What is there stays as it is, unless it can't be together with what is wanted now.

        Raises:
            InstallFailed: that can't be had; the message says why.
        """
        try:
            await self._resolve(wanted.requirements, wanted.kept, egress)
        except InstallFailed:
            if wanted.kept is None or egress.trouble or egress.is_exhausted:
                raise
            await self._clear()
            await self._resolve(wanted.requirements, None, egress)
        printed = await self._offline(self._manager.print_lock(), MAX_LOCK_BYTES)
        try:
            lock = self._manager.read_lock(printed, self._runtime, wanted.requirements)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise InstallFailed(f"that can't be locked: {error}") from error
        if len(lock.packages) > self._policy.packages:
            raise InstallFailed(
                f"that would be {len(lock.packages)} packages; a room may have"
                f" {self._policy.packages}"
            )
        return lock

    async def install(self, lock: Lock, egress: Egress) -> int:
        """Put what is locked into the layer, every file checked; return the layer's bytes.

        Raises:
            InstallFailed: it can't be had, or is too much.
        """
        await self._clear()
        pattern, count = self._manager.downloaded, len(lock.packages)
        self._telling.enter(InstallState.DOWNLOADING, 30, 90, pattern, count)
        await self._online(self._manager.install(self._runtime, lock), egress)
        self._telling.enter(InstallState.SAVING, 90, 100)
        printed = await self._offline(
            Step(argv=("sh", "-c", _SAVE, self._manager.layer)), MAX_WORD_BYTES
        )
        size = int(printed.split()[0])
        if size > self._policy.layer_bytes:
            raise InstallFailed(self._policy.too_large)
        return size

    async def _resolve(
        self, requirements: Sequence[str], kept: Lock | None, egress: Egress
    ) -> None:
        self._telling.enter(InstallState.RESOLVING, 0, 30)
        await self._online(self._manager.resolve(self._runtime, requirements, kept), egress)

    async def _clear(self) -> None:
        """Remove what the last step worked with, but for what it downloaded."""
        await self._offline(Step(argv=(*_CLEAR, "-exec", "rm", "-r", "{}", "+")), MAX_WORD_BYTES)

    async def _online(self, step: Step, egress: Egress) -> None:
        """Run a command with a way out; what it prints is for people."""
        await self._sandbox.begin(self._program(step, (RELAY, str(PROXY_PORT), *step.argv)))
        async with Tunnels(self._sandbox.write, egress.serve) as tunnels:
            while not egress.is_exhausted and (chunk := await self._sandbox.read()) is not None:
                if chunk.stream is Stream.STDERR:
                    self._telling.feed(chunk.data)
                else:
                    tunnels.feed(chunk.data)
        if egress.is_exhausted:
            raise InstallFailed(self._policy.too_large)
        await self._check_end(list(self._telling.log), egress.trouble)

    async def _offline(self, step: Step, max_bytes: int) -> bytes:
        """Run a command and return what it prints."""
        await self._sandbox.begin(self._program(step, step.argv))
        printed, errors = bytearray(), bytearray()
        while (chunk := await self._sandbox.read()) is not None:
            gathered = errors if chunk.stream is Stream.STDERR else printed
            gathered += chunk.data
            if len(gathered) > max_bytes:
                raise InstallFailed(f"{step.argv[0]} printed more than {max_bytes} bytes")
        await self._check_end(errors.decode(errors="replace").splitlines())
        return bytes(printed)

    async def _check_end(self, log: Sequence[str], trouble: str = "") -> None:
        end = await self._sandbox.end()
        if end.code == 0:
            return
        if end.out_of_memory or any(words in line for line in log for words in DISK_FULL):
            raise InstallFailed(self._policy.too_large)
        raise InstallFailed(trouble or self._manager.explain(log))

    def _program(self, step: Step, argv: tuple[str, ...]) -> Program:
        return Program(
            argv=argv,
            env=step.env,
            files=step.files,
            wall_seconds=self._policy.seconds,
            cpu_seconds=CPU_SECONDS,
        )
