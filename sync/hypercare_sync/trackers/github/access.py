"""What our account may do on GitHub: asked of GitHub where it tells, tried by reading, and else what the config says of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from hypercare_sync.errors import AccessDenied
from hypercare_sync.trackers.access import SHARED, Access, Declared, Place
from hypercare_sync.trackers.github.answers import graphql
from hypercare_sync.trackers.github.app import AppTransport
from hypercare_sync.trackers.github.rights import Account, Kind, rights
from hypercare_sync.trackers.http import Answer, Client, NotFound
from hypercare_sync.trackers.raw import Raw

ACCOUNT = (
    "query Account($owner: String!, $name: String!) { viewer { login } repository(owner: $owner, name: $name) { id } }"
)
"""Who we are. Only users can ask REST for that; the repository says which of an App's installations is meant."""
_BOT = "[bot]"
_ACTIONS = f"github-actions{_BOT}"


@dataclass
class GithubInspector:
    """Tries one account on GitHub. `app` is given where we sign in as one."""

    name: str
    client: Client
    declared: Declared
    app: AppTransport | None = None

    def inspect(self, places: Collection[Place], people: Mapping[str, str]) -> Access:
        """What the account may do in these places, and whether it is ours alone."""
        account, rate = self._account(places)
        scopes = f" (scopes: {', '.join(sorted(account.scopes)) or 'none'})" if account.kind is Kind.classic else ""
        told = [f"signed in as {account.login} with {account.kind.value}{scopes}; {rate}"]
        lacks: list[str] = []
        if account.kind is Kind.actions and len(places) > 1:
            lacks.append(
                f"{account.login} writes in its workflow's own repository only, and here are {len(places)}: "
                f"{', '.join(place.name for place in places)}; use an App, or one repository for all"
            )
        doubts = list(self._ours(account, people))
        hidden: list[str] = []
        for place in places:
            here = self._in(account, place, people)
            hidden += here.hidden
            for lines, found in ((told, here.told), (lacks, here.lacks), (doubts, here.doubts)):
                lines += [f"{place.name}: {line}" for line in found]
        said = [tuple(f"{self.name}: {line}" for line in dict.fromkeys(each)) for each in (told, lacks, doubts)]
        return Access(said[0], said[1], said[2], tuple(hidden))

    def _account(self, places: Collection[Place]) -> tuple[Account, str]:
        """Who we are, and how many requests we may send. Raises AccessDenied where we are not let in anywhere."""
        for number, place in enumerate(places, 1):
            owner, _, name = place.name.partition("/")
            try:
                ask = {"query": ACCOUNT, "variables": {"owner": owner, "name": name}}
                answer = graphql(self.client, ask, lenient=True)
                break
            except AccessDenied:  # an App need not be installed for all of them
                if self.app is None or number == len(places):
                    raise
        login = Raw(answer.body).inner("viewer").text("login", "an unknown account")
        scopes = answer.headers.get("x-oauth-scopes")
        if self.app is not None:
            account = Account(login, Kind.app)
        elif login.endswith(_BOT):
            kind = Kind.actions if login == _ACTIONS else Kind.installation
            account = Account(login, kind, permissions=self.declared.permissions)
        elif scopes is not None:
            account = Account(login, Kind.classic, frozenset(scopes.replace(",", " ").split()))
        else:
            account = Account(login, Kind.fine_grained, permissions=self.declared.permissions)
        return account, _rate(answer)

    def _ours(self, account: Account, people: Mapping[str, str]) -> Iterator[str]:
        """Whether the account is ours alone, as far as it shows or is said."""
        if person := people.get(account.login.casefold()):
            yield f"{account.login} is {person} of the policy's people, and {SHARED}; use an App or an account of its own"
        elif self.declared.account == "shared":
            yield f"{account.login} acts for others, too, and {SHARED}; use an App or an account of its own"
        elif self.declared.account is None and account.kind is Kind.actions:
            yield f"{account.login} is the account of all workflows, and {SHARED}; where no other writes to issues, say so: `account: own`"
        elif self.declared.account is None and account.person:
            yield f"nobody tells whether {account.login} is ours alone; if nobody else acts with it, say so: `account: own`; if others do, use an App"
        if self.declared.permissions is not None and account.kind is Kind.classic:
            yield "`permissions` are not a classic token's, whose scopes GitHub tells; take them out of the config"

    def _in(self, account: Account, place: Place, people: Mapping[str, str]) -> Access:
        """What the account may do in one place."""
        try:
            if self.app is not None:
                permissions = self.app.installation(place.name).inner("permissions").value
                account = replace(account, permissions=permissions if isinstance(permissions, dict) else {})
            repository = Raw(self.client.read("GET", f"/repos/{place.name}").body)
            if repository.flag("has_issues"):
                self.client.read("GET", f"/repos/{place.name}/issues", params={"per_page": "1"})
            unassignable = list(self._unassignable(place, people))
        except NotFound:
            lacks = (f"there is no such repository, or our account may not see it; {_SEEING[account.kind]}",)
            return Access(lacks=lacks, hidden=(f"{self.name} {place.name}",))
        except AccessDenied as error:
            return Access(lacks=(str(error).removeprefix(f"{self.name}: "),), hidden=(f"{self.name} {place.name}",))
        found = rights(account, place, repository)
        told = (f"may read{''.join(f', {action}' for action in found.may)}",) if not found.lacks else ()
        return Access(told, tuple(found.lacks), (*found.doubts, *unassignable))

    def _unassignable(self, place: Place, people: Mapping[str, str]) -> Iterator[str]:
        """The policy's people whom nothing can be assigned to where tickets are."""
        for login, person in people.items() if place.source else ():
            try:
                self.client.read("GET", f"/repos/{place.name}/assignees/{login}")
            except NotFound:
                yield f"{login} ({person}) cannot be assigned there: no such account, or it has no access; then no mention reaches it in a private repository"


_SEEING = {
    Kind.classic: "check its name; a private one takes the scope repo and a role there",
    Kind.fine_grained: "check its name, and whether the token is for it (Repository access)",
    Kind.app: "check its name, and whether the App is installed for it",
    Kind.installation: "check its name, and whether the App is installed for it",
    Kind.actions: "check its name; a workflow's token sees no other private repository than its own",
}


def _rate(answer: Answer) -> str:
    """How many requests the account has an hour; GraphQL counts them on their own, with the same limit."""
    limit, left = (answer.headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining"))
    if not (limit.isdecimal() and left.isdecimal()):
        return "no rate limit"
    return f"{int(left):,} of {int(limit):,} points left this hour"
