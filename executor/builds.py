"""What compilers have made, kept so that the same text is not compiled twice.

A room reads its own builds only: compilers run code that comes from the text (macros, constant
expressions, build scripts), and what that code writes is trusted by nobody else.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from executor.languages import Runtime
from executor.output import Piece
from executor.run import SourceFile
from executor.sandbox import Program

MAX_MESSAGE_BYTES = 64 << 10
LARGEST_SHARE = 4  # of the whole, that one build may take


@dataclass(frozen=True, slots=True)
class Build:
    """A compiler's results, and what it said: warnings are to be seen each time.

    Attributes:
        files: their paths are relative to BUILD_DIRECTORY.
    """

    files: tuple[SourceFile, ...]
    messages: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Bytes, near enough: paths and contents."""
        in_files = sum(len(file.path) + len(file.content) for file in self.files)
        return in_files + sum(len(piece.data) for piece in self.messages)


class BuildCache:
    """Builds by the digest of all that they come from; the longest unused go first.

    Args:
        max_bytes: of all together; 0 keeps none.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_build_bytes = max_bytes // LARGEST_SHARE
        self._max_bytes = max_bytes
        self._bytes = 0
        self._builds: OrderedDict[bytes, Build] = OrderedDict()

    def get(self, key: bytes) -> Build | None:
        """Return a build, if it is still there."""
        if key in self._builds:
            self._builds.move_to_end(key)
        return self._builds.get(key)

    def put(self, key: bytes, build: Build) -> None:
        """Keep a build, unless it is too large or the compiler said too much."""
        said = sum(len(piece.data) for piece in build.messages)
        if build.size > self.max_build_bytes or said > MAX_MESSAGE_BYTES:
            return
        self._drop(key)
        self._builds[key] = build
        self._bytes += build.size
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._builds)))

    def _drop(self, key: bytes) -> None:
        dropped = self._builds.pop(key, None)
        if dropped is not None:
            self._bytes -= dropped.size


def build_key(room: str, runtime: Runtime, compiler: Program) -> bytes:
    """Return the digest of what a build comes from.

    The runtime stands for its toolchain: its image does not change while a server lives, and
    neither do builds outlive it.
    """
    digest = hashlib.sha256()
    has_terminal = compiler.terminal is not None
    for words in (
        (room, runtime.id, str(has_terminal)),
        compiler.argv,
        tuple(f"{name}={value}" for name, value in sorted(compiler.env.items())),
    ):
        digest.update(repr(words).encode())
    for file in compiler.files:
        digest.update(repr((file.path, len(file.content))).encode() + file.content)
    return digest.digest()
