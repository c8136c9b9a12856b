"""Which requests to Jira only read, though some of those are sent by POST."""

_READS_BY_POST = ("search", "search/jql", "search/approximate-count", "issue/bulkfetch", "changelog/bulkfetch")


def is_read(method: str, path: str) -> bool:
    """Whether a request to `path` (below the API's version) changes nothing."""
    if method == "POST":
        return path in _READS_BY_POST
    return method in {"GET", "HEAD", "OPTIONS"}
