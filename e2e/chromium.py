"""The distribution's own browser, as Playwright is to start it."""

import shutil
from typing import Any


def launch_options() -> dict[str, Any]:
    """What tests and screenshots launch it with.

    Raises:
        RuntimeError: it is not installed.
    """
    chromium = shutil.which("chromium")
    if not chromium:
        raise RuntimeError("Chromium is not installed; scripts/test-setup installs it")
    arguments = [
        "--no-sandbox",  # tests may run as root, where Chromium's own sandbox does not start
        "--disable-dev-shm-usage",
        # Several pages are open at once, and all must go on working while another is in front.
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
    ]
    return {"executable_path": chromium, "args": arguments}
