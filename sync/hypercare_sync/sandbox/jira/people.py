"""People as the two Jiras show them: Cloud by account id, Data Center by name and key.

The site keeps both of everybody, so that data of either kind can be served by either.
"""

from collections.abc import Iterable

from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.people import Account

_CLOUD_ONLY = frozenset({"accountId", "accountType"})


def name_of(user: Json) -> str:
    """The name by which Data Center calls somebody, in mentions and in JQL too."""
    return str(user.get("name") or user.get("key") or user.get("accountId"))


def key_of(user: Json) -> str:
    """The key that stays when somebody is renamed, as Data Center's histories have it."""
    return str(user.get("key") or name_of(user))


def newcomer(account: Account, *, cloud: bool) -> Json:
    """Somebody of whom no data tells. Data Center's keys are not its names, except where people are older than that rule."""
    shared = {"accountId": account.account_id, "active": True, "displayName": account.name, "timeZone": "Etc/UTC"}
    if cloud:
        return {**shared, "accountType": "app" if account.bot else "atlassian"}
    mail = f"{account.login}@example.com"
    return {**shared, "name": account.login, "key": f"JIRAUSER{account.id}", "emailAddress": mail}


def on_server(user: Json) -> Json:
    """Somebody as Data Center has them."""
    shaped = {name: value for name, value in user.items() if name not in _CLOUD_ONLY}
    return {"active": True, **shaped, "name": name_of(user), "key": key_of(user)}


def found(people: Iterable[Json], text: str) -> list[Json]:
    """Whose name, address or any part of the shown name begins with `text`, in any case; all of them for an empty one."""
    wanted = text.casefold()

    def matches(user: Json) -> bool:
        shown = str(user.get("displayName", ""))
        parts = (name_of(user), str(user.get("emailAddress", "")), shown, *shown.split())
        return any(part.casefold().startswith(wanted) for part in parts)

    return [user for user in people if matches(user)]
