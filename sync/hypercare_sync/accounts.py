"""What a tick did and spent, in figures: for its JSON document and for the journal."""

from collections.abc import Mapping
from typing import Any

from hypercare_sync.apply import Outcome
from hypercare_sync.change import Plan
from hypercare_sync.trackers.http import Requests


def figures(planned: Plan, outcome: Outcome | None, requests: Mapping[str, Requests]) -> dict[str, Any]:
    """What became of the changes, requests by tracker, and what is left of the quotas of trackers that tell of any."""
    done = outcome or Outcome()
    return {
        "changes": {
            "planned": len(planned.changes),
            "applied": len(done.applied),
            "failed": len(done.failed),
            "deferred": len(done.deferred),
            "set_aside": len(done.aside),
        },
        "requests": {name: {"read": sent.read, "write": sent.write} for name, sent in requests.items()},
        "budgets": {name: _budgets(sent) for name, sent in requests.items() if sent.budgets},
    }


def _budgets(sent: Requests) -> dict[str, Any]:
    return {
        name: {"limit": one.limit, "remaining": one.remaining, "reset": f"{one.reset:%Y-%m-%dT%H:%M:%SZ}"}
        for name, one in sorted(sent.budgets.items())
    }
