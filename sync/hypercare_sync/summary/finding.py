"""Where all tickets of a listing are found that is too long for the summary: searches by label in the places that hold them."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from hypercare_rules.assess import TicketAssessment


class Search(NamedTuple):
    """A search page: the place that is searched, and the page's address."""

    place: str
    url: str


def searches(found: Iterable[TicketAssessment]) -> tuple[Search, ...]:
    """For each place of the tickets a search for the open ones there with one of the priority labels that they carry."""
    homes: dict[str, tuple[str, str]] = {}
    labels: dict[str, set[str]] = {}
    for assessed in found:
        ref, url = assessed.ticket.ref, assessed.ticket.url
        wanted = {one.label for one in assessed.labels if one.label.endswith(f":{assessed.priority}")}
        mark = "/issues/" if "#" in ref.key else "/browse/"
        home, marked, _ = url.rpartition(mark)
        if wanted and marked:
            homes[ref.place] = (home, mark)
            labels.setdefault(ref.place, set()).update(wanted)
    return tuple(Search(place, _address(*homes[place], place, sorted(labels[place]))) for place in sorted(homes))


def _address(home: str, mark: str, place: str, labels: list[str]) -> str:
    quoted = ",".join(f'"{label}"' for label in labels)
    if mark == "/issues/":
        return f"{home}/issues?{urlencode({'q': f'is:issue is:open label:{quoted}'})}"
    jql = f'project = "{place}" AND statusCategory != Done AND labels in ({quoted})'
    return f"{home}/issues/?{urlencode({'jql': jql})}"
