"""The GraphQL documents that we send: one query a page brings tickets with everything the rules need.

A document that asks for several lists at once is written for their number: `w0`, `w1` and so on are pages of issues, `t0`, `t1`
single issues.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

MOST_LISTS = 20
"""How many lists are asked for at once."""
MOST_SINGLES = 50
"""How many single tickets are."""
LIGHT = 100
"""The rows of a page whose rows bring no pages of their own."""
HEAVY = 50
"""The tickets of a page."""
SUB_ISSUES = "subIssuesSummary"
"""A field that older servers lack."""

_EVENTS = """[ASSIGNED_EVENT, CLOSED_EVENT, CROSS_REFERENCED_EVENT, DEMILESTONED_EVENT, LABELED_EVENT,
    MARKED_AS_DUPLICATE_EVENT, MILESTONED_EVENT, REOPENED_EVENT, UNASSIGNED_EVENT, UNLABELED_EVENT,
    UNMARKED_AS_DUPLICATE_EVENT]"""

_TICKET = f"""
fragment Ticket on Issue {{
  number title body url state stateReason locked createdAt updatedAt closedAt authorAssociation viewerDidAuthor
  author {{ ...Who }}
  milestone {{ title }}
  reactions {{ totalCount }}
  labels(first: 50) {{ totalCount nodes {{ name }} }}
  assignees(first: 10) {{ nodes {{ login }} }}
  comments(first: 20) {{ ...Comments }}
  timelineItems(first: 30, itemTypes: {_EVENTS}) {{ ...Timeline }}
  %s
}}
"""

_PARTS = """
fragment Who on Actor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
fragment Comments on IssueCommentConnection {
  pageInfo { hasNextPage endCursor }
  nodes { fullDatabaseId body createdAt updatedAt authorAssociation viewerDidAuthor author { ...Who } }
}
fragment Timeline on IssueTimelineItemsConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    __typename
    ... on AssignedEvent { createdAt actor { ...Who } assignee { __typename ... on User { login } ... on Bot { login } } }
    ... on UnassignedEvent { createdAt actor { ...Who } }
    ... on ClosedEvent { createdAt actor { ...Who } }
    ... on ReopenedEvent { createdAt actor { ...Who } }
    ... on LabeledEvent { createdAt actor { ...Who } label { name } }
    ... on UnlabeledEvent { createdAt actor { ...Who } label { name } }
    ... on MilestonedEvent { createdAt actor { ...Who } milestoneTitle }
    ... on DemilestonedEvent { createdAt actor { ...Who } milestoneTitle }
    ... on CrossReferencedEvent { createdAt actor { ...Who }
      source { __typename ... on Issue { number repository { nameWithOwner } } } }
    ... on MarkedAsDuplicateEvent { createdAt actor { ...Who }
      canonical { __typename ... on Issue { number repository { nameWithOwner } } }
      duplicate { __typename ... on Issue { number repository { nameWithOwner } } } }
    ... on UnmarkedAsDuplicateEvent { createdAt actor { ...Who }
      canonical { __typename ... on Issue { number repository { nameWithOwner } } }
      duplicate { __typename ... on Issue { number repository { nameWithOwner } } } }
  }
}
"""

_PLACE = """
fragment Place on Repository {
  nameWithOwner visibility isArchived
  labels(first: 100, query: $prefix) { nodes { name } }
}
"""

_SUMMARY = """
fragment Summary on Issue {
  number url state body viewerDidAuthor labels(first: 50) { nodes { name } }
  isPinned unpinnings: timelineItems(last: 1, itemTypes: [UNPINNED_EVENT]) { nodes { __typename } }
  said: comments(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { updatedAt } }
}
"""

VIEWER = "query Viewer { viewer { databaseId login } }"

MILESTONE = """
query Milestone($owner: String!, $name: String!, $title: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    milestones(first: $first, after: $after, query: $title) {
      pageInfo { hasNextPage endCursor } nodes { number title issues { totalCount } }
    }
  }
}
"""

REST_OF_TICKET = (
    f"""
query RestOfTicket($owner: String!, $name: String!, $number: Int!, $first: Int!, $comments: String, $timeline: String) {{
  repository(owner: $owner, name: $name) {{
    issue(number: $number) {{
      comments(first: $first, after: $comments) {{ ...Comments }}
      timelineItems(first: $first, after: $timeline, itemTypes: {_EVENTS}) {{ ...Timeline }}
    }}
  }}
}}
"""
    + _PARTS
)

CONVERSATION = """
query Conversation($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  viewer { databaseId }
  repository(owner: $owner, name: $name) {
    issue(number: $number) { comments(first: $first, after: $after) { ...Comments nodes { editor { ...Who } } } }
  }
}
""" + "".join(_PARTS.partition("fragment Timeline")[:1])

ONE_SUMMARY = (
    """
