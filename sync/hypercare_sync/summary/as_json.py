"""The summary as JSON, for scripts: `hypercare-sync/summary/1`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypercare_rules.metrics import Kept, Service, Spread
from hypercare_rules.release import SourceState
from hypercare_sync.assessed_json import handover_json
from hypercare_sync.summary.asking import Question
from hypercare_sync.summary.changes import Changes
from hypercare_sync.summary.document import summary_title
from hypercare_sync.summary.shown import Criterion, Listing, Named, Row, Shown
from hypercare_sync.summary.view import SummaryView


def summaries_json(views: Iterable[SummaryView], now: datetime) -> dict[str, Any]:
    """One document for all releases; moments in UTC, lengths of time in seconds."""
    return {"schema": "hypercare-sync/summary/1", "now": _at(now), "releases": [_summary(view) for view in views]}


def _summary(view: SummaryView) -> dict[str, Any]:
    review = view.next_review
    return {
        "release": view.release.name,
        "title": summary_title(view),
        "phase": view.phase,
        "day": view.day,
        "days": view.release.days,
        "health": view.health,
        "reasons": list(view.reasons),
        "lower_bounds": view.stale,
        "tickets": view.tickets,
        "incidents": view.incidents,
        "planned": view.planned,
        "decisions": [_question(one) for one in view.asked.questions],
        "decisions_hidden": view.asked.hidden,
        "burning": _listing(view.burning),
        "at_risk_soon": {"by": _at(view.horizon), **_listing(view.soon)},
        "since": _changes(view.changes),
        "exit": [_criterion(one) for one in view.exit],
        "expected_exit": _at(view.expected_exit),
        "handover": handover_json(view.ending.handover) if view.ending else None,
        "untagged": _listing(view.untagged),
        "possibly_same": [[_ticket(one), _ticket(other)] for one, other in view.asked.alike],
        "on_call": [{"who": list(duty.who), "until": _at(duty.until)} for duty in view.on_call],
        "next_review": {"at": _at(review.at), "review": review.review, "who": list(review.who)} if review else None,
        "counts": {name: dict(each) for name, each in view.counts.items()},
        "kinds": {name: dict(each) for name, each in view.kinds.items()},
        "by_day": [
            {"date": day.date.isoformat(), "new": day.new, "resolved": day.resolved, "reopened": day.reopened, "open": day.open}
            for day in view.days
        ],
        "targets": _services({"all": view.served.all, **view.served.by_priority}),
        "targets_by_kind": _services(view.served.by_kind),
        "customers": {
            "reported": view.said.reported,
            "customers": view.said.customers,
            "votes": view.said.votes,
            "reactions": view.said.reactions,
            "comments": view.said.comments,
        },
        "sources": [_source(source) for source in view.sources],
        "links": [{"text": link.text, "url": link.url} for link in view.links],
    }  # fmt: skip


def _question(question: Question) -> dict[str, Any]:
    return {
        "ask": question.ask,
        "who": list(question.who),
        "why": question.why,
        "since": _at(question.since),
        **_named(question.tickets),
    }


def _listing(listing: Listing) -> dict[str, Any]:
    return {"rows": [_row(row) for row in listing.rows], "hidden": dict(listing.hidden)}


def _row(row: Row) -> dict[str, Any]:
    return {
        "priority": row.priority or None,
        "by_hand": row.by_hand,
        "why": row.why,
        "tickets": [_ticket(one) for one in row.tickets],
        "clock": row.clock,
        "owner": row.owner,
        "next_call": row.next_call,
        "age_days": row.age_days,
        "note": row.note,
        "runbooks": [one.url for one in row.runbooks],
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "moment": _at(changes.moment),
        "at_review": changes.at_review,
        "new": _listing(changes.new),
        "resolved": _named(changes.resolved),
        "reopened": _named(changes.reopened),
        "escalated": _named(changes.escalated),
        "other_priority": [
            {**_ticket(one.ticket), "before": one.before, "after": one.after, "why": one.why}
            for one in changes.reranked
        ],
        "other_priority_hidden": changes.reranked_others,
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    state = criterion.state
    return {
        "id": state.id,
        "met": state.met,
        "evidence": state.evidence,
        "held_since": _at(state.held_since),
        "forecast": _at(state.forecast),
        **_named(criterion.tickets),
    }


def _services(services: Mapping[Any, Service]) -> dict[str, Any]:
    return {
        str(name): {
            "tickets": one.tickets,
            "open": one.open,
            "reopened": one.reopened,
            "acknowledge": _kept(one.acknowledge),
            "resolve": _kept(one.resolve),
            "time_to_acknowledge": _spread(one.to_acknowledge),
            "time_to_resolve": _spread(one.to_resolve),
            "lower_bounds": one.lower_bounds,
        }
        for name, one in services.items()
    }


def _kept(kept: Kept) -> dict[str, int]:
    return {"met": kept.met, "missed": kept.missed, "late": kept.late, "running": kept.running}


def _spread(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    lengths = {"mean": spread.mean, "median": spread.median, "p90": spread.p90, "longest": spread.longest}
    return {"number": spread.number, **{name: _seconds(length) for name, length in lengths.items()}}


def _source(source: SourceState) -> dict[str, Any]:
    return {
        "source": source.label,
        "tickets": len(source.tickets),
        "as_of": _at(source.as_of),
        "stale": source.problem is not None,
    }


def _named(named: Named) -> dict[str, Any]:
    return {"tickets": [_ticket(one) for one in named.tickets], "others": named.others}


def _ticket(shown: Shown) -> dict[str, Any]:
    return {"key": shown.key, "url": shown.url, "title": shown.title}


def _at(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())
