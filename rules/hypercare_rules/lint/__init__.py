"""What is wrong with a policy that each of its parts allows: names of nothing, rules that cannot matter, promises that cannot be kept.

What is claimed is so: a rule is called blocked or impossible only where that is proven (`conditions.analysis`). Silence proves nothing.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from hypercare_rules.lint import asked, calendars, calling, labels, names, reviews, rules, team, times
from hypercare_rules.lint.finding import Finding, Gravity
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release

__all__ = ["Finding", "Gravity", "errors", "lint", "unmatched"]


def lint(
    policy: Policy, now: datetime, trackers: Collection[str] = (), release: Release | None = None
) -> tuple[Finding, ...]:
    """Everything at once, errors first. `trackers` are the kinds in use, `jira` and `github`; `release` is whose policy it is."""
    timely = sorted(_at(policy, now, trackers, release), key=lambda finding: finding.severity is not Gravity.error)
    return (*errors(policy), *timely)


def errors(policy: Policy) -> tuple[Finding, ...]:
    """All that keeps the policy from being used, whatever the time. Of conditions with unknown fields nothing more is said."""
    named = (*names.undefined_names(policy), *names.same_ids(policy), *names.ambiguous(policy))
    unknown = tuple(asked.unknown_fields(policy))
    plain = (*named, *unknown, *labels.labels_of_ours(policy), *times.no_time(policy))
    if unknown:
        return plain
    proven = (asked.impossible, asked.pauses, rules.blocked, rules.never_lasting, calling.ended_already)
    return (*plain, *(finding for find in proven for finding in find(policy)))


def unmatched(policy: Policy, matched: Collection[str], tickets: int) -> Iterator[Finding]:
    """The rules that held for none of so many tickets; `matched` are the ids of those that did."""
    return rules.unmatched(policy, matched, tickets)


def _at(policy: Policy, now: datetime, trackers: Collection[str], release: Release | None) -> Iterator[Finding]:
    """What depends on the time, the release or the trackers, and what may be meant."""
    if not any(asked.unknown_fields(policy)):
        yield from rules.contradicting(policy)
    yield from labels.styles_of_nothing(policy)
    yield from calling.uncalled(policy)
    yield from team.roles_of_nobody(policy)
    yield from team.without_identity(policy, trackers)
    if not any(names.undefined_names(policy)):
        yield from times.order(policy, now)
        yield from times.news_after_the_end(policy, now)
        yield from times.stale_order(policy)
        yield from team.gaps(policy, now)
        if release:
            yield from calendars.run_out(policy, release, now)
            yield from reviews.never_held(policy, release, now)
