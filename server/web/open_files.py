"""How many files and connections this process may have open at once."""

import resource

ENOUGH = 65_536  # some systems have no limit, and programs that close every possible file


def limit() -> int:
    """The number in force."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ENOUGH if soft == resource.RLIM_INFINITY else soft


def raise_limit() -> None:
    """Takes what the system grants without asking; a usual start is 1,024."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if granted > limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
