"""How long the summary of a busy release takes, from the assessment to the text that a tracker takes.

python benchmarks/summary.py [--tickets 2000]
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from assess import NOW, policy, world  # the tickets of the benchmark beside this one

from hypercare_rules.assess import assess
from hypercare_rules.ticket import Audience
from hypercare_sync.garbage import look_rarely
from hypercare_sync.summary import summary_document, summary_view
from hypercare_sync.text import html, markdown
from hypercare_sync.text.shorten import fit
from hypercare_sync.trackers.github.writer import BODY_LIMIT
from hypercare_sync.trackers.jira.texts import Texts

AIM = 1  # second for two thousand, on any one tracker

T = TypeVar("T")


def main() -> None:
    """Measure each step."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tickets", type=int, default=2000)
    number, rules = options.parse_args().tickets, policy()
    look_rarely()  # as every tick does
    assessment = assess(world(number), rules, NOW)
    print(
        f"{number} tickets, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds are those of this process alone"
    )
    view = _timed("figures and rows", lambda: summary_view(assessment, rules, Audience.restricted))
    document = _timed("document", lambda: summary_document(view))
    _timed("within GitHub's limit", lambda: fit(document, lambda one: len(markdown.render(one)), BODY_LIMIT))
    for cloud, name in ((True, "Jira Cloud's"), (False, "Jira Data Center's")):
        _timed(f"within {name} limit", partial(Texts(cloud=cloud).sent, document, str))
    _timed("a page", lambda: html.render(document))
    print(f"(aim: {AIM * number / 2000:.1f} s for the first two and any one of the others)")


def _timed(name: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    made = work()
    print(f"{name:32} {time.process_time() - start:6.2f} s")
    return made


if __name__ == "__main__":
    main()
