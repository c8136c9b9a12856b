"""A release's sources, and where its summary lives, in the words of the trackers' ports."""

from hypercare_rules.conditions import fields_in
from hypercare_rules.policy import Policy
from hypercare_rules.release import Selector
from hypercare_rules.ticket import Audience
from hypercare_sync.config import GithubSource, JiraSource, ReleaseConfig
from hypercare_sync.observed import SummaryPlace
from hypercare_sync.trackers.port import Source


def sources_of(release: ReleaseConfig, policy: Policy) -> tuple[Source, ...]:
    """What is read for the release."""
    found, summary = [], summary_place(release, policy)
    asks_blockers = any("open_blockers" in fields_in(one, policy.declared) for _, one in policy.conditions())
    for source in release.sources:
        issue_type, components = None, frozenset[str]()
        match source:
            case GithubSource():
                place, version, query, issue_type = source.repo, source.milestone, None, source.issue_type
            case JiraSource():
                place, version, query = source.project or "", source.version, source.jql
                components = frozenset(source.components)
        selector = Selector(
            version=version,
            labels=frozenset(source.labels),
            components=components,
            issue_type=issue_type,
            by_query=query is not None,
            take_planned=source.scope == "all",
            suggest_untagged=release.untagged == "suggest",
        )
        beside = (source.tracker, place) == (summary.tracker, summary.place)
        found.append(
            Source(
                tracker=source.tracker,
                place=place,
                selector=selector,
                go_live=release.go_live,
                label_prefix=policy.label_prefix,
                query=query,
                audience=Audience[source.audience] if source.audience else None,
                summary_label=summary.label if beside else None,
                asks_blockers=asks_blockers,
                fields=policy.native_fields if source.kind == "jira" else frozenset(),
                asks_organisations=policy.asks_organisations and source.kind == "jira",
                managed_labels=policy.managed_labels - {summary.label},
            )
        )
    return tuple(found)


def summary_place(release: ReleaseConfig, policy: Policy) -> SummaryPlace:
    """Where its summary lives."""
    summary, label = release.summary, policy.summary_label
    style = policy.label_style(label)
    if summary.kind == "github":
        return SummaryPlace(summary.tracker, summary.repo, label, style=style)
    return SummaryPlace(summary.tracker, summary.project, label, summary.issue_type, style)
