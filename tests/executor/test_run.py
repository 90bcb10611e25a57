from dataclasses import replace

import pytest

from executor.run import Exit, RunLimits, compile_failed, exited

LIMITS = RunLimits(cpu_seconds=10, memory_bytes=256 << 20, file_bytes=64 << 20)


@pytest.mark.parametrize(
    ("end", "text", "exit_code"),
    [
        (Exit(0, out_of_memory=False), "exited(0)", 0),
        (Exit(3, out_of_memory=False), "exited(3)", 3),
        (Exit(255, out_of_memory=False), "exited(255)", 255),
        (Exit(139, out_of_memory=False), "killed by signal 11 (SIGSEGV)", 139),
        (Exit(168, out_of_memory=False), "killed by signal 40 (SIG40)", 168),
        (Exit(152, out_of_memory=False), "CPU time limit of 10 s", None),
        (Exit(153, out_of_memory=False), "file size limit of 64 MiB", None),
        (Exit(137, out_of_memory=True), "out of memory at 256 MiB", None),
        (Exit(1, out_of_memory=True), "exited(1)", 1),
    ],
)
def test_the_outcome_names_how_it_ended(end: Exit, text: str, exit_code: int | None) -> None:
    outcome = exited(end, LIMITS)
    assert (outcome.text, outcome.exit_code) == (text, exit_code)


def test_asking_for_less_never_gets_more() -> None:
    asked = replace(LIMITS, wall_seconds=3, memory_bytes=1 << 40, cpus=0.5)
    assert asked.within(LIMITS) == replace(LIMITS, wall_seconds=3, cpus=0.5)


def test_sandboxes_differ_only_by_what_they_are_made_with() -> None:
    assert replace(LIMITS, wall_seconds=3, output_bytes=1).sandbox == LIMITS.sandbox
    assert replace(LIMITS, pids=9).sandbox != LIMITS.sandbox


def test_a_compiler_that_lost_a_process_for_want_of_memory_says_so() -> None:
    assert compile_failed(Exit(1, out_of_memory=True), LIMITS).text == (
        "compile failed: out of memory at 256 MiB"
    )
    assert compile_failed(Exit(1, out_of_memory=False), LIMITS).text == "compile failed: exited(1)"
