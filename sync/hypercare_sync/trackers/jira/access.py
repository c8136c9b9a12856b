"""What our account may do on a Jira site: asked of the site for each project, without writing."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hypercare_sync.errors import AccessDenied
from hypercare_sync.trackers.access import SHARED, Access, Place, any_of
from hypercare_sync.trackers.http import Forbidden, NotFound, Unwritable
from hypercare_sync.trackers.jira.comments import EVERYBODY, CommentReaders
from hypercare_sync.trackers.jira.rights import EDIT, off_screen, permission_name, permissions
from hypercare_sync.trackers.jira.site import priorities
from hypercare_sync.trackers.jira.transport import JiraClient
from hypercare_sync.trackers.raw import Raw

_SCOPES = "read:jira-user, read:jira-work and write:jira-work"
_TICKETS = {
    "read": "BROWSE_PROJECTS",
    "label tickets": EDIT,
    "comment": "ADD_COMMENTS",
    "edit our comments": "EDIT_OWN_COMMENTS",
    "remove our comments that stand twice": "DELETE_OWN_COMMENTS",
}
_ASSIGNING = {"assign tickets": "ASSIGN_ISSUES"}
_SUMMARY = {"read": "BROWSE_PROJECTS", "open the summary": "CREATE_ISSUES", "edit the summary": EDIT}
"""What we do where tickets are and where the summary is, with the permission that it takes."""
_REFUSED = "Jira refuses what the account could not read itself"
_CLOSING, _QUIET, _LINKING = "TRANSITION_ISSUES", "ADMINISTER_PROJECTS", "LINK_ISSUES"


@dataclass
class JiraInspector:
    """Tries one account on a Jira site; `readers` may read our comments there."""

    name: str
    client: JiraClient
    readers: CommentReaders = EVERYBODY

    def inspect(self, places: Collection[Place], people: Mapping[str, str]) -> Access:
        """What the account may do in these projects, and whether it is one of the policies' people."""
        of_group = self.readers.group is not None
        user = Raw(self.client.read("GET", "myself", params={"expand": "groups"} if of_group else {}).body)
        login = user.text("displayName") or user.text("name", "an unknown account")
        told, lacks = [f"signed in as {login} on {self._flavour()}"], list[str]()
        ids = (user.text(name).casefold() for name in ("accountId", "name", "key"))
        doubts = [
            f"{login} is {people[one]} of the policy's people, and {SHARED}; use an account of its own"
            for one in ids
            if one in people
        ][:1]
        if of_group and self.readers.group not in _names(user.inner("groups").rows("items")):
            doubts.append(f"{login} is not in the group {self.readers.group}, for which our comments are: {_REFUSED}")
        hidden: list[str] = []
        for place in places:
            here = self._in(place, login)
            hidden += here.hidden
            for lines, found in ((told, here.told), (lacks, here.lacks), (doubts, here.doubts)):
                lines += [f"{place.name}: {line}" for line in found]
        doubts += [
            *self._unknown_priorities(places),
            *self._strangers(people if any(one.source for one in places) else {}),
        ]
        said = [tuple(f"{self.name}: {line}" for line in each) for each in (told, lacks, doubts)]
        return Access(said[0], said[1], said[2], tuple(hidden))

    def _flavour(self) -> str:
        if not self.client.address().cloud:
            return "Jira Data Center with a personal access token"
        if self.client.door.sign_in.scoped:
            return f"Jira Cloud with a scoped token by the gateway (nobody tells its scopes; it takes {_SCOPES})"
        return "Jira Cloud with an API token"

    def _unknown_priorities(self, places: Collection[Place]) -> list[str]:
        """The native priorities that policies name and the site does not have."""
        named = frozenset().union(*(place.priorities for place in places))
        there = priorities(self.client) if named else ()
        unknown = sorted(named - {name for name in named if name.casefold() in map(str.casefold, there)})
        return [
            f"there is no native priority {name!r} here, only {', '.join(there)}; mend `native_priority` in the policy"
            for name in unknown
        ]

    def _strangers(self, people: Mapping[str, str]) -> Iterator[str]:
        """The policy's people who are nobody here, as somebody is by their old name on Data Center; nothing where we may not look."""
        what, by = ("account id", "accountId") if self.client.address().cloud else ("user name", "username")
        for account, person in people.items():
            try:
                found = Raw(self.client.read("GET", "user", params={by: account}).body)
            except NotFound:
                yield f"nobody here has the {what} {account} ({person}): mend `jira` of that person in the policy"
            except Forbidden:
                return
            else:
                if not found.flag("active"):
                    yield f"{account} ({person}) is no longer active here: nothing can be assigned to them"

    def _in(self, place: Place, login: str) -> Access:
        """What the account may do in one project."""
        needed = _needed(place)
        keys = dict.fromkeys(
            (*needed.values(), _QUIET, *([_LINKING] if place.source else []), *([_CLOSING] if place.summary else []))
        )
        try:
            body = permissions(self.client, place.name, keys)
        except NotFound:
            lacks = ("there is no such project, or our account may not see it; check its key",)
            return Access(lacks=lacks, hidden=(f"{self.name} {place.name}",))
        except AccessDenied as error:
            return Access(lacks=(str(error).removeprefix(f"{self.name}: "),))
        held = {key for key in keys if body.inner(key).flag("havePermission")}
        names = {key: permission_name(body, key) for key in keys}
        may = [action for action, key in needed.items() if key in held]
        return Access(
            told=(f"may {', '.join(may)}",) if may else (),
            lacks=(*_lacking(needed, held, names, login), *(self._unlabelled(place) if EDIT in held else ())),
            doubts=(*_doubts(place, held, names, login), *self._outside(place, login)),
        )

    def _unlabelled(self, place: Place) -> Iterator[str]:
        """The types of tickets whose edit screens have no field for labels."""
        for key in place.examples:
            try:
                kind = off_screen(self.client, key, "labels")
            except (NotFound, Unwritable):  # it is gone or read-only by now
                continue
            if kind is not None:
                yield f"cannot label tickets of the type {kind}: put the field Labels on its edit screen there"

    def _outside(self, place: Place, login: str) -> Iterator[str]:
        """That the account is not in the role for which our comments are. Data Center tells that to administrators only: it is not asked."""
        role = self.readers.role
        if role is None or not place.source or not self.client.address().cloud:
            return
        path, params = f"project/{place.name}/roledetails", {"currentMember": "true"}
        mine = Raw({"rows": self.client.read("GET", path, params=params).body}).rows("rows")
        if role not in _names(mine):
            yield f"{login} is not in the role {role}, for which our comments are: {_REFUSED}"


