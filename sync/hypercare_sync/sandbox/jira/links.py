"""REST resources of links: between two issues, and from an issue to something elsewhere."""

from typing import Any

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira.access import require
from hypercare_sync.sandbox.jira.http import Call, no_content
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.refusal import Refusal

LONGEST_GLOBAL_ID = 255


def remote_index(call: Call) -> Response:
    """GET /issue/{issue}/remotelink: all, or the one with the query's `globalId`."""
    issue, wanted = call.issue(), call.query.get("globalId")
    if wanted is None:
        return JSONResponse([_shaped(call, issue, link) for link in issue.remote_links])
    found = _with_global_id(issue, wanted)
    if found is None:
        raise Refusal(404, f"No remote link with the global id '{wanted}' exists for the issue.")
    return JSONResponse(_shaped(call, issue, found))


def remote_show(call: Call) -> Response:
    """GET /issue/{issue}/remotelink/{link}."""
    issue = call.issue()
    return JSONResponse(_shaped(call, issue, _by_id(call, issue)))


def remote_put(call: Call) -> Response:
    """POST /issue/{issue}/remotelink: a link with a `globalId` that the issue has is updated (200), any other is new (201)."""
    issue, given = _to_link(call), _remote(call.payload())
    known = _with_global_id(issue, given["globalId"]) if "globalId" in given else None
    if known is not None:
        _replace(call, issue, known, given)
        return JSONResponse(_identity(call, issue, known))
    link = {"id": int(call.world.new_id()), **given}
    with call.world.change(issue, call.person) as change:
        change.items.append(_item(None, link))
        issue.remote_links.append(link)
    return JSONResponse(_identity(call, issue, link), 201)


def remote_edit(call: Call) -> Response:
    """PUT /issue/{issue}/remotelink/{link}."""
    issue = _to_link(call)
    _replace(call, issue, _by_id(call, issue), _remote(call.payload()))
    return no_content()


def remote_delete(call: Call) -> Response:
    """DELETE /issue/{issue}/remotelink?globalId=... or /issue/{issue}/remotelink/{link}."""
    issue = _to_link(call)
    wanted = call.query.get("globalId", "")
    link = _by_id(call, issue) if "link" in call.path else _with_global_id(issue, wanted)
    if link is None:
        raise Refusal(404, f"No remote link with the global id '{wanted}' exists for the issue.")
    with call.world.change(issue, call.person) as change:
        change.items.append(_item(link, None))
        issue.remote_links.remove(link)
    return no_content()


def create(call: Call) -> Response:
    """POST /issueLink: the type's outward phrase reads from the inward issue to the outward one."""
    body = call.payload()
    reference = body.get("type")
    kind: Json = reference if isinstance(reference, dict) else {}
    known = call.world.link_types.find(str(kind.get("id") or kind.get("name") or ""))
    if known is None:
        raise Refusal(404, f"No issue link type with name '{kind.get('name', '')}' found.")
    inward, outward = _linked(call, body.get("inwardIssue")), _linked(call, body.get("outwardIssue"))
    # Cloud says that it is not found; what Data Center says of it is documented as 401.
    require(call.rights, "LINK_ISSUES", inward.project_key, Refusal(404 if call.world.cloud else 401, _NO_LINKS))
    identity = call.world.new_id()
    for issue, side, other in ((inward, "outwardIssue", outward), (outward, "inwardIssue", inward)):
        with call.world.change(issue, call.person) as change:
            issue.fields.setdefault("issuelinks", []).append(
                {"id": identity, "type": known, side: {"id": other.id, "key": other.key}}
            )
            phrase = known["outward" if side == "outwardIssue" else "inward"]
            change.items.append(
                _history("Link", "issuelinks", ("", ""), (other.key, f"This issue {phrase} {other.key}"))
            )
    return Response(status_code=201)


def types(call: Call) -> Response:
    """GET /issueLinkType."""
    return JSONResponse(
        {
            "issueLinkTypes": [
                {"self": call.shaper.url(f"issueLinkType/{kind['id']}"), **kind} for kind in call.world.link_types
            ]
        }
    )


def _linked(call: Call, reference: Any) -> Issue:
    named = reference if isinstance(reference, dict) else {}
    return call.visible(str(named.get("key") or named.get("id") or ""))


_NO_LINKS = "No Link Issue Permission for issue"


def _to_link(call: Call) -> Issue:
    issue = call.issue()
    require(call.rights, "LINK_ISSUES", issue.project_key, Refusal(403, f"{_NO_LINKS} '{issue.key}'"))
    return issue


def _remote(body: Json) -> Json:
    target = body.get("object")
    errors = {
        name: f"'{name}' is required."
        for name in ("title", "url")
        if not isinstance(target, dict) or not target.get(name)
    }
    if len(str(body.get("globalId") or "")) > LONGEST_GLOBAL_ID:
        errors["globalId"] = f"'globalId' can't exceed {LONGEST_GLOBAL_ID} characters."
    if errors:
        raise Refusal(400, errors=errors)
    return {name: body[name] for name in ("globalId", "application", "relationship", "object") if body.get(name)}


def _replace(call: Call, issue: Issue, known: Json, given: Json) -> None:
    wanted = {"id": known["id"], **given}
    if wanted == known:
        return
    with call.world.change(issue, call.person) as change:
        change.items.append(_item(known, wanted))
        known.clear()
        known.update(wanted)


def _with_global_id(issue: Issue, wanted: str) -> Json | None:
    return next((link for link in issue.remote_links if link.get("globalId") == wanted), None)


def _by_id(call: Call, issue: Issue) -> Json:
    wanted = call.path["link"]
    found = next((link for link in issue.remote_links if str(link["id"]) == wanted), None)
    if found is None:
        raise Refusal(404, f"No remote link with the id '{wanted}' exists for the issue.")
    return found


def _shaped(call: Call, issue: Issue, link: Json) -> Json:
    return {**_identity(call, issue, link), **link}


def _identity(call: Call, issue: Issue, link: Json) -> Json:
    return {"id": link["id"], "self": call.shaper.url(f"issue/{issue.key}/remotelink/{link['id']}")}


def _item(before: Json | None, after: Json | None) -> Json:
    return _history("RemoteIssueLink", "", _told(before), _told(after))


def _told(link: Json | None) -> tuple[str, str]:
    if link is None:
        return "", ""
    application = (link.get("application") or {}).get("name") or "Web Link"
    return str(link["id"]), f'This issue links to "{link["object"]["title"]} ({application})"'


def _history(field: str, field_id: str, before: tuple[str, str], after: tuple[str, str]) -> Json:
    item = {
        "field": field,
        "fieldtype": "jira",
        "from": before[0],
        "fromString": before[1],
        "to": after[0],
        "toString": after[1],
    }
    return {**item, "fieldId": field_id} if field_id else item