query OneSummary($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) { ...Summary } }
}
"""
    + _SUMMARY
)

SUMMARIES = (
    """
query Summaries($owner: String!, $name: String!, $prefix: String!, $label: String!, $first: Int!, $after: String) {
  viewer { databaseId login }
  repository(owner: $owner, name: $name) {
    ...Place
    issues(first: $first, after: $after, filterBy: {labels: [$label]}, orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor } nodes { ...Summary }
    }
  }
}
"""
    + _PLACE
    + _SUMMARY
)

OWN_ISSUES = (
    """
query OwnIssues($owner: String!, $name: String!, $login: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(
      first: $first, after: $after, filterBy: {createdBy: $login}, orderBy: {field: CREATED_AT, direction: ASC}
    ) {
      pageInfo { hasNextPage endCursor } nodes { ...Summary }
    }
  }
}
"""
    + _SUMMARY
)

PIN_OF = """
query PinOf($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) { id isPinned } }
}
"""

PIN = "mutation Pin($issue: ID!) { pinIssue(input: {issueId: $issue}) { issue { isPinned } } }"

UNPIN = "mutation Unpin($issue: ID!) { unpinIssue(input: {issueId: $issue}) { issue { isPinned } } }"


@cache
def tickets(lists: int, singles: int = 0, *, summaries: bool = False, sub_issues: bool = True) -> str:
    """Pages of `lists` and `singles` by number, the repository beside them; with `summaries` also those under a label."""
    first = ["$first: Int!"] if lists else []
    label = ["$label: String!"] if summaries else []
    fields = [f"t{one}: issue(number: $number{one}) {{ ...Ticket }}" for one in range(singles)]
    if summaries:
        fields.append(
            "summaries: issues(first: 100, filterBy: {labels: [$label]}, orderBy: {field: CREATED_AT, direction: ASC}) "
            "{ pageInfo { hasNextPage endCursor } nodes { ...Summary } }"
        )
    numbers = [f"$number{one}: Int!" for one in range(singles)]
    return (
        _of_repository(
            "Tickets", lists, ["$prefix: String!", *first, *label, *numbers], fields, "...Ticket", place=True
        )
        + _PLACE
        + (_SUMMARY if summaries else "")
        + _TICKET % (f"{SUB_ISSUES} {{ total completed }}" if sub_issues else "")
        + _PARTS
    )


@cache
def census(lists: int) -> str:
    """Pages of `lists` with nothing but numbers, reactions, and whether each list goes on."""
    return _of_repository("Census", lists, ["$first: Int!"], [], "number createdAt reactions { totalCount }")


def every() -> Iterator[tuple[str, str]]:
    """Every fixed document, and a choice of those that are written to measure, by name."""
    yield from (
        (name, globals()[name])
        for name in (
            "VIEWER",
            "MILESTONE",
            "REST_OF_TICKET",
            "CONVERSATION",
            "ONE_SUMMARY",
            "SUMMARIES",
            "OWN_ISSUES",
            "PIN_OF",
            "PIN",
            "UNPIN",
        )
    )
    yield from ((f"census {lists}", census(lists)) for lists in (1, 2, MOST_LISTS))
    for lists, singles, summaries, sub_issues in product((0, 1, 3), (0, 1, MOST_SINGLES), (False, True), (False, True)):
        if lists or singles:
            text = tickets(lists, singles, summaries=summaries, sub_issues=sub_issues)
            yield f"tickets {lists} {singles}{' summaries' * summaries}{' sub-issues' * sub_issues}", text


def _of_repository(
    name: str, lists: int, variables: list[str], fields: list[str], row: str, *, place: bool = False
) -> str:
    """A query of one repository with pages of `lists`, a `row` of each as told."""
    asked = [f"$filter{one}: IssueFilters!, $after{one}: String, $order{one}: OrderDirection!" for one in range(lists)]
    pages = [
        f"w{one}: issues(first: $first, after: $after{one}, filterBy: $filter{one}, "
        f"orderBy: {{field: CREATED_AT, direction: $order{one}}}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {row} }} }}"
        for one in range(lists)
    ]
    said = ", ".join(["$owner: String!", "$name: String!", *variables, *asked])
    viewer = "  viewer { databaseId login }\n" if place else ""
    inner = "\n    ".join([*(["...Place"] if place else []), *pages, *fields])
    return f"\nquery {name}({said}) {{\n{viewer}  repository(owner: $owner, name: $name) {{\n    {inner}\n  }}\n}}\n"
