"""The answers of an issue form, out of the text that GitHub makes of them: `### Question`, an empty line, the answer. Pure.

No template is read: whatever has the shape of a form's text is taken for one, and everything else for a text without answers.
A person's own heading of the same level between empty lines cannot be told from a question, and becomes one.
"""

import re
from collections.abc import Iterator

_QUESTION = re.compile(r"### +(\S.*?)[ #]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CHOICE = re.compile(r"[-*] \[([ xX])\] +(\S.*)")
_NOTHING = "_No response_"
_LONGEST_CHOICES = 1_000  # characters: a longer line is somebody's prose, not a list of what was chosen


def answers(body: str) -> dict[str, tuple[str, ...]]:
    """The answers by question, in the order of the form; a question that was left empty has none, one asked twice its first.

    The boxes that were ticked are a text each. Several choices of one list are told as `a, b`, as is a text with a comma: such a
    line is given whole and in its parts.
    """
    found: dict[str, tuple[str, ...]] = {}
    lines = body.replace("\r\n", "\n").strip("\n").split("\n")
    if not _QUESTION.fullmatch(lines[0]):
        return {}
    for question, answer in _sections(lines):
        texts = _texts(answer)
        if texts:
            found.setdefault(question, texts)
    return found


def _sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each question with the lines below it."""
    question, below, closing = "", list[str](), _closings(lines)
    number = 0
    while number < len(lines):
        heading = _heading(lines, number)
        if heading:
            if question:
                yield question, below
            question, below = heading, []
        end = closing.get(number, number)
        below += [] if heading else lines[number : end + 1]
        number = end + 1
    if question:
        yield question, below


def _heading(lines: list[str], number: int) -> str:
    """The question in a line that stands alone between empty lines; else nothing."""
    alone = not any(line.strip() for line in (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]))
    match = _QUESTION.fullmatch(lines[number]) if alone else None
    return match[1] if match else ""


def _closings(lines: list[str]) -> dict[int, int]:
    """Where each block of code begins and ends; one that nobody closed is none, or it would swallow all questions after it."""
    found: dict[int, int] = {}
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        match = _FENCE.fullmatch(line)
        if match is None:
            continue
        if opened is None:
            opened = (number, match[1])
        elif match[1].startswith(opened[1]) and not match[2].strip():
            found[opened[0]] = number
            opened = None
    return found


def _texts(answer: list[str]) -> tuple[str, ...]:
    """What an answer says: the boxes ticked, the choices made, or its whole text."""
    lines = [line for line in answer if line.strip()]
    boxes = [_CHOICE.fullmatch(line.strip()) for line in lines]
    if lines and all(boxes):
        return tuple(box[2].strip() for box in boxes if box and box[1] != " ")
    text = "\n".join(answer).strip()
    if text in ("", _NOTHING):
        return ()
    if len(lines) > 1 or ", " not in text or len(text) > _LONGEST_CHOICES:
        return (text,)
    return tuple(dict.fromkeys((text, *(part.strip() for part in text.split(", ") if part.strip()))))
