"""Which GitHub the sandbox is: github.com, or an Enterprise Server of some version, which lacks what came later and has no rate limits.

Since when: sub-issues 3.17 and dependencies 3.19 by what GitHub's own command line asks a server for (the documentation's data say 3.16
for sub-issues), issue types 3.18 by the documentation's data. Rate limits are off on a server unless somebody turns them on.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from graphql import (
    REMOVE,
    DocumentNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    Visitor,
    parse,
    visit,
)

from hypercare_sync.errors import ConfigError

_SUB_ISSUES, _TYPES, _DEPENDENCIES = (3, 17), (3, 18), (3, 19)
_NAMES = re.compile(r"(Add|Remove)?SubIssue.*|ParentIssue.*|(SUB|PARENT)_ISSUE_.*", re.DOTALL)
_FIELDS = {"parent", "subIssues", "subIssuesSummary", "addSubIssue", "removeSubIssue"}


@dataclass(frozen=True)
class Server:
    """A GitHub; `version` is an Enterprise Server's, None is github.com."""

    version: tuple[int, int] | None = None

    @property
    def has_sub_issues(self) -> bool:
        """Whether issues can be parts of others."""
        return self.version is None or self.version >= _SUB_ISSUES

    @property
    def has_types(self) -> bool:
        """Whether issues are of types."""
        return self.version is None or self.version >= _TYPES

    @property
    def has_dependencies(self) -> bool:
        """Whether issues can block others."""
        return self.version is None or self.version >= _DEPENDENCIES

    @property
    def has_limits(self) -> bool:
        """Whether requests are counted."""
        return self.version is None

    def serves(self, path: str) -> bool:
        """Whether REST has this path, as the routes have it."""
        if "/dependencies/" in path:
            return self.has_dependencies
        return self.has_sub_issues or not re.search(r"/(sub_issues?|parent)\b", path)

    def headers(self) -> dict[str, str]:
        """What every answer says of the server."""
        if self.version is None:
            return {}
        major, minor = self.version
        return {"X-GitHub-Enterprise-Version": f"enterprise-server@{major}.{minor}.0"}


GITHUB_COM = Server()


def read_server(text: str) -> Server:
    """The Enterprise Server of a version such as 3.12. Raises ConfigError for anything else."""
    match = re.fullmatch(r"(3)\.(\d{1,2})", text)
    if match is None:
        raise ConfigError(f"--github-server: {text!r} is no version; write 3.12 or the like")
    return Server((int(match[1]), int(match[2])))


@cache
def document(server: Server) -> DocumentNode:
    """The GraphQL schema that a server has."""
    whole = parse(resources.files(__package__).joinpath("schema.graphql").read_text(encoding="utf-8"))
    if server.has_sub_issues:
        return whole
    cut: DocumentNode = visit(whole, _WithoutSubIssues())
    return cut


class _WithoutSubIssues(Visitor):
    """Takes sub-issues out of a schema: their types, the fields and values of those, and the members of unions."""

    def enter_field_definition(self, node: FieldDefinitionNode, *_: object) -> object:
        return REMOVE if node.name.value in _FIELDS else None

    def enter_enum_value_definition(self, node: EnumValueDefinitionNode, *_: object) -> object:
        return REMOVE if _NAMES.fullmatch(node.name.value) else None

    def enter_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: object) -> object:
        return REMOVE if _NAMES.fullmatch(node.name.value) else None

    def enter_input_object_type_definition(self, node: InputObjectTypeDefinitionNode, *_: object) -> object:
        return REMOVE if _NAMES.fullmatch(node.name.value) else None

    def enter_union_type_definition(self, node: UnionTypeDefinitionNode, *_: object) -> Node:
        kept = tuple(each for each in node.types or () if not _NAMES.fullmatch(each.name.value))
        return UnionTypeDefinitionNode(
            name=node.name, types=kept, directives=node.directives, description=node.description
        )
