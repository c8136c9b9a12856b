"""What another policy would have decided, as a document and for scripts: what `replay` shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hypercare_rules.release import Release
from hypercare_rules.replay import Compared, Counts, Difference, first_differences
from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import Priority
from hypercare_sync.text.document import Block, Document, Heading, Link, Paragraph, Spans, Strong, Table, spans
from hypercare_sync.wording import count, iso, stamp

SCHEMA = "hypercare-sync/replay/1"
_MOST_KINDS = 12
_FIGURES = (*Priority, "breached", "at risk", "escalated")


def replayed_document(
    release: Release, policy: str, compared: Sequence[Compared], tickets: Mapping[Ref, Ticket]
) -> Document:
    """The moments of a release under its own policy and under `policy`, and what would first have been another for each ticket."""
    blocks: list[Block] = [Heading(2, spans(f"{release.name} under {policy}"))]
    if not compared:
        return Document((*blocks, Paragraph(spans("No moment after go-live in that time."))))
    moments = tuple((spans(stamp(one.at, release)), *_cells(one)) for one in compared)
    blocks += [
        Paragraph(spans("What is told as 3 -> 5 is 3 by the configured policy, and 5 by the other one.")),
        Table(("Moment", "Health", *map(str.capitalize, _FIGURES)), moments),
    ]
    differences = first_differences(compared)
    if not differences:
        return Document((*blocks, Paragraph(spans("No ticket would have been treated otherwise."))))
    affected = len({one.ref for one in differences})
    blocks += [
        Heading(3, spans(f"What would have been otherwise, for {count(affected, 'ticket')}")),
        _kinds(differences),
        Heading(3, spans("Each of them, at its first moment")),
        Table(
            ("From", "Ticket", "What", "Configured", "Other", "Why"),
            tuple(_row(one, release, tickets[one.ref]) for one in differences),
        ),
    ]
    return Document(tuple(blocks))


def replayed_json(
    policy: str, every: Mapping[str, Sequence[Compared]], tickets: Mapping[str, Mapping[Ref, Ticket]]
) -> dict[str, Any]:
    """The same for scripts: each release by its name."""
    return {
        "schema": SCHEMA,
        "policy": policy,
        "releases": [
            {
                "release": name,
                "moments": [
                    {"at": iso(one.at), "configured": _counts(one.ours), "other": _counts(one.theirs)}
                    for one in compared
                ],
                "differences": [_difference(one, tickets[name][one.ref]) for one in first_differences(compared)],
            }
            for name, compared in every.items()
        ],
    }


def _kinds(differences: Sequence[Difference]) -> Table:
    """How many tickets each kind of difference came to, the most frequent first."""
    kinds = Counter((one.aspect, one.ours, one.theirs) for one in differences)
    ranked = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    rows = [(str(number), str(aspect), ours, theirs) for (aspect, ours, theirs), number in ranked[:_MOST_KINDS]]
    rest = sum(number for _, number in ranked[_MOST_KINDS:])
    rows += [(str(rest), "in other ways", "", "")] * bool(rest)
    return Table(("Tickets", "What", "Configured", "Other"), tuple(tuple(map(spans, row)) for row in rows))


def _cells(one: Compared) -> tuple[Spans, ...]:
    ours, theirs = ([one_.health, *_figures(one_)] for one_ in (one.ours, one.theirs))
    return tuple(
        spans(str(mine)) if mine == other else spans(Strong(f"{mine} -> {other}"))
        for mine, other in zip(ours, theirs, strict=True)
    )


def _figures(counts: Counts) -> tuple[int, ...]:
    return (*(counts.open[priority] for priority in Priority), counts.breached, counts.at_risk, counts.escalated)


def _row(one: Difference, release: Release, ticket: Ticket) -> tuple[Spans, ...]:
    link = Link(one.ref.key, ticket.url)
    texts = (one.aspect, one.ours, one.theirs, one.why)
    return (spans(stamp(one.at, release)), spans(link), *(spans(text) for text in texts))


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "health": counts.health,
        "open": {priority: counts.open[priority] for priority in Priority},
        "breached": counts.breached,
        "at_risk": counts.at_risk,
        "escalated": counts.escalated,
    }


def _difference(one: Difference, ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": str(one.ref),
        "title": ticket.title,
        "at": iso(one.at),
        "aspect": one.aspect,
        "configured": one.ours,
        "other": one.theirs,
        "why": one.why,
    }
