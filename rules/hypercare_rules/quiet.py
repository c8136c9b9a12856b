"""What nobody is told of: what ran at the baseline and has gone on since. It is remembered as such.

Times alone cannot tell it: what has no history (votes, duplicates, a component) looks as if it had always been so.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from hypercare_rules.model import Model
from hypercare_rules.policy import Policy
from hypercare_rules.release import Selector, SourceState
from hypercare_rules.ticket import Ref

_WIDTH = 8
MOST = 2000
"""How many digests are remembered: they share 32,768 characters (a property on Jira) with everything else that is."""


def mark(*parts: object) -> str:
    """A short digest by which something is known again, and that tells nobody what it is; eight hex digits."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:_WIDTH]


def episode_mark(ref: Ref, policy: str) -> str:
    """The digest of an episode of an escalation policy on a ticket."""
    return mark("episode", ref, policy)


def reason_mark(ref: Ref, name: str, subject: str) -> str:
    """The digest of a reason to tell people about a ticket."""
    return mark("reason", ref, name, subject)


def source_mark(state: SourceState, selector: Selector, policy: Policy) -> str:
    """The digest of a source as it is watched: with what selects its tickets, and with what the policy tells people of.

    Another one after an edit of these: what then counts as running for the first time may have run for long.
    """
    selected = (
        selector.version,
        sorted(selector.labels),
        selector.issue_type,
        selector.by_query,
        selector.take_planned,
    )
    escalation = [(name, *one.priorities) for name, one in policy.escalation.items()]
    rules = [(rule.id, *rule.then.escalate) for rule in policy.rules if rule.then.comment or rule.then.escalate]
    told = (*policy.comments.priorities, *policy.comments.conditions)
    return mark("source", state.tracker, state.label, selected, told, policy.assign.priorities, escalation, rules)


def _split(written: object) -> object:
    if isinstance(written, str):
        return frozenset(written[at : at + _WIDTH] for at in range(0, len(written), _WIDTH))
    return written


def _joined(digests: frozenset[str]) -> str:
    return "".join(sorted(digests))


Digests = Annotated[
    frozenset[str],
    BeforeValidator(_split),
    PlainSerializer(_joined, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]
"""Digests; written one after the other, sorted, so that the same are the same text."""


class Hushed(NamedTuple):
    """The digests of what is quiet about one ticket: its episodes, and its reasons to tell."""

    episodes: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()


class Quiet(Model):
    """The digests of what ran at the baseline and has gone on since; None where it was more than can be remembered.

    `sources` are those that this is known of: what one that is not among them brings is quiet by its times, and remembered from then on.
    """

    sources: Digests = frozenset()
    episodes: Digests | None = frozenset()
    reasons: Digests | None = frozenset()

    def after(self, running: Iterable[Hushed], sources: Mapping[str, bool]) -> "Quiet":
        """What the next tick is told, given what is quiet in this one, by ticket, and which sources could be read.

        What has ended is forgotten, but only where every source could be read: tickets that were not seen have not ended.
        """
        whole, quiet = all(sources.values()), tuple(running)
        episodes = _kept(self.episodes, (one.episodes for one in quiet), whole=whole)
        reasons = _kept(self.reasons, (one.reasons for one in quiet), whole=whole)
        if episodes is not None and len(episodes) > MOST:
            episodes = None
        if reasons is not None and len(episodes or ()) + len(reasons) > MOST:
            reasons = None
        read = frozenset(source for source, ok in sources.items() if ok)
        return Quiet(sources=read if whole else read | self.sources, episodes=episodes, reasons=reasons)


def _kept(known: frozenset[str] | None, running: Iterable[frozenset[str]], *, whole: bool) -> frozenset[str] | None:
    if known is None:
        return None
    return frozenset().union(*running, () if whole else known)


@dataclass(frozen=True, slots=True)
class Silence:
    """Whether nobody is told of something about a ticket, since it ran at the baseline already.

    `watched` says that `quiet` knows what ran of the ticket's source at the baseline.
    """

    baseline: datetime | None
    backfilled: bool
    quiet: Quiet
    watched: bool

    def episode(self, digest: str, surely: datetime) -> bool:
        """Whether an episode that surely did not begin before that time is quiet."""
        return self._hushes(self.quiet.episodes, digest, surely)

    def reason(self, digest: str, surely: datetime) -> bool:
        """Whether a reason to tell that surely did not arise before that time is quiet."""
        return self._hushes(self.quiet.reasons, digest, surely)

    def breaks_for(self, created: datetime) -> bool:
        """Whether nothing is quiet about a ticket that was created then."""
        return self.baseline is not None and created > self.baseline

    def _hushes(self, known: frozenset[str] | None, digest: str, surely: datetime) -> bool:
        if self.backfilled:
            return False
        if self.baseline is None:
            return True
        if surely > self.baseline:
            return False
        return not self.watched or known is None or digest in known
