"""Commands in a comment: `/hypercare VERB ...` at the beginning of a line, and what is wrong with one that cannot be understood.

What stands in code or in a quote is not said by its author, and counts for nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from hypercare_rules import durations
from hypercare_rules.prose import own_lines
from hypercare_rules.values import Priority
from hypercare_rules.words import Verb

MOST = 10
"""How many commands of one comment are carried out."""
LONGEST_SNOOZE = timedelta(hours=24)
_LONGEST = 200  # characters of a line that is repeated, and of a reason that is kept
_COMMAND = re.compile(r"[ ]{0,3}/hypercare(?=\s|\Z)[ \t]*(?P<rest>.*)", re.IGNORECASE)
_BECAUSE = re.compile(r"(?:because|since|:|-)\s+(?P<why>\S.*)", re.IGNORECASE)
_VERBS = {
    **{verb.value: verb for verb in Verb},
    "acknowledge": Verb.ack,
    "signoff": Verb.sign_off,
}
_TAKE_BACK = "auto"
FORMS = {
    Verb.ack: "/hypercare ack KEY",
    Verb.priority: "/hypercare priority KEY P2 because REASON",
    Verb.snooze: "/hypercare snooze KEY 4h",
    Verb.sign_off: "/hypercare sign-off",
    Verb.help: "/hypercare help",
}
"""How each is written."""


@dataclass(frozen=True, slots=True)
class Command:
    """One that was understood; a `priority` of None takes back what was said before."""

    said: str
    verb: Verb
    key: str = ""
    priority: Priority | None = None
    length: timedelta = timedelta()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Misspelt:
    """One that was not, and why."""

    said: str
    why: str


def command_lines(text: str) -> tuple[str, ...]:
    """The lines of a comment that are commands, each without the word that begins it; of too many one more than count."""
    found = (_COMMAND.fullmatch(line) for line in own_lines(text))
    return tuple(" ".join(one["rest"].split()) for one in islice(filter(None, found), MOST + 1))


def commands(text: str) -> Iterator[Command | Misspelt]:
    """The commands in a comment, in their order; those beyond the first few are not carried out."""
    for number, line in enumerate(command_lines(text)):
        said = f"/hypercare {line}".strip()[:_LONGEST]
        if number == MOST:
            yield Misspelt(said, f"more than {MOST} commands in one comment; write the rest in another")
            return
        yield _read(said, line)


def _read(said: str, line: str) -> Command | Misspelt:
    name, _, rest = line.partition(" ")
    verb = _VERBS.get(name.casefold())
    match verb:
        case None:
            known = f"there is no {name[:40]}" if name else "it says nothing to do"
            return Misspelt(said, f"{known}; write one of {', '.join(FORMS)}")
        case Verb.help | Verb.sign_off:
            return Command(said, verb) if not rest else Misspelt(said, f"write {FORMS[verb]} and nothing else")
        case Verb.ack:
            return Command(said, verb, rest) if _one(rest) else Misspelt(said, f"write {FORMS[verb]}")
        case Verb.priority:
            return _priority(said, rest)
        case Verb.snooze:
            return _snooze(said, rest)


def _one(rest: str) -> bool:
    return bool(rest) and " " not in rest


def _priority(said: str, rest: str) -> Command | Misspelt:
    key, _, more = rest.partition(" ")
    wanted, _, reason = more.partition(" ")
    wanted = wanted.rstrip(",:;")
    if key and wanted.casefold() == _TAKE_BACK:
        return Command(said, Verb.priority, key)
    if wanted.upper() not in set(Priority):
        said_so = f"{wanted[:20]} is no priority; " if wanted else ""
        return Misspelt(said, f"{said_so}write P1, P2, P3 or P4, or {_TAKE_BACK}: {FORMS[Verb.priority]}")
    why = _BECAUSE.fullmatch(reason)
    if why is None:
        return Misspelt(said, f"a priority by hand needs its reason: {FORMS[Verb.priority]}")
    return Command(said, Verb.priority, key, Priority(wanted.upper()), why=why["why"][:_LONGEST])


def _snooze(said: str, rest: str) -> Command | Misspelt:
    key, _, written = rest.partition(" ")
    try:
        length = durations.parse(written)
    except ValueError:
        return Misspelt(said, f"write for how long, such as 30m or 4h: {FORMS[Verb.snooze]}")
    if length > LONGEST_SNOOZE:
        return Misspelt(
            said, f"longer than {durations.render(LONGEST_SNOOZE)}, the most; say it again when that is over"
        )
    return Command(said, Verb.snooze, key, length=length)
