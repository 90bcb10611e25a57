#!/usr/bin/env python3
"""Sums JUnit reports into one closing line; a skipped test or a missing report counts as failed."""

import sys
from pathlib import Path
from xml.etree import ElementTree

OTHER_THAN_PASSED = ("failure", "error", "skipped")


def tally(report: Path) -> tuple[int, int]:
    """Returns how many tests of one report passed and how many did not."""
    if not report.exists():
        print(f"no report: {report}")
        return 0, 1
    cases = list(ElementTree.parse(report).iter("testcase"))
    not_passed = [case for case in cases if any(list(case.iter(tag)) for tag in OTHER_THAN_PASSED)]
    for case in not_passed:
        print(f"not passed: {report.stem}: {case.get('classname')}::{case.get('name')}")
    return len(cases) - len(not_passed), len(not_passed)


def main() -> int:
    """Prints the totals of the reports named on the command line."""
    counts = [tally(Path(name)) for name in sys.argv[1:]]
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
