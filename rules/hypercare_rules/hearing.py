"""What people's commands in the summary mean: who may say them, which ticket they name, and what is answered.

A command is answered once, and our answer keeps what counts of it: so what was said outlives every store.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from hypercare_rules.commands import FORMS, Command, Misspelt, commands
from hypercare_rules.conversation import Conversation
from hypercare_rules.directory import Directory
from hypercare_rules.policy import Policy
from hypercare_rules.signoffs import SignOff
from hypercare_rules.ticket import Audience, Comment, Person, Ref, Said, Standing, Ticket
from hypercare_rules.values import TrackerKind
from hypercare_rules.words import Verb, Word

_NUMBER = re.compile(r"#[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command as it was `said`: the word that counts, or why it does not; neither where it asks for help."""

    said: str
    word: Word | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one comment of somebody's."""

    to: str
    author: Person
    outcomes: tuple[Outcome, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """What counts of it."""
        return tuple(one.word for one in self.outcomes if one.word)


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that counts, answered or not, the oldest first, and what is still to be answered."""

    words: tuple[tuple[str, Word], ...] = ()
    replies: tuple[Reply, ...] = ()

    @property
    def sign_offs(self) -> tuple[SignOff, ...]:
        """The words that hypercare may end."""
        return tuple(
            SignOff(who=word.who, at=word.at, comment=comment)
            for comment, word in self.words
            if word.verb is Verb.sign_off
        )

    def on(self, tickets: Mapping[Ref, Ticket], readers: Audience) -> dict[Ref, Ticket]:
        """The tickets with what was said about them, in a summary for these readers, in their histories."""
        said: dict[str, list[Word]] = {}
        for _, word in self.words:
            said.setdefault(word.ticket, []).append(word)
        if not said:
            return dict(tickets)
        return {ref: _with_words(ticket, said.get(str(ref), ()), readers) for ref, ticket in tickets.items()}


@dataclass(frozen=True)
class Listener:
    """Hears what is said in a summary of a release about `tickets`, which its readers may know of as far as they may see them."""

    conversation: Conversation
    release: str
    tickets: Mapping[Ref, Ticket]
    policy: Policy
    now: datetime

    def hear(self) -> Heard:
        """What counts now."""
        if not self.conversation.comments:
            return Heard()
        replies = tuple(map(self._reply, self._unanswered()))
        said = [
            *self.conversation.words(self.release),
            *((reply.to, word) for reply in replies for word in reply.words),
        ]
        words = sorted((one for one in said if one[1].at <= self.now), key=lambda one: one[1].at)
        return Heard(tuple(words), replies)

    def _unanswered(self) -> Iterator[Comment]:
        return (one for one in self.conversation.unanswered() if one.updated <= self.now)

    def _reply(self, comment: Comment) -> Reply:
        found = tuple(commands(comment.text))
        refusal = self._refusal(comment)
        if refusal:
            asked = tuple(Outcome(one.said, why=refusal) for one in found[:1] if not _asks_for_help(one))
            outcomes = asked or tuple(Outcome(one.said) for one in found[:1])
        else:
            outcomes = tuple(self._outcome(one, comment) for one in found)
        if comment.restricted:
            outcomes = tuple(map(_in_confidence, outcomes))
        return Reply(comment.id, comment.author, outcomes)

    def _refusal(self, comment: Comment) -> str:
        """Why nothing that is said in a comment counts; empty where it does."""
        if comment.edited:
            return "somebody else edited this comment; write it anew"
        if self._speaker(comment.author) is not None:
            return ""
        named = "the people whom the policy names" if self._team else "those who may write here"
        return f"only {named} may say so"

    def _outcome(self, command: Command | Misspelt, comment: Comment) -> Outcome:
        if isinstance(command, Misspelt):
            return Outcome(command.said, why=command.why)
        if command.verb is Verb.help:
            return Outcome(command.said)
        ref = ""
        if command.verb is Verb.sign_off:
            if not (self._team and self.policy.people):
                return Outcome(command.said, why="the policy names nobody whose sign-off could count")
        else:
            found = self._meant(command.key)
            if isinstance(found, str):
                return Outcome(command.said, why=found)
            if not found.open:
                return Outcome(command.said, why=f"{found.ref.key} is closed")
            ref = str(found.ref)
        return Outcome(command.said, self._word(command, comment, ref))

    def _word(self, command: Command, comment: Comment, ref: str) -> Word:
        who, name = self._speaker(comment.author) or (comment.author.id, comment.author.name)
        # What was said is as old as its last edit: a comment cannot be made to have said it earlier.
        at = comment.updated
        return Word(
            verb=command.verb,
            who=who,
            name=name,
            at=at,
            ticket=ref,
            priority=command.priority,
            until=at + command.length if command.verb is Verb.snooze else None,
            why="" if comment.restricted else command.why,
        )

    @property
    def _kind(self) -> TrackerKind:
        return self.conversation.summary.kind if self.conversation.summary else TrackerKind.github

    @cached_property
    def _team(self) -> Mapping[str, tuple[str, str]]:
        """The policy's people with an account where the summary is, by that: their names in the policy, and as people call them."""
        found: dict[str, tuple[str, str]] = {}
        for name, member in self.policy.people.items():
            if account := member.identity(self._kind):
                found.setdefault(account.casefold(), (name, member.name))
        return found

    def _speaker(self, author: Person) -> tuple[str, str] | None:
        """Who somebody is, if what they say counts."""
        if self._team:
            return self._team.get(author.id.casefold())
        return (author.id, author.name) if author.standing is Standing.team else None

    @cached_property
    def _directory(self) -> Directory:
        return Directory.of(self._known.values())

    @cached_property
    def _known(self) -> Mapping[Ref, Ticket]:
        return {ref: ticket for ref, ticket in self.tickets.items() if ticket.audience <= self.conversation.readers}

    def _meant(self, key: str) -> Ticket | str:
        """The one ticket that a key names, or why it names none."""
        found = sorted(set(self._candidates(key)))
        if len(found) == 1:
            return self._known[found[0]]
        shown = key[:100]
        if not found:
            return f"{shown} is no ticket of this release"
        choices = [str(ref) for ref in found] if len({ref.key for ref in found}) == 1 else [ref.key for ref in found]
        return f"{shown} may be {' or '.join(choices)}; write which"

    def _candidates(self, key: str) -> Iterable[Ref]:
        if "://" in key:
            return self._directory.addressed(key)
        if _NUMBER.fullmatch(key):
            home = self.conversation.summary
            numbered = [ref for ref in self._known if ref.key.endswith(key) and ref.kind is TrackerKind.github]
            here = [ref for ref in numbered if home and (ref.tracker, ref.place) == (home.tracker, home.place)]
            return here or numbered
        by_name = [ref for ref in self._known if str(ref).casefold() == key.casefold()]
        return by_name or self._directory.by_key.get(key.casefold(), [])


def _in_confidence(outcome: Outcome) -> Outcome:
    """The outcome of what few may read: its words are repeated to nobody."""
    said = FORMS[outcome.word.verb] if outcome.word else "/hypercare"
    return Outcome(said, outcome.word, "it cannot be carried out as it is written" if outcome.why else "")


def _asks_for_help(command: Command | Misspelt) -> bool:
    return isinstance(command, Command) and command.verb is Verb.help


def _with_words(ticket: Ticket, words: Iterable[Word], readers: Audience) -> Ticket:
    said = tuple(
        Said(
            at=word.at,
            by=Person(id=word.who, name=word.name, standing=Standing.team),
            verb=word.verb,
            priority=word.priority,
            until=word.until,
            why=word.why,
            readers=readers,
        )
        for word in words
    )
    if not said:
        return ticket
    return ticket.model_copy(update={"history": tuple(sorted((*ticket.history, *said), key=attrgetter("at")))})
