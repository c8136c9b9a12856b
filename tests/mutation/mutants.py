"""Small breaks of a module's source, one at a time: what a careless edit of an operator or a clock would do.

Every comparison, negation, connective, alternative, sum, constant answer and named member (a clock's state, an operator's test) of the
module is a place to break, so that an operator which is added later is covered without a word here.
"""

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_REVERSED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.Gt: ast.LtE}
_OTHER_CALL = {"min": "max", "max": "min", "any": "all", "all": "any", "AllOf": "AnyOf", "AnyOf": "AllOf"}
_MODULE = "(module)"  # where what is broken is in no function


@dataclass(frozen=True)
class Mutant:
    """One break: the function it is in, what it made of what, and the whole broken source."""

    function: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """The break in words that stay when lines move."""
        return f"{self.function}: {self.before} -> {self.after}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every break of a module, in the order of its lines."""
    tree = ast.parse(source)
    members = _members(tree)
    for function, nodes in _places(tree):
        for node in nodes:
            for broken in (*_broken(node), *_exchanged(node, members)):
                yield Mutant(function, node.lineno, ast.unparse(node), ast.unparse(broken), _with(tree, node, broken))


def _places(tree: ast.Module) -> Iterator[tuple[str, Iterator[ast.expr]]]:
    """The expressions that decide something, by function; signatures and docstrings do not."""
    yield _MODULE, _inside(statement for statement in tree.body if isinstance(statement, ast.Assign))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            # A function within has its own turn.
            yield function.name, _inside(one for one in function.body if not isinstance(one, ast.FunctionDef))


def _inside(statements: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    for statement in statements:
        yield from (node for node in ast.walk(statement) if isinstance(node, ast.expr))


def _members(tree: ast.Module) -> Mapping[str, list[str]]:
    """The members that the module names of each closed list of words (`ClockState`) and of the operators' tests (`closures`)."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == "closures" or owner[0].isupper():
                found.setdefault(owner, set()).add(name)
    return {owner: sorted(names) for owner, names in found.items()}


def _exchanged(node: ast.expr, members: Mapping[str, list[str]]) -> Iterator[ast.expr]:
    """Another member of the same list: the next one that the module names."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if len(members.get(owner, ())) > 1:
            names = members[owner]
            other = names[(names.index(name) + 1) % len(names)]
            yield ast.Attribute(ast.Name(owner, ast.Load()), other, ast.Load())


def _broken(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right):
            for table in (_SWAPPED, _REVERSED):
                if type(op) in table:
                    yield ast.Compare(left, [table[type(op)]()], right)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            yield ast.BinOp(left, ast.Sub() if isinstance(op, ast.Add) else ast.Add(), right)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords) if name in _OTHER_CALL:
            yield ast.Call(ast.Name(_OTHER_CALL[name], ast.Load()), arguments, keywords)
        case ast.Call(func=ast.Attribute(value=text, attr="casefold"), args=[]):
            yield text


def _with(tree: ast.Module, node: ast.expr, broken: ast.expr) -> str:
    """The module's source with `broken` in the place of `node`."""

    class Break(ast.NodeTransformer):
        def visit(self, each: ast.AST) -> ast.AST:
            return copy.deepcopy(broken) if each is node else self.generic_visit(_shallow(each))

    return ast.unparse(ast.fix_missing_locations(Break().visit(tree)))


def _shallow(node: ast.AST) -> ast.AST:
    """A copy that can be given other parts without changing the tree that is broken in many places."""
    copied = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            setattr(copied, name, list(value))
    return copied
