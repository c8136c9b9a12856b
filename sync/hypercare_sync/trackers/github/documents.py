"""The GraphQL documents that we send: one query a page brings tickets with everything the rules need."""

_TICKET = """
fragment Ticket on Issue {
  number title body url state stateReason locked createdAt updatedAt closedAt authorAssociation viewerDidAuthor
  author { ...Who }
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
  }
}
"""

_PLACE = """
fragment Place on Repository {
  nameWithOwner visibility isArchived
  labels(first: 100, query: $prefix) { nodes { name } }
}
"""

VIEWER = "query Viewer { viewer { databaseId } }"

MILESTONE = """
query Milestone($owner: String!, $name: String!, $title: String!) {
  repository(owner: $owner, name: $name) { milestones(first: 100, query: $title) { nodes { number title } } }
}
"""

TICKETS = (
    """
query Tickets($owner: String!, $name: String!, $prefix: String!, $filter: IssueFilters!, $after: String,
              $newcomers: IssueFilters!, $suggest: Boolean!) {
  viewer { databaseId }
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
  viewer { databaseId }
  repository(owner: $owner, name: $name) { visibility issue(number: $number) { ...Ticket } }
}
"""
    + _TICKET
    + _PARTS
)

_SUMMARY = """
fragment Summary on Issue { number url state body viewerDidAuthor labels(first: 50) { nodes { name } } }
"""

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
query Summaries($owner: String!, $name: String!, $prefix: String!, $label: String!) {
  viewer { databaseId }
  repository(owner: $owner, name: $name) {
    ...Place
    issues(first: 100, filterBy: {labels: [$label]}, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { ...Summary } }
  }
}
"""
    + _PLACE
    + _SUMMARY
)
