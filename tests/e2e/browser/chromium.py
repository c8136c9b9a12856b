"""Debian's Chromium, without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

PROGRAM = shutil.which("chromium")
"""Where it is; None where it is not installed."""

DESK, PHONE = 1280, 390
"""Widths of windows, in pixels."""
Scheme = Literal["light", "dark"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, for as long as the context lasts: while it runs nothing else in this thread can use asyncio."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=PROGRAM, args=["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]
        )
        yield browser
        browser.close()
