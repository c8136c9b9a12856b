"""Open tickets of different incidents that may be one problem: suggested to people, never merged.

Their titles say much the same, or one names the other, of another tracker, without saying how they belong together.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from hypercare_rules.assess import Assessment
from hypercare_rules.ticket import Ref, Ticket

ENOUGH = 0.6
"""The share of the words of two titles that both must have."""

_FEWEST = 3  # of shared words: "login broken" says too little
_MOST = 30  # of titles with a word that one is held against: where even rare words are in more, all are much the same
_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = frozenset(
    ("a", "after", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "cannot", "does", "for", "from",
     "get", "gets", "has", "have", "if", "in", "into", "is", "it", "its", "my", "no", "not", "of", "on", "or", "our", "so", "some",
     "that", "the", "their", "then", "there", "this", "to", "up", "was", "we", "were", "when", "while", "with", "without", "you",
     "your")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Similar:
    """Two tickets, the first by reference first: the words that their titles share, and whether one names the other."""

    tickets: tuple[Ticket, Ticket]
    words: frozenset[str]
    named: bool


def similar(assessment: Assessment) -> tuple[Similar, ...]:
    """The pairs of open tickets that may be one problem, sorted by reference."""
    incident = {ref: number for number, one in enumerate(assessment.incidents) for ref in one.tickets}
    tickets = {one.ticket.ref: one.ticket for one in assessment.open}
    words = {ref: title_words(ticket.title) for ref, ticket in tickets.items()}
    named = {pair for pair in assessment.mentions if pair[0] in tickets and pair[1] in tickets}
    alike = {min(pair, pair[::-1]) for pair in _near(words) if incident[pair[0]] != incident[pair[1]]}
    return tuple(
        Similar((tickets[one], tickets[other]), words[one] & words[other], (one, other) in named)
        for one, other in sorted(named | alike)
    )


def title_words(title: str) -> frozenset[str]:
    """The words of a title that tell it from others, without case and without a plural's s."""
    words = (word for word in _WORD.findall(title.casefold()) if word not in _STOP_WORDS)
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word for word in words)


def _near(words: dict[Ref, frozenset[str]]) -> Iterator[tuple[Ref, Ref]]:
    """The pairs that share enough of their words, each once.

    Two titles that do have one of their rarest words in common, so only those are looked up.
    """
    frequency = Counter(word for mine in words.values() for word in mine)
    having: defaultdict[str, list[Ref]] = defaultdict(list)
    for ref, mine in sorted(words.items()):
        rarest = sorted(mine, key=lambda word: (frequency[word], word))[: len(mine) - ceil(ENOUGH * len(mine)) + 1]
        for other in sorted({other for word in rarest for other in having[word][-_MOST:]}):
            shared = len(mine & words[other])
            if shared >= _FEWEST and shared >= ENOUGH * (len(mine) + len(words[other]) - shared):
                yield other, ref
        for word in rarest:
            having[word].append(ref)
