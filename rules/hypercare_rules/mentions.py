"""What the words of a ticket say of other tickets: a duplicate, the same problem, or merely a mention.

Only plain words count as more than a mention; docs/adr/0005 says which, and why. Texts are other people's: every pattern is
bounded, so that none takes long to read.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from hypercare_rules.directory import Directory
from hypercare_rules.prose import prose
from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import TrackerKind


class Says(StrEnum):
    """What a text says of a ticket that it names."""

    duplicate = "duplicate"
    same = "same"
    mention = "mention"


class Named(NamedTuple):
    """A ticket that a text names, and what the text says of it."""

    ref: Ref
    says: Says


class _Found(NamedTuple):
    """A reference in a text: where it stands, and the known tickets that it may mean."""

    start: int
    end: int
    refs: tuple[Ref, ...]


def said(ticket: Ticket, known: Directory) -> Iterator[Named]:
    """What a ticket's title, description and people's comments say of the other known tickets.

    Of tickets of its own site only duplicates are told: to name another one there is everyday talk.
    """
    yield from _said(ticket.title, ticket.ref, known, title=True)
    yield from _said(ticket.description, ticket.ref, known)
    for comment in ticket.comments:
        if comment.author.standing.human:
            yield from _said(comment.text, ticket.ref, known)


_HINT = re.compile(r"[-#/][0-9]")  # every reference has one
_TELLTALES = ("dup", "same")  # whoever says that something is a duplicate says one of these
_REFERENCE = re.compile(
    r"https?://[^\s<>\"'()\[\]|\0]+"
    r"|(?<![\w/.-])[\w.-]+/[\w.-]+(?:\#|/issues/)[0-9]{1,9}\b"
    r"|(?<![\w/.\#&-])\#[0-9]{1,9}\b"
    r"|(?<![\w/-])[A-Za-z][A-Za-z0-9_]+-[0-9]{1,9}(?![\w-])"
)
_NEAR = 300  # characters of a sentence that are looked at on either side

_SENTENCE = re.compile(r"[.!?;](?=\s)|\n(?=\s*(?:\n|[A-Z0-9*#>-]|\Z))|\0")
_NOUN = r"(?:issue|ticket|problem|bug|incident|error|fault|failure|outage|report|root\s+cause|cause|thing|one)"
_OF = rf"(?:\s+(?:the|our|jira|github|gh|upstream|{_NOUN}))*[\s:*_\"'(\[]*\Z"
_DUPLICATE = re.compile(
    rf"\b(?:(?:duplicate|dupe?)s?(?:\s+{_NOUN})?\s+of|duplicate\s*:|same(?:\s+{_NOUN})?\s+as){_OF}", re.IGNORECASE
)
_SAME = re.compile(
    r"\b(?:(?:tracked|reported|filed|raised|logged|recorded|handled|fixed|solved|resolved)\s+(?:in|as|under|by|at|with|on)"
    r"|(?:mirror(?:ed|s)?|copied|copy|cloned?|imported|moved|transferred|forwarded|synced|migrated|escalated)"
    r"\s+(?:of|from|to|in|as|with|for)"
    r"|(?:fix(?:e[ds])?|resolve[ds]|solve[ds]|closes)(?:\s+(?:for|of))?"
    rf"|cause\s+of|also\s+known\s+as|aka|(?:this|it)(?:\s+is|'s)){_OF}",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|nor|neither|unlike|instead|rather|different|differs?|unrelated|mistake|mistaken(?:ly)?|wrong(?:ly)?|isnt"
    r"|no\s+(?:longer|dup|dupe|duplicate))\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"\b(?:if|whether|may|maybe|might|could|perhaps|possibl[ey]|probabl[ey]|potential(?:ly)?|unless|when|or|check|wonder(?:ing)?"
    r"|almost|nearly)\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(r"[^.!;\n\0]*?(?:\?|\b(?:but|except|though|however|or)\b)", re.IGNORECASE)
_AND = re.compile(r"\s*(?:&|\+|,?\s*and|,)\s*", re.IGNORECASE)

_LABEL = re.compile(
    r"[\s*_|#]*(?:(?:our|the|original|corresponding|customer|support|internal|external|upstream|tracking)\s+){0,3}"
    r"(?:jira|github|gh|ticket|issue|bug|incident|case|tracker|tracking)"
    r"(?:\s+(?:jira|github|ticket|issue|bug|incident|key|id|number|link|url|address)){0,3}[\s*_|:=]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*[-*\u2022]\s+")
_NOTHING = re.compile(r"[\s.*_()\[\]<>]*")
_OPENS = re.compile(r"[\s(\[*_]*")
_LEADS = re.compile(r"[.*_)\]]*(?:\s*\Z|\s*[:|\u2013\u2014]|\s-\s)|\s*[)\]]")
_BRACKET = re.compile(r"[(\[]\s*\Z")
_CLOSES = re.compile(r"\s*[)\]]\W*\Z")


def _said(text: str, by: Ref, known: Directory, *, title: bool = False) -> Iterator[Named]:
    if _HINT.search(text) is None:
        return
    lower = text.lower()
    talk = not any(telltale in lower for telltale in _TELLTALES)
    if talk and known.one_site:
        return
    names = {name for word in set(text.split()) if _HINT.search(word) for name in _REFERENCE.findall(word)}
    others = {ref for name in names for ref in _meant(name, by, known) if ref != by}
    if not others or (talk and all(known.together(ref, by) for ref in others)):
        return
    words = prose(text)
    found = [
        _Found(match.start(), match.end(), tuple(_meant(match[0], by, known))) for match in _REFERENCE.finditer(words)
    ]
    shown = set(_titled(words, found, by) if title else _presented(words, found, by))
    stated: Says | None = None
    for index, reference in enumerate(found):
        # Of tickets that it names in a row a sentence says the same.
        if not index or not _AND.fullmatch(words, found[index - 1].end, reference.start):
            stated = _stated(words, found, index, by)
        says = Says.same if stated is Says.mention and reference in shown else stated
        for ref in () if by in reference.refs else reference.refs:
            if says is not None and (says is Says.duplicate or not known.together(ref, by)):
                yield Named(ref, says)


def _meant(reference: str, by: Ref, known: Directory) -> list[Ref]:
    """The known tickets that a reference in a text of `by` may mean."""
    if "://" in reference:
        return known.addressed(reference.rstrip(".,;:!?*_"))
    if reference.startswith("#"):
        return known.meant(by.place + reference, by) if by.kind is TrackerKind.github else []
    return known.meant(reference.replace("/issues/", "#"), by)


def _stated(words: str, found: list[_Found], index: int, by: Ref) -> Says | None:
    """What a sentence says of a ticket that it names; None where it says that it is another problem."""
    start, end, _ = found[index]
    begins = max((match.end() for match in _SENTENCE.finditer(words, max(0, start - _NEAR), start)), default=0)
    before = words[max(begins, start - _NEAR) : start]
    for says, phrase in ((Says.duplicate, _DUPLICATE), (Says.same, _SAME)):
        stated = phrase.search(before)
        if stated is None:
            continue
        lead = before[: stated.start()]
        if _DENIED.search(lead.rpartition(",")[2]):
            return None
        about_another = index and found[index - 1].start >= start - len(before) and by not in found[index - 1].refs
        doubted = _DENIED.search(lead) or _DOUBTED.search(lead) or _TAKEN_BACK.match(words, end, end + _NEAR)
        return Says.mention if about_another or doubted else says
    return None if _DENIED.search(before[-_NEAR // 10 :]) else Says.mention


def _titled(words: str, found: list[_Found], by: Ref) -> list[_Found]:
    """The reference of a title that names one ticket alone, and leads with it or has it in brackets at its end."""
    if len(_named(words, found, by)) > 1:
        return []
    return [
        one
        for one in found
        if (_OPENS.fullmatch(words, 0, one.start) and _LEADS.match(words, one.end))
        or (_BRACKET.search(words, max(0, one.start - _NEAR), one.start) and _CLOSES.match(words, one.end))
    ]


def _presented(words: str, found: list[_Found], by: Ref) -> list[_Found]:
    """The references that are all there is in a text, or that stand on lines of their own as what they are, if all name one ticket."""
    nothing_else = len(found) == 1 and _NOTHING.fullmatch(words[: found[0].start] + words[found[0].end :])
    presented = found if nothing_else else [one for one in found if _labelled(words, one)]
    return presented if len(_named(words, presented, by)) == 1 else []


def _labelled(words: str, reference: _Found) -> bool:
    """Whether the line of a reference holds nothing else but what it is: `Jira: SHOP-7`; or the line before says so."""
    line = words.rfind("\n", 0, reference.start) + 1
    ends = words.find("\n", reference.end)
    before, rest = words[line : reference.start], words[reference.end : len(words) if ends < 0 else ends]
    if len(before) > _NEAR or not _NOTHING.fullmatch(rest[:_NEAR]):
        return False
    if before.strip(" *_"):
        bullet = _BULLET.match(before)
        return _LABEL.fullmatch(before, bullet.end() if bullet else 0) is not None
    above = words[max(0, line - _NEAR) : line].rstrip().rpartition("\n")[2].strip(" *_")
    return above.startswith("#") | above.endswith(":") and _LABEL.fullmatch(above) is not None


def _named(words: str, found: list[_Found], by: Ref) -> set[object]:
    """The different tickets that are named, known or not, but for the one whose text it is."""
    return {one.refs or words[one.start : one.end].casefold() for one in found if by not in one.refs}
