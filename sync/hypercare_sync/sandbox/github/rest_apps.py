"""REST handlers for Apps in their own name: who they are, where they are installed, and tokens for that."""

from typing import Any

from starlette.responses import Response

from hypercare_sync.sandbox.grants import LEVELS, Grant

from .apps import App
from .calls import NOT_FOUND, Call, Problem
from .model import User
from .shapes import stamp


def _app(call: Call) -> App:
    found = call.world.apps.by_login(call.who.login)
    if found is None:
        raise Problem(*NOT_FOUND)
    return found


def app_shown(call: Call) -> Response:
    """GET /app: the App that asks."""
    app, since = _app(call), stamp(call.world.now())
    return call.answer(
        {
            "id": app.id,
            "slug": app.slug,
            "client_id": app.client_id,
            "node_id": call.who.node_id,
            "owner": call.shapes.user(call.who),
            "name": app.slug,
            "description": None,
            "external_url": call.shapes.base,
            "html_url": f"{call.shapes.base}/apps/{app.slug}",
            "created_at": since,
            "updated_at": since,
            "permissions": _permissions(app.grant),
            "events": [],
        }
    )


def installation_shown(call: Call) -> Response:
    """GET where the App is installed for a repository."""
    app, repository = _app(call), call.repository
    if not app.grant.covers(repository.full_name):
        raise Problem(*NOT_FOUND)
    owner, since = repository.owner, stamp(call.world.now())
    number = _installation(call, app, owner)
    suspended = app.slug in call.world.apps.suspended
    return call.answer(
        {
            "id": number,
            "app_id": app.id,
            "app_slug": app.slug,
            "client_id": app.client_id,
            "account": call.shapes.user(owner),
            "target_id": owner.id,
            "target_type": owner.kind,
            "repository_selection": _selection(app.grant),
            "access_tokens_url": f"{call.shapes.api}/app/installations/{number}/access_tokens",
            "repositories_url": f"{call.shapes.api}/installation/repositories",
            "html_url": f"{call.shapes.base}/settings/installations/{number}",
            "permissions": _permissions(app.grant),
            "events": [],
            "single_file_name": None,
            "created_at": since,
            "updated_at": since,
            "suspended_by": call.shapes.user(owner) if suspended else None,
            "suspended_at": since if suspended else None,
        }
    )


def token_created(call: Call) -> Response:
    """POST a token for an installation, with all of the App's permissions or with some of them."""
    app, number = _app(call), call.number("installation_id")
    owners = {home.owner.login: home.owner for home in call.world.repositories.values()}
    owner = next((owner for owner in owners.values() if _installation(call, app, owner) == number), None)
    if owner is None:
        raise Problem(*NOT_FOUND)
    if app.slug in call.world.apps.suspended:
        raise Problem(403, "This installation has been suspended")
    held, asked = _permissions(app.grant), call.fields().get("permissions") or {}
    if not isinstance(asked, dict) or any(not _holds(held, name, level) for name, level in asked.items()):
        raise Problem(422, "The permissions requested are not granted to this installation.")
    mine = frozenset({f"{owner.login.lower()}/*"})
    chosen = mine if app.grant.only is None else app.grant.only
    grant = Grant(app.login, asked or held, bearer=app.grant.bearer, only=chosen)
    token, ends = call.world.apps.mint(grant)
    told = {"expires_at": stamp(ends), "permissions": asked or held, "repository_selection": _selection(app.grant)}
    return call.answer({"token": token, **told}, 201)


def _installation(call: Call, app: App, owner: User) -> int:
    """The id of an App's installation with an owner, the same in every sandbox."""
    return call.world.accounts.named(f"{app.slug} at {owner.login}").id % 100_000_000


def _permissions(grant: Grant) -> dict[str, str]:
    """What it is granted; metadata is always there."""
    return {"metadata": "read", **{name: level for name, level in (grant.permissions or {}).items() if level != "none"}}


def _holds(held: dict[str, str], name: str, level: Any) -> bool:
    return level in LEVELS and LEVELS.index(held.get(name, "none")) >= LEVELS.index(level)


def _selection(grant: Grant) -> str:
    return "all" if grant.only is None else "selected"
