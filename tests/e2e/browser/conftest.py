"""Pages in a real browser: Debian's Chromium, driven by Playwright.

`visit` opens an address or a file at a width, light or dark, and returns a `Visit`: the page, what its console said, and what it asked
the network for. `Visit.faults()` is what axe-core finds serious. Without Chromium the tests skip; with CI set they fail.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route
from tests.e2e.browser.chromium import DESK, PROGRAM, Scheme, chromium

_GRAVE = ("serious", "critical")


@dataclass
class Visit:
    """A page that somebody looks at. `asked` is what it wanted from elsewhere, and did not get: other servers, or of a file anything."""

    page: Page
    console: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """What keeps people from using the page, as far as axe-core finds it: the serious and the critical."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate("() => axe.run()")
        return [
            f"{one['id']}: {node['html']}: {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in _GRAVE
            for node in one["nodes"]
        ]

    def fits(self) -> bool:
        """Whether the page is no wider than the window."""
        fits: bool = self.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        return fits


Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, only as long as a module needs it: while it runs no other test could use asyncio."""
    if PROGRAM is None:
        reason = "no chromium on the path; install it: apt-get install chromium"
        (pytest.fail if "CI" in os.environ else pytest.skip)(reason)
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    """Opens a page; more than one if need be."""
    contexts = []

    def opened(address: str | Path, width: int = DESK, scheme: Scheme = "light", *, script: bool = True) -> Visit:
        url = address.as_uri() if isinstance(address, Path) else address
        home = url if isinstance(address, Path) else "/".join(url.split("/", 3)[:3])
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        visit = Visit(context.new_page())

        def answer(route: Route) -> None:
            if route.request.url.startswith(home):
                route.continue_()
            else:
                visit.asked.append(route.request.url)
                route.abort()

        def said(message: ConsoleMessage) -> None:
            visit.console.append(message.text)

        visit.page.route("**/*", answer)
        visit.page.on("console", said)
        visit.page.on("pageerror", lambda error: visit.console.append(str(error)))
        visit.page.goto(url)
        return visit

    yield opened
    for context in contexts:
        context.close()
