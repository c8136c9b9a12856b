"""Where a site's REST API is and which of the two Jiras it is: found out once, by asking the site, and remembered."""

from dataclasses import dataclass, field

from hypercare_sync.errors import AccessDenied
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.http import Client
from hypercare_sync.trackers.raw import Raw

GATEWAY = "https://api.atlassian.com"


@dataclass(frozen=True)
class SignIn:
    """How an account signs in: on Cloud with its e-mail and an API token, on Data Center with a personal access token alone.

    A `scoped` token of Cloud's is taken by the gateway only; a service account's needs no e-mail there.
    """

    token: str = field(repr=False)
    email: str | None = None
    scoped: bool = False


@dataclass(frozen=True)
class Address:
    """A site that was found: `root` is where its REST resources are."""

    cloud: bool
    root: str

    @classmethod
    def below(cls, base: str, *, cloud: bool) -> "Address":
        """The address of an API below `base`: texts are documents in Cloud's version 3, and Data Center has no other than 2."""
        return cls(cloud, f"{base}/rest/api/{3 if cloud else 2}/")


@dataclass
class Door:
    """The way into one site. `client` asks what no REST root is needed for; `gateway` is where scoped tokens are taken."""

    url: str
    sign_in: SignIn
    client: Client
    gateway: str = GATEWAY
    known: Address | None = None

    def address(self) -> Address:
        """Where the API is. Raises the errors of reading, and AccessDenied where the flavour does not take what we sign in with."""
        if self.known is None:
            base = self._base()
            flavour = Raw(self.client.once("GET", f"{base}/rest/api/2/serverInfo", {}).body).text("deploymentType")
            if not flavour:
                raise Unanswered(f"{self.client.name}: serverInfo tells no deploymentType; check `url` in the config")
            self._check(cloud=flavour == "Cloud")
            self.known = Address.below(base, cloud=flavour == "Cloud")
        return self.known

    def _base(self) -> str:
        """The site itself, or its place at the gateway."""
        if not self.sign_in.scoped:
            return self.url
        cloud_id = Raw(self.client.once("GET", f"{self.url}/_edge/tenant_info", {}).body).text("cloudId")
        if not cloud_id:
            raise Unanswered(f"{self.client.name}: _edge/tenant_info tells no cloudId; check `url` in the config")
        return f"{self.gateway}/ex/jira/{cloud_id}"

    def _check(self, *, cloud: bool) -> None:
        if cloud and self.sign_in.email is None and not self.sign_in.scoped:
            raise AccessDenied(
                f"{self.client.name}: {self.url} is Jira Cloud, which takes a token with its account's e-mail only; "
                "write `email:` beside the token, or `scoped: true` for the scoped token of a service account"
            )
