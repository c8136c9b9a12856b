"""Jira's query language: text to a syntax tree. What fields and values mean is the business of `conditions`."""

import re
from dataclasses import dataclass

from hypercare_sync.sandbox.jira.query import (
    And,
    Call,
    Clause,
    Condition,
    Empty,
    JqlError,
    Not,
    Operand,
    Or,
    OrderTerm,
    Past,
    Predicate,
    Query,
    Value,
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<mark>!=|!~|>=|<=|&&|\|\||[=~<>!&|(),])
    |(?P<word>[^\s"'=!<>~&|(),\[\]{}*/%+^$#@?;\\]+(?:\[\d+\])?)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "empty", "null", "order", "by", "asc", "desc", "was", "changed"})
_COMPARISONS = frozenset({"=", "!=", "~", "!~", "<", "<=", ">", ">="})
_OPERATORS = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS', 'IS NOT', 'WAS', 'WAS NOT', 'WAS IN', 'WAS NOT IN' and 'CHANGED'"
_OF_ANY, _OF_CHANGES = ("after", "before", "on", "during", "by"), ("from", "to")
_DEEPEST = 100
"""How deep parentheses and NOTs may nest; beyond, the query is refused instead of exhausting the stack."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int

    @property
    def word(self) -> str:
        """The keyword or mark in lower case; empty for a quoted string, which is never a keyword."""
        return "" if self.kind == "string" else self.text.lower()


def parse(text: str) -> Query:
    """The query that `text` states. Raises JqlError with the line and character of what cannot be read."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def query(self) -> Query:
        condition = None if self._peek("order") or self._at_end() else self._any()
        order = self._order() if self._peek("order") else ()
        if not self._at_end():
            raise self._unexpected("Expecting either 'OR' or 'AND'")
        return Query(condition, order)

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("or", "||", "|"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("and", "&&", "&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise JqlError("Error in the JQL Query: The query is nested too deeply.")
        try:
            if self._take("not", "!"):
                return Not(self._one())
            if self._take("("):
                inner = self._any()
                if not self._take(")"):
                    raise self._unexpected("Expecting ')'")
                return inner
            return self._clause()
        finally:
            self._depth -= 1

    def _clause(self) -> Condition:
        field = self._name("Expecting a field name")
        if self._take("was"):
            negated = self._take("not")
            self._take("in")
            past = Past(field, self._operands(), self._predicates(_OF_ANY), changed=False)
            return Not(past) if negated else past
        if self._take("changed"):
            return Past(field, (), self._predicates((*_OF_ANY, *_OF_CHANGES)), changed=True)
        operator = self._operator()
        if self._take("("):
            return Clause(field, operator, self._list(), listed=True)
        return Clause(field, operator, (self._operand(),), listed=False)

    def _operator(self) -> str:
        for mark in _COMPARISONS:
            if self._take(mark):
                return mark
        if self._take("is"):
            return "is not" if self._take("not") else "is"
        if self._take("in"):
            return "in"
        if self._take("not") and self._take("in"):
            return "not in"
        raise self._unexpected("Expecting operator", f"The valid operators are {_OPERATORS}.")

    def _operands(self) -> tuple[Operand, ...]:
        return self._list() if self._take("(") else (self._operand(),)

    def _predicates(self, names: tuple[str, ...]) -> tuple[Predicate, ...]:
        found = []
        while (token := self._token()) is not None and token.word in names:
            self._next += 1
            found.append(Predicate(token.word, self._operands()))
        return tuple(found)

    def _list(self) -> tuple[Operand, ...]:
        operands = [self._operand()]
        while self._take(","):
            operands.append(self._operand())
        if not self._take(")"):
            raise self._unexpected("Expecting ',' or ')'")
        return tuple(operands)

    def _operand(self) -> Operand:
        if self._take("empty", "null"):
            return Empty()
        token = self._token()
        if token is None or token.kind == "mark" or token.word in _KEYWORDS:
            advice = (
                "" if token is None else f"You must surround '{token.text}' in quotation marks to use it as a value."
            )
            raise self._unexpected("Expecting either a value, list or function", advice)
        self._next += 1
        if token.kind == "word" and self._take("("):
            return Call(token.text, self._arguments())
        return Value(_unquoted(token), quoted=token.kind == "string")

    def _arguments(self) -> tuple[str, ...]:
        if self._take(")"):
            return ()
        found = [self._name("Expecting a function argument")]
        while self._take(","):
            found.append(self._name("Expecting a function argument"))
        if not self._take(")"):
            raise self._unexpected("Expecting ')'")
        return tuple(found)

    def _order(self) -> tuple[OrderTerm, ...]:
        self._take("order")
        if not self._take("by"):
            raise self._unexpected("Expecting 'by'")
        terms = [self._order_term()]
        while self._take(","):
            terms.append(self._order_term())
        return tuple(terms)

    def _order_term(self) -> OrderTerm:
        field = self._name("Expecting a field name")
        descending = self._peek("desc")
        self._take("asc", "desc")
        return OrderTerm(field, descending)

    def _name(self, expecting: str) -> str:
        token = self._token()
        if token is None or token.kind == "mark" or token.word in _KEYWORDS:
            raise self._unexpected(expecting)
        self._next += 1
        return _unquoted(token)

    def _token(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _at_end(self) -> bool:
        return self._token() is None

    def _peek(self, *words: str) -> bool:
        token = self._token()
        return token is not None and token.word in words

    def _take(self, *words: str) -> bool:
        found = self._peek(*words)
        self._next += found
        return found

    def _unexpected(self, expecting: str, advice: str = "") -> JqlError:
        token = self._token()
        after = f" {advice}" if advice else ""
        if token is None:
            return JqlError(f"Error in the JQL Query: {expecting} before the end of the query.{after}")
        place = _place(self._text, token.position)
        return JqlError(f"Error in the JQL Query: {expecting} but got '{token.text}'.{after} {place}")


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match[0], position))
        position = match.end()
    return found


def _unreadable(text: str, position: int) -> JqlError:
    place = _place(text, position)
    if text[position] in "\"'":
        return JqlError(
            f"Error in the JQL Query: The quoted string '{text[position + 1 :]}' has not been completed. {place}"
        )
    character = text[position]
    return JqlError(
        f"Error in the JQL Query: The character '{character}' is a reserved JQL character. "
        f"You must enclose it in a string or use the escape '\\u{ord(character):04x}' instead. {place}"
    )


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"(line {line}, character {position - text.rfind(chr(10), 0, position)})"


def _unquoted(token: _Token) -> str:
    if token.kind != "string":
        return token.text
    return _ESCAPE.sub(_character, token.text[1:-1])


def _character(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return _CONTROL.get(escape[2], escape[2])
    code = int(escape[1], 16)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)  # half a character is none
