"""Takes the README's pictures anew: the demo's summary as the sandbox shows it, and its report. Run as `python -m tests.e2e.browser.screenshots`.

The demo's time is fixed, so a picture changes with what it shows, with the fonts and with Chromium.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from tests.e2e.browser.chromium import DESK, PROGRAM, Scheme, chromium

from hypercare_sync.cli.group import cli
from hypercare_sync.demo.script import load
from hypercare_sync.demo.show import prepared

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ENDS = {"summary": "At risk soon", "report": "Times and targets"}
"""By its name: the heading before which a picture ends."""

_COLOURS = 256


def main(folder: Path = PICTURES) -> None:
    """Play the demo, and keep in `folder` how what it leaves looks."""
    if PROGRAM is None:
        sys.exit(
            "no chromium on the path; install it, and a font for its signs: apt-get install chromium fonts-noto-color-emoji"
        )
    folder.mkdir(exist_ok=True)
    story = load()
    with prepared(story, port=0) as show:
        *_, last = show.turns()
        report = show.config.with_name("report.html")
        (release,) = last.result.releases
        assert release.summary_url is not None
        now = last.result.now.isoformat()
        told = ["report", release.config.name, "-c", str(show.config), "--now", now, "-o", str(report)]
        cli.main(told, standalone_mode=False)
        with chromium() as browser:
            for name, address in (("summary", release.summary_url), ("report", report.as_uri())):
                for scheme in SCHEMES:
                    path = folder / f"{name}-{scheme}.png"
                    path.write_bytes(_small(_taken(browser, address, scheme, ENDS[name])))
                    print(path, path.stat().st_size, "bytes")  # noqa: T201 -- this is what it is asked for


def _taken(browser: Browser, address: str, scheme: Scheme, end: str) -> bytes:
    context = browser.new_context(viewport={"width": DESK, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto(address)
        box = page.get_by_role("heading", name=end, exact=True).bounding_box()
        assert box is not None
        return page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": DESK, "height": box["y"] - 16})
    finally:
        context.close()


def _small(taken: bytes) -> bytes:
    """The same picture in few colours, which takes a third of the room."""
    with Image.open(BytesIO(taken)) as whole, BytesIO() as small:
        whole.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        return small.getvalue()


if __name__ == "__main__":
    main()
