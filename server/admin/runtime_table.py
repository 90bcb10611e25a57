"""The page of the documentation that lists the languages, made from their self-tests."""

from collections.abc import Sequence
from dataclasses import dataclass

from executor.self_test import Report

MB = 10**6

INTRODUCTION = """\
# Languages

What rooms can run, each as its self-test found it: `make test-languages` builds every image, runs
every template in its locked-down container within the limits that a server has by default, compares
what it prints, and writes this page.

*Debugger* is what its programs are debugged with, where they can be; `make test-languages` runs a
session with each: break, look, change, step, log, type, fail, end.

*Image* is what the language is installed in, with its size; languages of one image share it, and
images share what they stand on. *Compile* and *run* are the times of the template on the machine
that made this page (two shared cores), the container's start left out.
"""
HEAD = """
| language | version | id | image | MB | compile | run | debugger |
|---|---|---|---|--:|--:|--:|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one runtime; the size is in bytes."""

    report: Report
    image_bytes: int


def language_page(rows: Sequence[Row]) -> str:
    """The page, in Markdown."""
    images = {row.report.runtime.image for row in rows}
    languages = {row.report.runtime.language for row in rows}
    counts = f"\n{len(languages)} languages, {len(rows)} runtimes, {len(images)} images.\n"
    return INTRODUCTION + counts + HEAD + "".join(map(_line, rows))


def _line(row: Row) -> str:
    runtime, report = row.report.runtime, row.report
    cells = [
        runtime.name,
        _version(report),
        f"`{runtime.id}`",
        runtime.image,
        f"{row.image_bytes / MB:.0f}",
        f"{report.compile_seconds:.1f} s" if runtime.compile else "",
        f"{report.run_seconds:.1f} s",
        runtime.debugging.debugger.name if runtime.debugging else "",
    ]
    return f"| {' | '.join(cells)} |\n"


def _version(report: Report) -> str:
    """The version as people name it, with the number in full: `GCC 14.2.0`."""
    *words, _ = report.runtime.version.split()
    return " ".join([*words, report.toolchain])
