"""The record for scripts: the document `hypercare-sync/report/1`, which docs/report.md describes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hypercare_rules.clocks import Clock, ClockName
from hypercare_rules.metrics import Kept, Service, Spread
from hypercare_rules.record import Breach, Happening, TicketRecord
from hypercare_sync.assessed_json import handover_json
from hypercare_sync.record.course import course
from hypercare_sync.record.view import IncidentStory, RecordView
from hypercare_sync.wording import iso

SCHEMA = "hypercare-sync/report/1"


def record_json(view: RecordView) -> dict[str, Any]:
    """The record as one document: times in UTC, lengths in seconds."""
    release, of = view.release, view.metrics
    return {
        "schema": SCHEMA,
        "release": release.name,
        "now": iso(view.now),
        "go_live": iso(release.go_live),
        "ends": iso(release.ends),
        "zone": release.zone,
        "audience": view.audience.name,
        "phase": view.phase,
        "day": view.day,
        "health": view.health,
        "reasons": list(view.reasons),
        "complete": not view.stale,
        "counts": {
            "tickets": of.all.tickets,
            "open": of.all.open,
            "incidents": view.incidents_counted,
            "excluded": view.planned,
            "untagged": view.untagged,
            "breaches": view.breached,
            "escalations": view.escalated,
            "not_shown": {priority: view.hidden[priority] for priority in sorted(view.hidden)},
        },
        "metrics": {
            "all": _service(of.all),
            "by_priority": {group: _service(service) for group, service in of.by_priority.items()},
            "by_kind": {group: _service(service) for group, service in of.by_kind.items()},
        },
        "days": [
            {
                "date": day.date.isoformat(),
                "new": day.new,
                "resolved": day.resolved,
                "reopened": day.reopened,
                "open": day.open,
            }
            for day in view.days
        ],
        "incidents": [_incident(incident) for incident in view.incidents],
        "tickets": [_ticket(one) for one in view.stories],
        "testing_missed": [
            {
                "component": gap.component,
                "defects": gap.defects,
                "p1_and_p2": gap.grave,
                "found_by": dict(gap.found_by),
            }
            for gap in view.testing_missed
        ],
        "exit": [
            {"id": one.id, "met": one.met, "evidence": one.evidence, "held_since": _moment(one.held_since)}
            for one in view.exit
        ],
        "handover": handover_json(view.handover) if view.handover else None,
        "course": [{"at": iso(at), "what": what} for at, what in course(view)],
        "sources": {
            "named": [
                {
                    "label": source.label,
                    "tickets": len(source.tickets),
                    "as_of": _moment(source.as_of),
                    "up_to_date": source.problem is None,
                }
                for source in view.sources
            ],
            "not_named": view.unnamed,
        },
    }


def _service(service: Service) -> dict[str, Any]:
    return {
        "tickets": service.tickets,
        "open": service.open,
        "reopened": service.reopened,
        "time_to_acknowledge": _spread(service.to_acknowledge),
        "time_to_resolve": _spread(service.to_resolve),
        "acknowledge": _kept(service.acknowledge),
        "resolve": _kept(service.resolve),
        "lower_bounds": service.lower_bounds,
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    lengths = {"mean": spread.mean, "median": spread.median, "p90": spread.p90, "longest": spread.longest}
    return {"number": spread.number, **{f"{name}_seconds": _seconds(one) for name, one in lengths.items()}}


def _kept(kept: Kept) -> dict[str, Any]:
    return {"met": kept.met, "missed": kept.missed, "late": kept.late, "running": kept.running, "share_met": kept.share}


def _incident(incident: IncidentStory) -> dict[str, Any]:
    return {
        "priority": incident.priority,
        "tickets": [str(one.ref) for one in incident.tickets],
        "came_up": iso(incident.began),
        "acknowledged": _moment(incident.acknowledged_at),
        "resolved": _moment(incident.ended),
    }


def _ticket(one: TicketRecord) -> dict[str, Any]:
    assessed, ticket, learned, said = one.assessed, one.assessed.ticket, one.lessons, one.feedback
    judgement, clocks = assessed.judgement, {clock.name: clock for clock in assessed.clocks}
    return {
        "ticket": str(one.ref),
        "url": ticket.url,
        "title": ticket.title,
        "priority": assessed.priority,
        "priority_because": judgement.priority.source,
        "priority_by_hand": judgement.overridden,
        "kind": judgement.kind.value,
        "status": ticket.status.name,
        "owners": [person.name for person in ticket.assignees],
        "reporter": ticket.reporter.name if ticket.reporter else None,
        "components": list(ticket.components),
        "came_up": iso(ticket.created),
        "acknowledged": _moment(one.acknowledged_at),
        "resolved": _moment(ticket.ended),
        "clocks": {name: _clock(clocks[name]) for name in (ClockName.acknowledge, ClockName.resolve)},
        "timeline": [_happening(each) for each in one.happenings],
        "breaches": [_breach(breach) for breach in one.breaches],
        "resolution": learned.resolution or None,
        "root_cause": learned.root_cause or None,
        "found_by": learned.found_by,
        "workaround": learned.workaround or None,
        "known_error": learned.known_error or None,
        "feedback": {
            "customers": list(said.customers),
            "votes": said.votes,
            "reactions": said.reactions,
            "comments": [
                {"at": iso(comment.created), "by": comment.author.name, "text": comment.text}
                for comment in said.comments
            ],
        },
    }


def _clock(clock: Clock) -> Mapping[str, Any]:
    return {
        "state": clock.state,
        "target_seconds": _seconds(clock.target),
        "calendar": clock.calendar,
        "used_seconds": _seconds(clock.used),
        "started": iso(clock.started),
        "due": iso(clock.due_at),
        "stopped": _moment(clock.stopped),
        "lower_bound": clock.lower_bound,
    }


def _happening(one: Happening) -> dict[str, Any]:
    return {
        "at": iso(one.at),
        "what": one.what,
        "who": list(one.who),
        "before": one.before or None,
        "after": one.after or None,
        "why": one.why or None,
        "by_hand": one.by_hand,
    }


def _breach(breach: Breach) -> dict[str, Any]:
    clock = breach.clock
    return {
        "clock": clock.name,
        "target_seconds": _seconds(clock.target),
        "calendar": clock.calendar,
        "started": iso(clock.started),
        "due": iso(clock.due_at),
        "stopped": _moment(clock.stopped),
        "over_seconds": _seconds(breach.over),
        "spans": [
            {
                "start": iso(cause.start),
                "end": iso(cause.end),
                "going": cause.going,
                "counted_seconds": _seconds(cause.worked),
                "status": cause.status,
                "owners": list(cause.owners),
            }
            for cause in breach.causes
        ],
    }


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())


def _moment(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
