"""What debuggers say, and what of it is told."""

import pytest

from executor.debugger_files import load_debuggers
from executor.words import BROKEN_OFF, GONE, NOTHING, about_expression, is_gone, plain, told

DEBUGPY, GDB = load_debuggers()["debugpy"], load_debuggers()["gdb"]
SYNTAX = """\
Traceback (most recent call last):
  File "/opt/debugpy/debugpy/_vendored/pydevd/_pydevd_bundle/pydevd_comm.py", line 1258, in internal
    exec_result = pydevd_vars.evaluate_expression(py_db, frame, expression, is_exec=True)
  File "/opt/debugpy/debugpy/_vendored/pydevd/_pydevd_bundle/pydevd_vars.py", line 406, in new_func
    return _run_with_unblock_threads(original_func)
                                    ^^^^^^^^^^^^^^^
  File "<string>", line 1
    1 +
      ^
SyntaxError: invalid syntax
"""
RAISED = """\
Traceback (most recent call last):
  File "<string>", line 1, in <module>
  File "/room/lib/main.py", line 3, in f
    b = a + 1
        ~~^~~
  File "/usr/lib/python3.13/json/decoder.py", line 344, in decode
    obj, end = self.raw_decode(s)
TypeError: can only concatenate
two lines
"""


def test_a_traceback_is_told_without_the_debuggers_own_frames() -> None:
    assert about_expression(SYNTAX, DEBUGPY) == (
        "Traceback (most recent call last):\n"
        '  File "<string>", line 1\n    1 +\n      ^\nSyntaxError: invalid syntax'
    )
    assert about_expression(RAISED, DEBUGPY) == (
        "Traceback (most recent call last):\n"
        '  File "<string>", line 1, in <module>\n'
        '  File "lib/main.py", line 3, in f\n    b = a + 1\n        ~~^~~\n'
        "TypeError: can only concatenate\ntwo lines"
    )
    inner = "\n".join(line for line in SYNTAX.splitlines() if "<string>" not in line)
    assert told(inner.replace("    1 +\n      ^\n", "")) == "SyntaxError: invalid syntax"


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("NameError: name 'nope' is not defined", "NameError: name 'nope' is not defined"),
        ('No symbol "nope" in current context.', 'No symbol "nope" in current context.'),
        ("cannot open /room/data.txt", "cannot open data.txt"),
        ("", NOTHING),
        ("x" * 9000, "x" * 4000),
    ],
)
def test_what_is_about_an_expression_is_told(said: str, is_told: str) -> None:
    assert about_expression(said, DEBUGPY) == is_told


def test_an_expression_that_was_broken_off_is_told_in_our_words() -> None:
    assert about_expression("KeyboardInterrupt: ", DEBUGPY) == BROKEN_OFF
    timed_out = "The program being debugged timed out while in a function called from GDB.\nGDB has"
    assert about_expression(timed_out, GDB) == BROKEN_OFF


@pytest.mark.parametrize(
    "said",
    [SYNTAX, "", "No more messages", "see /usr/share/gdb/x.py", "one\ntwo", "exec: /opt/d/dap"],
)
def test_what_only_its_makers_understand_is_told_in_our_words(said: str) -> None:
    assert plain(said, "ours") == "ours"


@pytest.mark.parametrize("said", ["Breakpoint in file that does not exist.", "a/b is not c"])
def test_what_people_understand_stays(said: str) -> None:
    assert plain(said, "ours") == said


def test_a_debugger_that_is_gone_says_so_in_many_words() -> None:
    assert is_gone("No more messages")
    assert not is_gone("NameError: No more messages are here")
    assert "debugger" in GONE
