"""REST resource of fields: what the site has, and a new one."""

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira.access import require
from hypercare_sync.sandbox.jira.builtin import FIELDS, NOT_NAVIGABLE
from hypercare_sync.sandbox.jira.custom import KINDS
from hypercare_sync.sandbox.jira.http import Call
from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.refusal import Refusal


def index(call: Call) -> Response:
    """GET /field."""
    system = [
        _field(name, shown, {"type": kind, "system": name}, [_CLAUSE_NAMES.get(name, name)])
        for name, (shown, kind) in FIELDS.items()
    ]
    own = [_field(one.id, one.name, one.schema, [f"cf[{one.number}]", one.name]) for one in call.world.custom]
    return JSONResponse([_of_flavour(call, field) for field in (*system, *own)])


def create(call: Call) -> Response:
    """POST /field: a custom field of a kind that Jira brings along."""
    refusal = Refusal(400, "You are not authorized to perform this action. Administrator privileges are required.")
    require(call.rights, "ADMINISTER", "", refusal)
    body = call.payload()
    name, kind = body.get("name"), body.get("type")
    errors = {}
    if not isinstance(name, str) or not name.strip():
        errors["name"] = "Field name is required."
    if not isinstance(kind, str) or kind not in KINDS:
        errors["fieldType"] = f"Invalid field type: {kind}"
    if errors:
        raise Refusal(400, errors=errors)
    made = call.world.custom.define(str(name), str(kind))
    told = _field(made.id, made.name, made.schema, [f"cf[{made.number}]", made.name])
    return JSONResponse(_of_flavour(call, told), 201)


def _field(identity: str, name: str, schema: Json, clauses: list[str]) -> Json:
    return {
        "id": identity,
        "key": identity,
        "name": name,
        "custom": "custom" in schema,
        "orderable": True,
        "navigable": identity not in NOT_NAVIGABLE,
        "searchable": True,
        "clauseNames": clauses,
        "schema": schema,
    }


def _of_flavour(call: Call, field: Json) -> Json:
    return field if call.world.cloud else {name: value for name, value in field.items() if name != "key"}


_CLAUSE_NAMES = {
    "versions": "affectedVersion",
    "fixVersions": "fixVersion",
    "components": "component",
    "security": "level",
}
