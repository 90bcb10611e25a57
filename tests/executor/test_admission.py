from dataclasses import replace
from typing import Any

import pytest

from executor.admission import MAX_COMMAND_BYTES, MAX_STDIN_BYTES, check_request
from executor.errors import InvalidRun
from executor.languages import Runtime
from executor.run import RunLimits, RunRequest, SourceFile, TerminalSize


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"entry": "other.py"}, "no file 'other.py' to run"),
        ({"files": (SourceFile("../main.py", b""),)}, "not a relative path"),
        ({"args": ("a\0b",)}, "NUL"),
        ({"args": ("\ud800",)}, "encoded"),
        ({"args": ("x" * MAX_COMMAND_BYTES,)}, "more than"),
        ({"env": {"A B": "x"}}, "'A B' can't be the name"),
        ({"env": {"A=B": "x"}}, "'A=B' can't be the name"),
        ({"env": {"A": "\0"}}, "NUL"),
        ({"stdin": bytes(MAX_STDIN_BYTES + 1)}, "the input has more"),
        ({"terminal": TerminalSize(0, 24)}, "0 columns"),
        ({"terminal": TerminalSize(80, 100_000)}, "100000 rows"),
    ],
)
def test_a_request_that_cannot_be_run_is_refused(
    python: Runtime, change: dict[str, Any], message: str
) -> None:
    request = RunRequest("room", python, (SourceFile("main.py", b""),), "main.py")
    check_request(request, RunLimits())
    with pytest.raises(InvalidRun, match=message):
        check_request(replace(request, **change), RunLimits())
