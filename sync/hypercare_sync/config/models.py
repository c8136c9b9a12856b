"""What a config says: frozen, closed to unknown keys, and strict (a number is no text, `true` is no number)."""

import pathlib
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic.json_schema import SkipJsonSchema

from hypercare_rules.release import Release
from hypercare_sync.config.keys import read_key
from hypercare_sync.config.values import (
    AppId,
    GithubUrl,
    Length,
    MomentOfUse,
    PrivateKey,
    Query,
    Repo,
    StoreUrl,
    Text,
    Token,
    Url,
    Zone,
    store_file,
)
from hypercare_sync.yaml_file import wrong

DEFAULT_POLICY = "standard"

Permission = Literal["none", "read", "write", "admin"]
Pace = Annotated[int, Field(gt=0)] | Literal["off"] | None
"""Writes a minute; None: as the tracker documents its limits."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class JiraComments(_Part):
    """Who may read our comments on a Jira site: those in a project role, or in a group; all who see the ticket where both are left out.

    The customers of a service desk read none of them, unless `customers` says so.
    """

    role: Annotated[Text | None, Field(examples=["Developers"])] = None
    group: Annotated[Text | None, Field(examples=["jira-developers"])] = None
    customers: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        named = [name for name in ("role", "group", "customers") if getattr(self, name)]
        if len(named) > 1:
            raise wrong(" and ".join(named), "write one of them: each says who may read", quoted=False)
        return self


class JiraTracker(_Part):
    """A Jira site. With `email` the token is a Cloud API token; without, a personal access token of Data Center.

    A `scoped` token of Cloud's is sent to Atlassian's gateway, which alone takes it; a service account's needs no `email`.
    """

    kind: Literal["jira"]
    url: Url
    email: Text | None = None
    token: Token
    comments: JiraComments = JiraComments()
    scoped: bool = False
    pace: Pace = None


class GithubApp(_Part):
    """A GitHub App that we act as. `installation` is found from the repositories where it is left out."""

    id: AppId
    private_key: PrivateKey | None = None
    private_key_file: Annotated[Text | None, Field(examples=["./app.pem"])] = None
    installation: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _signs(self) -> Self:
        if (self.private_key is None) == (self.private_key_file is None):
            what = "no key" if self.private_key is None else "two keys"
            raise wrong(what, 'write either private_key: "${APP_KEY}" or private_key_file: ./app.pem', quoted=False)
        return self


class GithubTracker(_Part):
    """GitHub, or a GitHub Enterprise Server by the address of its REST API.

    We sign in with a `token`, or as an `app`. No endpoint tells what `permissions` a fine-grained token has, nor whether the `account`
    is ours alone or others act with it, too: `check` goes by what is said here.
    """

    kind: Literal["github"]
    url: GithubUrl = "https://api.github.com"
    token: Token | None = None
    app: GithubApp | None = None
    permissions: Annotated[dict[Text, Permission] | None, Field(examples=[{"issues": "write"}])] = None
    account: Literal["own", "shared"] | None = None
    pace: Pace = None

    @model_validator(mode="after")
    def _signs_in(self) -> Self:
        if (self.token is None) == (self.app is None):
            what = "no way to sign in" if self.token is None else "two ways to sign in"
            raise wrong(what, 'write either token: "${TOKEN}" or app: {id: ..., private_key: ...}', quoted=False)
        if self.app and self.permissions:
            raise wrong("an App's permissions are told by GitHub", "leave permissions: out", quoted=False)
        return self


Tracker = Annotated[JiraTracker | GithubTracker, Field(discriminator="kind")]


class _Source(_Part):
    """What the sources of both trackers have. `scope: all` takes planned work too; no `audience` means the tracker's own."""

    tracker: Text
    labels: tuple[Text, ...] = ()
    scope: Literal["reported", "all"] = "reported"
    audience: Literal["public", "internal", "restricted"] | None = None


class JiraSource(_Source):
    """Tickets of a Jira project by version, any of the labels or components, or those that a JQL query of the user's gives.

    Components are there before a release: tickets of theirs count from go-live on, earlier ones with `scope: all` only.
    """

    # Not a key of the file: `load` sets it from the tracker.
    kind: SkipJsonSchema[Literal["jira"]]
    project: Text | None = None
    version: Text | None = None
    components: tuple[Text, ...] = ()
    jql: Query | None = None

    @model_validator(mode="after")
    def _selects(self) -> Self:
        if not self.jql and not (self.project and (self.version or self.labels or self.components)):
            raise wrong("no condition", "write project: with version:, labels: or components:, or jql:", quoted=False)
        return self


