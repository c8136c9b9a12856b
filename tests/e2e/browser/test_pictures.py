"""The README's pictures: there, small, with words for who does not see them, and taken anew by a command."""

import os
import re
import struct
from pathlib import Path

import pytest
from tests.e2e.browser import screenshots
from tests.e2e.browser.chromium import PROGRAM

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = re.findall(r'(?:src|srcset)="(docs/pictures/[^"]+)"', README)


def is_small_picture(path: Path) -> None:
    """It is a PNG as wide as a desk's window, with a palette."""
    data = path.read_bytes()
    assert len(data) < 100_000
    header, width, height, depth, colours = struct.unpack(">12x4sIIBB", data[:26])
    assert (header, width, depth, colours) == (b"IHDR", 1280, 8, 3)
    assert 800 < height < 2000


def test_summary_and_report_stand_in_the_readme_light_and_dark() -> None:
    both = {f"docs/pictures/{name}-{scheme}.png" for name in ("summary", "report") for scheme in ("light", "dark")}
    assert set(NAMES) == both
    assert len(re.findall(r'<img alt="[^"]{20,}" src="docs/pictures/', README)) == 2
    for name in NAMES:
        is_small_picture(ROOT / name)


@pytest.mark.slow
@pytest.mark.skipif(
    PROGRAM is None and "CI" not in os.environ, reason="no chromium on the path; install it: apt-get install chromium"
)
def test_command_takes_them_all_anew(tmp_path: Path) -> None:
    screenshots.main(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {Path(name).name for name in NAMES}
    for path in tmp_path.iterdir():
        is_small_picture(path)
