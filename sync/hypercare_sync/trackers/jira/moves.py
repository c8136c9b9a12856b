"""Moving an issue to a status that is done, or back: by whichever transition its workflow offers for that."""

from collections.abc import Iterator

from hypercare_sync.trackers.http import Client, Forbidden, Invalid
from hypercare_sync.trackers.raw import Raw


def moved(client: Client, key: str, *, done: bool) -> str:
    """Move an issue; empty where it is there then, else what keeps it from that and what to do."""
    path, refused = f"issue/{key}/transitions", ""
    for transition in _leading(client, path, done=done):
        body = {"transition": {"id": transition.text("id")}}
        try:
            client.create(path, body, lambda _: True, lambda: is_done(client, key) is done or None)
        except (Invalid, Forbidden) as error:  # it may ask for a field that only a person can fill in
            refused = f": {error}"
        else:
            return ""
    if done:
        return (
            f"{key} is left open: no transition to a status that is done can be made by us{refused}; close it by hand"
        )
    return f"{key} is left closed: no transition to a status that is not done can be made by us{refused}; reopen it by hand"


def is_done(client: Client, key: str) -> bool:
    """Whether the status of an issue is a done one."""
    fields = Raw(client.read("GET", f"issue/{key}", params={"fields": "status"}).body).inner("fields")
    return fields.inner("status", "statusCategory").text("key") == "done"


def _leading(client: Client, path: str, *, done: bool) -> Iterator[Raw]:
    """The transitions that lead there; back to work before back to the start."""
    categories = ("done",) if done else ("indeterminate", "new")
    rows = list(Raw(client.read("GET", path).body).rows("transitions"))
    for category in categories:
        yield from (row for row in rows if row.inner("to", "statusCategory").text("key") == category)
