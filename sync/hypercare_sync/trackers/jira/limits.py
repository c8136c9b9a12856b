"""What Jira says of its limits: why it turns a request away, and how much of Data Center's bucket is left."""

from hypercare_sync.retry import LONGEST_SLEEP, Reach
from hypercare_sync.trackers.http import Answer, server_wait

_REASON = "ratelimit-reason"
_REACHES = {
    "jira-quota-global-based": Reach.quota,
    "jira-quota-tenant-based": Reach.quota,
    "jira-burst-based": Reach.endpoint,
    "jira-per-issue-on-write": Reach.ticket,
}


def limited(answer: Answer) -> bool:
    """Whether a refusal is a limit's. Data Center tells of its limits with every answer: a wait of 0 says nothing."""
    return answer.status >= 400 and (_REASON in answer.headers or bool(server_wait(answer)))


def reach(answer: Answer) -> Reach:
    """What a limit is of: Cloud names the reason."""
    return _REACHES.get(answer.headers.get(_REASON, ""), Reach.tracker)


def pause(answer: Answer) -> float:
    """Seconds until Data Center's bucket, which this answer emptied, is filled again; a refusal tells its own wait."""
    if answer.status == 429 or answer.headers.get("x-ratelimit-remaining") != "0":
        return 0
    try:
        seconds = float(answer.headers.get("x-ratelimit-interval-seconds", "0"))
    except ValueError:
        return 0
    return seconds if 0 < seconds <= LONGEST_SLEEP.total_seconds() else 0
