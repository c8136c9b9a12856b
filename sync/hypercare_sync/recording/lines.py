"""An entry of the journal as a line for people: what happened, to what, why, and what became of it. Pure."""

from collections.abc import Mapping
from typing import Any

from hypercare_sync.change_words import words
from hypercare_sync.store import Journaled

_LONGEST = 300  # characters: a line is for the overview, `--format json` has everything


def line(one: Journaled) -> str:
    """One line, without its time and kind; what people wrote in it is not made safe yet."""
    entry, body = one.entry, one.entry.body
    match entry.kind:
        case "tick":
            text = _tick(one.tick, body)
        case "decision":
            text = _decision(entry.release or "", entry.ticket, body)
        case "change":
            text = f"{entry.ticket}: {words(body)}{_because(body)}{_became(body)}"
        case "error":
            text = ": ".join(filter(None, (entry.release, str(body.get("error", "")))))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _tick(tick: str, body: Mapping[str, Any]) -> str:
    changes = body.get("changes", {})
    counted = f"{changes.get('applied', 0)} of {changes.get('planned', 0)} written"
    rest = (
        f"{changes[name]} {name.replace('_', ' ')}" for name in ("failed", "deferred", "set_aside") if changes.get(name)
    )
    told = body.get("error") or ", ".join((counted, *rest))
    return f"{tick} {body.get('outcome', 'ended')}: {told}"


def _decision(release: str, ticket: str | None, body: Mapping[str, Any]) -> str:
    if "refused" in body:
        return ": ".join(filter(None, (release, f"refused by the guard of {body['refused']}: {body['why']}")))
    about = f"{ticket} in {release}" if ticket else release
    news = " -> ".join(filter(None, (body.get("before"), body["after"])))
    why = body["values"]["priority"]["source"] if "values" in body else "; ".join(body.get("why", ()))
    return f"{about}: {news}{f' ({why})' if why else ''}"


def _because(body: Mapping[str, Any]) -> str:
    return f" ({body['why']})" if body.get("why") else ""


def _became(body: Mapping[str, Any]) -> str:
    """Nothing where it just went well."""
    said = str(body.get("outcome", "applied")).replace("_", " ")
    known = said if said != "unknown" else "no answer, so nobody knows yet"
    parts = [known] if said != "applied" else []
    parts += [f"begun by tick {body['begun_by']}"] if body.get("begun_by") else []
    parts += [f"attempt {body['attempt']}"] if body.get("attempt") else []
    told = ", ".join(parts)
    error = f": {body['error']}" if body.get("error") else ""
    return f" [{told}{error}]" if told or error else ""
