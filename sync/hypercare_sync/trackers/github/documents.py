"""The GraphQL documents that we send: one query a page brings tickets with everything the rules need."""

_TICKET = """
fragment Ticket on Issue {
  number title body url state stateReason locked createdAt updatedAt closedAt authorAssociation viewerDidAuthor
  author { __typename login }
  milestone { title }
  reactions { totalCount }
  labels(first: 50) { totalCount nodes { name } }
  assignees(first: 10) { nodes { login } }
  comments(first: 20) { ...Comments }
  timelineItems(first: 30, itemTypes: [ASSIGNED_EVENT, CLOSED_EVENT, CROSS_REFERENCED_EVENT, DEMILESTONED_EVENT, LABELED_EVENT,
    MARKED_AS_DUPLICATE_EVENT, MILESTONED_EVENT, REOPENED_EVENT, UNASSIGNED_EVENT, UNLABELED_EVENT]) { ...Timeline }
}
"""

_PARTS = """
fragment Comments on IssueCommentConnection {
  pageInfo { hasNextPage endCursor }
  nodes { fullDatabaseId body url createdAt updatedAt authorAssociation viewerDidAuthor author { __typename login } }
}
fragment Timeline on IssueTimelineItemsConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    __typename
    ... on AssignedEvent { createdAt actor { __typename login } assignee { __typename ... on User { login } ... on Bot { login } } }
    ... on UnassignedEvent { createdAt actor { __typename login } }
    ... on ClosedEvent { createdAt actor { __typename login } stateReason }
    ... on ReopenedEvent { createdAt actor { __typename login } }
    ... on LabeledEvent { createdAt actor { __typename login } label { name } }
    ... on UnlabeledEvent { createdAt actor { __typename login } label { name } }
    ... on MilestonedEvent { createdAt actor { __typename login } milestoneTitle }
    ... on DemilestonedEvent { createdAt actor { __typename login } milestoneTitle }
    ... on CrossReferencedEvent { createdAt actor { __typename login }
      source { __typename ... on Issue { number repository { nameWithOwner } } } }
    ... on MarkedAsDuplicateEvent { createdAt actor { __typename login }
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

MILESTONE = """
query Milestone($owner: String!, $name: String!, $title: String!) {
  repository(owner: $owner, name: $name) { milestones(first: 100, query: $title) { nodes { number title } } }
}
"""

TICKETS = (
    """
query Tickets($owner: String!, $name: String!, $prefix: String!, $filter: IssueFilters!, $after: String,
              $newcomers: IssueFilters!, $suggest: Boolean!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    ...Place
    tickets: issues(first: 50, after: $after, filterBy: $filter, orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor } nodes { ...Ticket }
    }
    newcomers: issues(first: 50, filterBy: $newcomers, orderBy: {field: CREATED_AT, direction: DESC}) @include(if: $suggest) {
      nodes { ...Ticket }
    }
  }
}
"""
    + _PLACE
    + _TICKET
    + _PARTS
)

REST_OF_TICKET = (
    """
query RestOfTicket($owner: String!, $name: String!, $number: Int!, $comments: String, $timeline: String) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      comments(first: 100, after: $comments) { ...Comments }
      timelineItems(first: 100, after: $timeline, itemTypes: [ASSIGNED_EVENT, CLOSED_EVENT, CROSS_REFERENCED_EVENT,
        DEMILESTONED_EVENT, LABELED_EVENT, MARKED_AS_DUPLICATE_EVENT, MILESTONED_EVENT, REOPENED_EVENT, UNASSIGNED_EVENT,
        UNLABELED_EVENT]) { ...Timeline }
    }
  }
}
"""
    + _PARTS
)

CENSUS = """
query Census($owner: String!, $name: String!, $filter: IssueFilters!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(first: 100, after: $after, filterBy: $filter, orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor } nodes { number reactions { totalCount } }
    }
  }
}
"""

ONE_TICKET = (
    """
query OneTicket($owner: String!, $name: String!, $number: Int!) {
  viewer { login }
  repository(owner: $owner, name: $name) { visibility issue(number: $number) { ...Ticket } }
}
"""
    + _TICKET
    + _PARTS
)

SUMMARY = (
    """
query Summary($owner: String!, $name: String!, $prefix: String!, $number: Int!) {
  viewer { login }
  repository(owner: $owner, name: $name) { ...Place issue(number: $number) { ...Summary } }
}
"""
    + _PLACE
    + "fragment Summary on Issue { number url state body viewerDidAuthor labels(first: 50) { nodes { name } } }"
)

SUMMARIES = (
    """
query Summaries($owner: String!, $name: String!, $prefix: String!, $label: String!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    ...Place
    issues(first: 100, filterBy: {labels: [$label]}, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { ...Summary } }
  }
}
"""
    + _PLACE
    + "fragment Summary on Issue { number url state body viewerDidAuthor labels(first: 50) { nodes { name } } }"
)
