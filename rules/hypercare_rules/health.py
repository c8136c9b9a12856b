"""Whether a release is well: red, amber or green, with the reasons."""

from collections.abc import Iterable
from enum import StrEnum

from hypercare_rules.model import Model
from hypercare_rules.release import SourceState
from hypercare_rules.values import Priority


class HealthState(StrEnum):
    """Green: nothing to do at once. Amber: somebody should look. Red: somebody must act."""

    green = "green"
    amber = "amber"
    red = "red"


class Health(Model):
    """The state and why, the gravest reason first."""

    state: HealthState
    reasons: tuple[str, ...]


def release_health(burning: Iterable[tuple[Priority, frozenset[str]]], sources: Iterable[SourceState]) -> Health:
    """The health from each open ticket's priority and conditions, and from how well the sources are known.

    Red while a P1 is open or a P2 is breached; amber while a P2 is open, anything is breached or at risk, or a source is
    not up to date; else green.
    """
    tickets = list(burning)
    count = {
        "red": [
            (sum(priority is Priority.P1 for priority, _ in tickets), "open P1"),
            (
                sum(priority is Priority.P2 and "breached" in conditions for priority, conditions in tickets),
                "P2 breached",
            ),
        ],
        "amber": [
            (sum(priority is Priority.P2 for priority, _ in tickets), "open P2"),
            (
                sum(priority > Priority.P2 and "breached" in conditions for priority, conditions in tickets),
                "P3 or P4 breached",
            ),
            (sum("at-risk" in conditions for _, conditions in tickets), "at risk"),
        ],
    }
    reasons = {state: [f"{number} {what}" for number, what in rows if number] for state, rows in count.items()}
    reasons["amber"] += [f"{source.label} is not up to date" for source in sources if source.problem]
    if reasons["red"]:
        return Health(state=HealthState.red, reasons=(*reasons["red"], *reasons["amber"]))
    if reasons["amber"]:
        return Health(state=HealthState.amber, reasons=tuple(reasons["amber"]))
    return Health(state=HealthState.green, reasons=("no open P1 or P2, nothing breached or at risk",))
