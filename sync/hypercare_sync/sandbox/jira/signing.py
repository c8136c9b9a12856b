"""Who comes to the embedded Jira, and through which door: a site takes plain tokens, the gateway takes scoped ones."""

import base64
import binascii

from starlette.requests import Request
from starlette.responses import JSONResponse

from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.reading import is_read
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.sandbox.jira_rights import JiraRights
from hypercare_sync.sandbox.people import Account

_OF_USERS = ("myself", "user")


def caller(world: JiraWorld, request: Request, *, gateway: bool) -> tuple[Account, JiraRights] | None:
    """Who comes with a known token, and what it opens: by any name and the token, or by a bearer token.

    A person's token is no bearer on Cloud; at the gateway, where service accounts come, it is.
    """
    token = _token(request)
    if world.cloud and not gateway and request.headers.get("authorization", "").lower().startswith("bearer"):
        return None
    account, grant = world.accounts.by_token(token), world.accounts.grant(token)
    return (account, grant.jira) if account and grant else None


def person(world: JiraWorld, account: Account, rights: JiraRights) -> Json:
    """The user that an account acts as, in the time zone that came with its token."""
    found = world.person(account)
    if rights.zone:
        found["timeZone"] = rights.zone
    return found


def refused(rights: JiraRights, method: str, path: str, *, gateway: bool) -> JSONResponse | None:
    """What the door says to a token that it does not take, or whose scopes do not reach so far.

    That the gateway does not take a plain token is not documented, only that a scoped one needs it.
    """
    if not gateway:
        return None if rights.scopes is None else unauthenticated()
    if path.startswith(_OF_USERS):
        needed = "read:jira-user"
    else:
        needed = "read:jira-work" if is_read(method, path) else "write:jira-work"
    if needed in (rights.scopes or ()):
        return None
    return JSONResponse({"code": 401, "message": "Unauthorized; scope does not match"}, 401)


def unauthenticated() -> JSONResponse:
    """Jira's answer to whom it does not know."""
    headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", "WWW-Authenticate": 'OAuth realm="sandbox"'}
    body = {"message": "Client must be authenticated to access this resource.", "status-code": 401}
    return JSONResponse(body, 401, headers)


def _token(request: Request) -> str:
    """The token of a request, empty where there is none that can be read."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
