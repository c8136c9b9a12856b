"""Whether a release is well: red, amber or green, with the reasons."""

from collections.abc import Iterable
from enum import StrEnum

from hypercare_rules.model import Model
from hypercare_rules.release import SourceState, known_to
from hypercare_rules.ticket import Audience
from hypercare_rules.values import Priority


class HealthState(StrEnum):
    """Green: nothing to do at once. Amber: somebody should look. Red: somebody must act."""

    green = "green"
    amber = "amber"
    red = "red"


class Health(Model):
    """The state and why: the figures, the gravest first, and the sources that are not up to date. The figures name nothing."""

    state: HealthState
    figures: tuple[str, ...]
    outdated: tuple[SourceState, ...] = ()

    def reasons(self, audience: Audience) -> tuple[str, ...]:
        """Why, for readers of this audience; a source that they may not hear of is counted and not named."""
        named, others = known_to(audience, self.outdated)
        lines = [f"{source.label} is not up to date" for source in named]
        if len(others) == 1:
            lines.append("1 source that is not named here is not up to date")
        elif others:
            lines.append(f"{len(others)} sources that are not named here are not up to date")
        return (*self.figures, *lines)


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
    figures = {state: [f"{number} {what}" for number, what in rows if number] for state, rows in count.items()}
    outdated = tuple(source for source in sources if source.problem)
    if figures["red"]:
        return Health(state=HealthState.red, figures=(*figures["red"], *figures["amber"]), outdated=outdated)
    if figures["amber"] or outdated:
        return Health(state=HealthState.amber, figures=tuple(figures["amber"]), outdated=outdated)
    return Health(state=HealthState.green, figures=("no open P1 or P2, nothing breached or at risk",))
