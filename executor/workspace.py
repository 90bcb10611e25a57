"""The workspace on its way into a sandbox: paths checked."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from executor.errors import InvalidRun
from executor.run import SourceFile

MAX_PATH_BYTES = 1024  # far below PATH_MAX (4096), of which the sandbox needs a little itself
MAX_NAME_BYTES = 255  # NAME_MAX of Linux file systems
MAX_FILES = 4096


def check_files(files: Iterable[SourceFile], max_bytes: int) -> None:
    """Refuse a workspace that can't be laid out safely below one directory.

    Raises:
        InvalidRun: a path is unsafe or there twice, one file lies below another, or it is too much.
    """
    seen: set[PurePosixPath] = set()
    total = 0
    for file in files:
        path = check_path(file.path)
        if path in seen:
            raise InvalidRun(f"two files are called {file.path!r}")
        seen.add(path)
        total += len(file.content)
    if len(seen) > MAX_FILES:
        raise InvalidRun(f"there are {len(seen)} files; {MAX_FILES} may be")
    if total > max_bytes:
        raise InvalidRun(f"the files have {total} bytes; {max_bytes} may be")
    for path in seen:
        for parent in path.parents:
            if parent in seen:
                raise InvalidRun(f"{str(parent)!r} is a file, so {str(path)!r} can't lie in it")


def check_path(path: str) -> PurePosixPath:
    """Return the path in parts.

    Raises:
        InvalidRun: it is not the plain relative path of a file (no `..`, no NUL, not too long).
    """
    try:
        encoded = path.encode()
    except UnicodeEncodeError:
        raise InvalidRun(f"{path!r} is not text that can be encoded") from None
    parts = encoded.split(b"/")
    if any(part in {b"", b".", b".."} for part in parts) or b"\0" in encoded:
        raise InvalidRun(f"{path!r} is not a relative path of a file inside the workspace")
    if len(encoded) > MAX_PATH_BYTES or any(len(part) > MAX_NAME_BYTES for part in parts):
        raise InvalidRun(f"the path {path[:40]!r}… is too long")
    return PurePosixPath(path)
