"""What is wrong with a policy that each of its parts allows: names of nothing, rules that cannot matter, promises that cannot be kept.

What is claimed is so: a rule is called blocked or impossible only where that is proven (`conditions.analysis`). Silence proves nothing.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from hypercare_rules.lint import asked, calendars, calling, labels, names, order, reviews, rules, team, times
from hypercare_rules.lint.draft import MORE, Draft
from hypercare_rules.lint.finding import Finding, Gravity
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release

__all__ = ["MORE", "Draft", "Finding", "Gravity", "errors", "lint", "unmatched"]


def lint(
    policy: Policy | Draft, now: datetime, trackers: Collection[str] = (), release: Release | None = None
) -> tuple[Finding, ...]:
    """Everything at once, errors first. `trackers` are the kinds in use, `jira` and `github`; `release` is whose policy it is."""
    draft = _draft(policy)
    timely = draft.own(_at(draft, now, trackers, release))
    return (*errors(draft), *sorted(timely, key=lambda finding: finding.severity is not Gravity.error))


def errors(policy: Policy | Draft) -> tuple[Finding, ...]:
    """All that keeps the policy from being used, whatever the time."""
    draft = _draft(policy)
    book = rules.RuleBook(draft)
    checks = (
        *(names.undefined_names, names.same_ids, names.ambiguous, asked.unknown_fields, labels.labels_of_ours),
        *(times.no_time, order.targets, order.tiers, order.phases, asked.impossible, asked.pauses),
    )
    of_rules = (rules.blocked, rules.never_lasting, calling.ended_already)
    found = (*(check(draft) for check in checks), *(check(book) for check in of_rules))
    return tuple(draft.own(finding for findings in found for finding in findings))


def unmatched(policy: Policy, matched: Collection[str], tickets: int) -> Iterator[Finding]:
    """The rules that held for none of so many tickets; `matched` are the ids of those that did."""
    return rules.unmatched(policy, matched, tickets)


def _draft(policy: Policy | Draft) -> Draft:
    return policy if isinstance(policy, Draft) else Draft(policy)


def _at(draft: Draft, now: datetime, trackers: Collection[str], release: Release | None) -> Iterator[Finding]:
    """What depends on the time, the release or the trackers, and what may be meant."""
    book = rules.RuleBook(draft)
    yield from rules.contradicting(book)
    yield from rules.idle(book)
    yield from labels.styles_of_nothing(draft)
    yield from calling.uncalled(draft)
    yield from team.roles_of_nobody(draft)
    yield from team.without_identity(draft, trackers)
    yield from times.late(draft, now)
    yield from times.news_after_the_end(draft, now)
    yield from order.stale(draft)
    yield from team.gaps(draft, now)
    if release:
        yield from calendars.run_out(draft, release, now)
        yield from reviews.never_held(draft, release, now)