class GithubSource(_Source):
    """Issues of a GitHub repository by milestone, any of the labels, or their issue type; of several any will do."""

    kind: SkipJsonSchema[Literal["github"]]
    repo: Repo
    milestone: Text | None = None
    issue_type: Text | None = None

    @model_validator(mode="after")
    def _selects(self) -> Self:
        if not (self.milestone or self.labels or self.issue_type):
            raise wrong("no condition", "write milestone:, labels: or issue_type:", quoted=False)
        return self


Source = Annotated[JiraSource | GithubSource, Field(discriminator="kind")]


class JiraSummary(_Part):
    """The Jira project in which the summary is kept."""

    kind: SkipJsonSchema[Literal["jira"]]
    tracker: Text
    project: Annotated[Text, Field(examples=["SHOP"])]
    issue_type: Text = "Task"


class GithubSummary(_Part):
    """The GitHub repository in which the summary is kept."""

    kind: SkipJsonSchema[Literal["github"]]
    tracker: Text
    repo: Repo


Summary = Annotated[JiraSummary | GithubSummary, Field(discriminator="kind")]


class ReleaseDates(_Part):
    """A release: when it went live, and how long its hypercare is planned."""

    name: Annotated[Text, Field(examples=["Shop 5.2"])]
    go_live: MomentOfUse
    hypercare: Length
    zone: Zone = "UTC"

    @property
    def release(self) -> Release:
        """The release as the rules know it."""
        return Release(name=self.name, go_live=self.go_live, hypercare=self.hypercare, zone=self.zone)


class ReleaseConfig(ReleaseDates):
    """A release: when it went live, how long its hypercare is planned, where its tickets come from and who reads what where.

    `policy` is the name of a built-in pack or the path of a file.
    """

    sources: Annotated[
        tuple[Source, ...],
        Field(min_length=1, examples=[[{"tracker": "web-github", "repo": "acme/web", "milestone": "5.2"}]]),
    ]
    untagged: Literal["suggest", "ignore"] = "suggest"
    summary: Annotated[Summary, Field(examples=[{"tracker": "web-github", "repo": "acme/ops"}])]
    policy: Text = DEFAULT_POLICY


class GuardLimits(_Part):
    """What a tick may do to a release unasked; more is refused until a person has looked at it.

    It may take labels or comments of ours off this share of the tickets that carry any (0.3 is 30 %), and change as many after an edit
    of the policy. So many `tickets` are always allowed, however large their share.
    """

    share: Annotated[float, Field(gt=0, le=1)] = 0.3
    tickets: Annotated[int, Field(ge=0)] = 10

    def exceeded(self, number: int, of: int) -> bool:
        """Whether so many of these tickets are more than a tick may touch."""
        return number > self.tickets and number > self.share * of


class ConfigFile(_Part):
    """What stands in the file. `max_duration` is how long a tick may take; what is left then goes to the next one.

    What exceeds the limits of `guard` is refused until a person has looked at it.
    `team` is the name under which a shared PostgreSQL store keeps this config's rows: the config's file name if it is left out.
    """

    version: Literal[1]
    store: Annotated[StoreUrl, Field(repr=False)] = "sqlite:///hypercare.db"
    team: Annotated[Text | None, Field(examples=["shop"])] = None
    trackers: Annotated[
        dict[Text, Tracker], Field(examples=[{"web-github": {"kind": "github", "token": "${GITHUB_TOKEN}"}}])
    ]
    releases: Annotated[tuple[ReleaseConfig, ...], Field(min_length=1)]
    max_duration: Length = timedelta(minutes=4)
    guard: GuardLimits = GuardLimits()


class Config(ConfigFile):
    """A config as it was loaded: `base` is the absolute path of its folder; `warnings` are lines to show to the user."""

    base: pathlib.Path
    team: str
    warnings: tuple[str, ...] = ()

    @property
    def store_file(self) -> pathlib.Path | None:
        """Where the store is; None where a server keeps it."""
        file = store_file(self.store)
        return self.base / file if file else None

    @property
    def store_url(self) -> str:
        """The store's address, with the whole path of its file. It may hold a password."""
        return f"sqlite:///{self.store_file}" if self.store_file else self.store

    def signing_key(self, app: GithubApp) -> SecretStr:
        """The private key of a tracker's App. Raises ConfigError where its file has become unusable since the config was loaded."""
        return app.private_key or SecretStr(read_key(self.base / (app.private_key_file or "")))

    def policy_file(self, release: ReleaseConfig) -> pathlib.Path | None:
        """The file of the release's policy; None where it names a built-in pack."""
        return self.base / release.policy if is_policy_path(release.policy) else None


def is_policy_path(policy: str) -> bool:
    """Whether a policy is named by the path of a file rather than as a built-in one."""
    return "/" in policy or policy.endswith((".yaml", ".yml"))