def _names(rows: Iterable[Raw]) -> set[str]:
    return {row.text("name") for row in rows}


def _needed(place: Place) -> dict[str, str]:
    return (
        (_TICKETS if place.source else {})
        | (_ASSIGNING if place.source and place.assigns else {})
        | (_SUMMARY if place.summary else {})
    )


def _lacking(needed: Mapping[str, str], held: set[str], names: Mapping[str, str], login: str) -> Iterator[str]:
    """For each permission that is missing what it keeps us from."""
    for key in dict.fromkeys(key for key in needed.values() if key not in held):
        actions = [action for action, wanted in needed.items() if wanted == key]
        yield f"cannot {any_of(actions)}: give {login} the permission {names[key]} there"


def _doubts(place: Place, held: set[str], names: Mapping[str, str], login: str) -> Iterator[str]:
    if _QUIET not in held:
        yield (
            "watchers are mailed of our edits: that nobody is told of them (`notifyUsers=false`) takes the permission "
            f"{names[_QUIET]}; give it to {login} there, or live with the mails"
        )
    if place.source and _LINKING not in held:
        yield (
            "tickets get no web links to the summary and to the other tickets of their incidents: that takes the permission "
            f"{names[_LINKING]}; give it to {login} there, or do without"
        )
    if place.summary and _CLOSING not in held:
        yield f"cannot close the summary when hypercare ends, nor one that stands twice: that takes the permission {names[_CLOSING]}"
