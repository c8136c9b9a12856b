"""The embedded GitHub's GraphQL endpoint: our part of the official schema, executed over the world."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    build_ast_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import fields, mutations, permissions
from .calls import Problem, base_url, caller
from .calls import parse as parse_json
from .cost import MOST_NODES, cost_of, largest_page
from .issue_resolvers import type_of
from .limits import Limits
from .resolvers import Asker, Context
from .server import GITHUB_COM, Server
from .server import document as sdl_of
from .shapes import Shapes, stamp
from .world import GitHubWorld

_UNKNOWN_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")


def graphql_endpoint(world: GitHubWorld, limits: Limits) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint as Starlette calls it."""

    async def answer(request: Request) -> Response:
        try:
            viewer, grant = caller(world, request)
            body = _read(await request.body())
        except Problem as problem:
            return JSONResponse(problem.body, status_code=problem.status)
        document = _document(body["query"])[0]
        creates, write = _creations(_operation(document, body.get("operationName")))
        if slowed := limits.slow(viewer.login, "graphql", write=write, creates=creates):
            headers = {**limits.headers(viewer.login, "graphql"), **slowed.headers}
            return JSONResponse(slowed.body, slowed.status, headers)
        asker = Asker(world, viewer, grant, Shapes(base_url(request), world.server))
        content = _execute(limits, asker, body)
        counted = limits.headers(viewer.login, "graphql") if world.server.has_limits else {}
        told = {**counted, **permissions.headers(grant, ()), **world.server.headers()}
        return JSONResponse(content, headers=told)

    return answer


def operation_of(body: bytes) -> str | None:
    """What a request asks for, such as `query Issues` or `mutation AddLabels`; None where it cannot be told."""
    try:
        given = _read(body)
    except Problem:
        return None
    operation = _operation(_document(given["query"])[0], given.get("operationName"))
    if operation is None:
        return None
    name = operation.name.value if operation.name else ""
    return f"{operation.operation.value} {name}".strip()


def page_of(body: bytes) -> int:
    """How many rows the largest page of a query asks for, pages within pages left out; 0 where it asks for none."""
    try:
        given = _read(body)
    except Problem:
        return 0
    document, errors = _document(given["query"])
    operation = _operation(document, given.get("operationName"))
    if document is None or operation is None or errors:
        return 0
    return largest_page(document, operation, given.get("variables") or {})


_CREATING = {"addComment", "createIssue", "createLabel"}


def _creations(operation: OperationDefinitionNode | None) -> tuple[int, bool]:
    """How many things a mutation creates, and whether it is one at all."""
    if operation is None or operation.operation is not OperationType.MUTATION:
        return 0, False
    asked = [each.name.value for each in operation.selection_set.selections if isinstance(each, FieldNode)]
    return sum(name in _CREATING for name in asked), True


def _read(raw: bytes) -> dict[str, Any]:
    """The request's members. Raises Problem for a body that holds no query."""
    body = parse_json(raw)
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Problem(400, "A query attribute must be specified and must be a string.")
    if not isinstance(body.get("variables") or {}, dict):
        raise Problem(400, "Variables must be an object.")
    return body


def _execute(limits: Limits, asker: Asker, body: dict[str, Any]) -> dict[str, Any]:
    """GitHub's answer, with partial data where only a part failed."""
    document, errors = _document(body["query"], asker.world.server)
    operation = _operation(document, body.get("operationName"))
    if errors or document is None:
        return {"errors": [_shape(error) for error in errors]}
    if operation is None:
        return {"errors": [{"message": "An operation name is required", "type": "OPERATION_NAME"}]}
    variables = body.get("variables") or {}
    cost = cost_of(document, operation, variables)
    if cost.nodes > MOST_NODES:
        message = f"This query requests up to {cost.nodes:,} possible nodes which exceeds the maximum limit of {MOST_NODES:,}."
        return {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}]}
    limits.spend(asker.viewer.login, "graphql", cost.points)
    rate = limits.rate(asker.viewer.login, "graphql")
    result = execute_sync(
        schema(asker.world.server),
        document,
        context_value=Context(asker.world, asker.viewer, asker.grant, asker.shapes, cost.points, cost.nodes, rate),
        variable_values=variables,
        operation_name=body.get("operationName"),
    )
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_shape(error) for error in result.errors]
    return answer


def _operation(document: DocumentNode | None, name: str | None) -> OperationDefinitionNode | None:
    return get_operation_ast(document, name) if document else None


@lru_cache(maxsize=256)
def _document(query: str, server: Server = GITHUB_COM) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """A query, parsed and checked against the schema; clients repeat theirs, so the outcome is kept."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schema(server), document)


def _shape(error: GraphQLError) -> dict[str, Any]:
    """An error as GitHub writes it: the `type` beside the message, and a field that is not there in words of its own."""
    shape: dict[str, Any] = {"message": error.message}
    if unknown := _UNKNOWN_FIELD.match(error.message):
        field, kind = unknown.groups()
        shape["message"] = f"Field '{field}' doesn't exist on type '{kind}'"
        shape["extensions"] = {"code": "undefinedField", "typeName": kind, "fieldName": field}
    if error.extensions:
        shape = {**error.extensions, **shape}
    if error.path is not None:
        shape["path"] = error.path
    if error.locations:
        shape["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return shape


@cache
def schema(server: Server = GITHUB_COM) -> GraphQLSchema:
    """Our part of the schema that such a server has, with a resolver at each of its fields."""
    built = build_ast_schema(sdl_of(server))
    for name, kind in built.type_map.items():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = lambda value, _info, _kind: type_of(value)
        elif isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            known = mutations.RESOLVERS if name == OperationType.MUTATION.value.title() else fields.FIELDS.get(name, {})
            for field_name, field in kind.fields.items():
                field.resolve = known.get(field_name) or _attribute(field_name)
    return built


def _attribute(name: str) -> Callable[..., Any]:
    """Reads a field off an attribute of the same name in snake case, or off a mapping's member."""
    attribute = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()

    def resolve(source: Any, _info: Any, **_arguments: Any) -> Any:
        value = source.get(name) if isinstance(source, dict) else getattr(source, attribute)
        return stamp(value) if isinstance(value, datetime) else value

    return resolve
