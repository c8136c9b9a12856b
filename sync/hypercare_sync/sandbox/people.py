"""Who comes to the sandbox: accounts, and the tokens that they come with."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from .grants import Grant, read_grant

OURS = "hypercare-bot"
DEFAULT_TOKENS = {"sandbox": OURS, "person": "pat"}


@dataclass(frozen=True)
class Account:
    """One person or bot, known to both trackers.

    `id` is the GitHub user id, `account_id` the Jira account id.
    """

    login: str
    name: str
    id: int
    account_id: str
    bot: bool


class Accounts:
    """Everybody who may come in, by token, with what `grants` reads of each; `sandbox` is our own account and `person` a colleague's unless told otherwise."""

    def __init__(self, tokens: Mapping[str, str] | None = None) -> None:
        told = {**DEFAULT_TOKENS, **(tokens or {})}
        self._grants = {token: read_grant(text) for token, text in told.items()}

    def by_token(self, token: str) -> Account | None:
        """The account that comes with `token`, or None for a token that opens nothing."""
        grant = self.grant(token)
        return None if grant is None else self.named(grant.login)

    def grant(self, token: str) -> Grant | None:
        """What `token` may do on GitHub, or None for a token that opens nothing."""
        return self._grants.get(token)

    def everybody(self) -> list[Account]:
        """Everybody who may come in."""
        return [self.named(login) for login in dict.fromkeys(grant.login for grant in self._grants.values())]

    def holder(self, login: str) -> Account | None:
        """The account called `login` (in any case) that somebody may come in as, or None."""
        found = (each.login for each in self._grants.values() if each.login.lower() == login.lower())
        return next((self.named(each) for each in found), None)

    def named(self, login: str) -> Account:
        """The account called `login`; its ids follow from the name, so they are the same in every sandbox."""
        digest = hashlib.sha256(login.encode()).hexdigest()
        bare = login.removesuffix("[bot]")
        return Account(
            login=login,
            name=bare.replace("-", " ").replace("_", " ").title(),
            id=100_000_000 + int(digest[:7], 16),
            account_id=digest[:24],
            bot=bare != login,
        )
