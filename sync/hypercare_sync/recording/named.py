"""By which names and accounts people are found in the journal, and which rules a reason names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hypercare_rules.ticket import Ref
from hypercare_sync.release_state import ReleaseState


@dataclass(frozen=True)
class Names:
    """The `accounts` of the policies' people by their names there, and the `rules` that hold of each ticket."""

    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rules: Mapping[Ref, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def over(cls, releases: Iterable[ReleaseState]) -> "Names":
        """Those of these releases."""
        accounts: dict[str, frozenset[str]] = {}
        rules: dict[Ref, tuple[str, ...]] = {}
        for release in releases:
            for name, member in release.policy.people.items():
                known = filter(None, (member.name, member.github, member.jira))
                accounts[name] = accounts.get(name, frozenset()) | frozenset(known)
            for assessed in release.assessment.tickets:
                if matched := assessed.judgement.matched:
                    ref = assessed.ticket.ref
                    rules[ref] = tuple(dict.fromkeys((*rules.get(ref, ()), *matched)))
        return cls(accounts, rules)

    def of(self, people: Iterable[str]) -> tuple[str, ...]:
        """All that these people are called, in small letters."""
        called = {name for person in people for name in (person, *self.accounts.get(person, ()))}
        return tuple(sorted({name.casefold() for name in called}))

    def rules_in(self, ref: Ref, why: str) -> tuple[str, ...]:
        """The rules that a reason to change a ticket names."""
        return tuple(rule for rule in self.rules.get(ref, ()) if re.search(rf"\brule {re.escape(rule)}(?![\w-])", why))
