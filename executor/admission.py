"""Which requests can be run at all; checked before anything is made for them."""

import re

from executor.errors import InvalidRun
from executor.run import RunLimits, RunRequest
from executor.workspace import check_files

MAX_COMMAND_BYTES = 64 << 10  # arguments and environment; the kernel takes 128 KiB for one word
MAX_STDIN_BYTES = 1 << 20
MAX_CELLS = 1000  # columns or rows of a terminal
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_request(request: RunRequest, limits: RunLimits) -> None:
    """Let a request through.

    Raises:
        InvalidRun: files, entry, arguments, environment, input or terminal can't be as they are.
    """
    check_files(request.files, limits.workspace_bytes)
    if request.entry not in {file.path for file in request.files}:
        raise InvalidRun(f"there is no file {request.entry!r} to run")
    for name in request.env:
        if not _ENV_NAME.fullmatch(name):
            raise InvalidRun(f"{name!r} can't be the name of an environment variable")
    _check_words([*request.args, *request.env, *request.env.values()])
    if len(request.stdin or b"") > MAX_STDIN_BYTES:
        raise InvalidRun(f"the input has more than {MAX_STDIN_BYTES} bytes")
    size = request.terminal
    if size and not (1 <= size.cols <= MAX_CELLS and 1 <= size.rows <= MAX_CELLS):
        raise InvalidRun(f"a terminal can't have {size.cols} columns and {size.rows} rows")


def _check_words(words: list[str]) -> None:
    try:
        encoded = [word.encode() for word in words]
    except UnicodeEncodeError as error:
        raise InvalidRun("an argument or variable is not text that can be encoded") from error
    if any(b"\0" in word for word in encoded):
        raise InvalidRun("arguments and variables can't hold a NUL character")
    if sum(len(word) + 1 for word in encoded) > MAX_COMMAND_BYTES:
        raise InvalidRun(f"arguments and variables have more than {MAX_COMMAND_BYTES} bytes")
