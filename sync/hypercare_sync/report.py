"""A tick's result for scripts: the document of `--format json`, and the exit code."""

from datetime import datetime
from typing import Any

from hypercare_rules.exits import CriterionState
from hypercare_rules.reviews import Meeting
from hypercare_rules.ticket import Audience
from hypercare_sync.accounts import figures
from hypercare_sync.aside import SetAside
from hypercare_sync.change import Plan, as_json
from hypercare_sync.errors import AccessDenied, Refused
from hypercare_sync.guard import Refusal
from hypercare_sync.tick_result import ReleaseResult, TickResult
from hypercare_sync.wording import iso

SCHEMA = "hypercare-sync/tick/1"


def exit_code(result: TickResult) -> int:
    """0 done; 1 something failed; 3 refused by a guard; 5 where a tracker refused our account."""
    if result.refused:
        return Refused.exit_code
    if any(isinstance(error, AccessDenied) for error in result.errors):
        return AccessDenied.exit_code
    return 1 if result.errors else 0


def tick_json(result: TickResult, *, with_plan: bool = False) -> dict[str, Any]:
    """The tick as one JSON document, as the contract has it."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "now": iso(result.now),
        "status": result.status,
        "releases": [_release(release) for release in result.releases],
        **figures(result.plan, result.outcome, result.requests),
        "set_aside": [set_aside_json(one) for one in result.set_aside],
        "refusals": [_refusal(one) for one in result.refusals],
        "errors": list(dict.fromkeys(map(str, result.errors))),
    }
    if with_plan:
        document["plan"] = {
            "checksum": result.plan.checksum,
            "changes": [dict(as_json(change)) for change in result.plan.changes],
        }
    return document


def locked_json(now: datetime) -> dict[str, Any]:
    """The document of a tick that another one kept from starting."""
    return {
        "schema": SCHEMA,
        "now": iso(now),
        "status": "locked",
        "releases": [],
        **figures(Plan(), None, {}),
        "set_aside": [],
        "refusals": [],
        "errors": [],
    }


def _release(release: ReleaseResult) -> dict[str, Any]:
    assessment = release.assessment
    counted = {
        one.source.id: len(state.tickets)
        for one, state in zip(release.collected, assessment.sources if assessment else (), strict=True)
    }
    return {
        "release": release.config.name,
        "phase": str(release.phase),
        "day": release.day,
        "health": str(assessment.health.state) if assessment else None,
        "reasons": list(assessment.health.reasons(Audience.restricted)) if assessment else [],
        "tickets": len(assessment.tickets) if assessment else 0,
        "excluded": len(assessment.planned) if assessment else 0,
        "untagged": len(assessment.untagged) if assessment else 0,
        "incidents": len(assessment.incidents) if assessment else 0,
        "summary_url": release.summary_url,
        "exit": [_criterion(state) for state in assessment.exit] if assessment else [],
        "reviews": {
            "last": _meeting(assessment.reviews.last) if assessment else None,
            "next": _meeting(assessment.reviews.next) if assessment else None,
        },
        "sources": [
            {
                "tracker": one.source.tracker,
                "kind": "jira" if source.kind == "jira" else "github",
                "status": "failed" if one.error else "ok",
                "tickets": counted[one.source.id],
                "changed": one.changed,
                "as_of": iso(one.as_of) if one.as_of else None,
                "notes": [*one.notes, *one.details],
                **({"error": str(one.error)} if one.error else {}),
            }
            for one, source in zip(release.collected, release.config.sources, strict=False)
        ],
    }


def _criterion(state: CriterionState) -> dict[str, Any]:
    relapse = state.relapse
    lost = {
        "since": iso(relapse.since),
        "tickets": list(map(str, relapse.tickets)),
        "figures": relapse.figures,
    } if relapse else None  # fmt: skip
    return {
        "id": state.id,
        "met": state.met,
        "evidence": state.evidence,
        "held_since": iso(state.held_since) if state.held_since else None,
        "forecast": iso(state.forecast) if state.forecast and not state.met else None,
        "tickets": list(map(str, state.tickets)),
        "relapse": lost,
    }


def _refusal(one: Refusal) -> dict[str, Any]:
    return {
        "guard": one.guard,
        "release": one.release,
        "why": one.why,
        "affected": one.affected,
        "of": one.of,
        "examples": list(one.examples),
    }


def set_aside_json(one: SetAside) -> dict[str, Any]:
    """What cannot be written for now."""
    return {
        "tracker": one.tracker,
        "key": one.key,
        "obstacle": one.obstacle,
        "why": one.why,
        "since": iso(one.since),
        "tries": one.tries,
        "again": iso(one.again),
    }


def _meeting(meeting: Meeting | None) -> dict[str, Any] | None:
    return {"id": meeting.review, "at": iso(meeting.at), "who": list(meeting.who)} if meeting else None
