"""What was said in the comments of the summary issue, as far as it matters later."""

from collections.abc import Iterable, Iterator
from typing import Self

from hypercare_rules.commands import command_lines
from hypercare_rules.counted import counted
from hypercare_rules.held_review import HeldReview
from hypercare_rules.model import Model
from hypercare_rules.prose import GAP
from hypercare_rules.ticket import Audience, Comment, Marker, Ref, Standing
from hypercare_rules.words import Word


class Conversation(Model):
    """The comments of the `summary` that matter, oldest first: ours by their markers alone, people's that command something and have no answer yet.

    `stamp` is what the tracker tells of all comments together; another one says that something was said since. `readers` may
    read it all.
    """

    stamp: str = ""
    summary: Ref | None = None
    readers: Audience = Audience.restricted
    comments: tuple[Comment, ...] = ()

    @classmethod
    def of(cls, comments: Iterable[Comment], stamp: str, summary: Ref | None = None) -> Self:
        """What matters of these comments."""
        listed = tuple(comments)
        ours = [one for one in listed if one.author.standing is Standing.ours and one.marker is not None]
        answered = {one.marker.answer.to for one in ours if one.marker and one.marker.answer}
        kept = [one.model_copy(update={"text": ""}) for one in ours]
        kept += [
            one.model_copy(update={"text": _commands(one.text), "marker": None})
            for one in listed
            if one.author.standing.human and one.id not in answered and command_lines(one.text)
        ]
        return cls(stamp=stamp, summary=summary, comments=tuple(sorted(kept, key=_age)))

    def ours(self, purpose: str, release: str) -> Iterator[tuple[Comment, Marker]]:
        """Our own comments of a purpose for a release, with their markers."""
        for comment in self.comments:
            if comment.marker and (comment.marker.purpose, comment.marker.release) == (purpose, release):
                yield comment, comment.marker

    def held(self, release: str) -> tuple[HeldReview, ...]:
        """The reviews that were posted."""
        return tuple(marker.review for _, marker in self.ours("review", release) if marker.review)

    def unanswered(self) -> Iterator[Comment]:
        """Comments of people who command something and were not answered yet."""
        return (one for one in self.comments if one.author.standing.human)

    def words(self, release: str) -> Iterator[tuple[str, Word]]:
        """What people said that was answered, each with the id of its comment; of an answer that stands twice the first counts."""
        known: set[str] = set()
        for _, marker in self.ours("answer", release):
            answer = marker.answer
            if answer and answer.to not in known:
                known.add(answer.to)
                yield from ((answer.to, word) for word in answer.words)

    def doubles(self, release: str) -> Iterator[Comment]:
        """Those of ours that say again what an older one says."""
        for purpose in ("review", "answer"):
            known = set()
            for comment, marker in self.ours(purpose, release):
                if marker.key in known:
                    yield comment
                known.add(marker.key)


def _commands(text: str) -> str:
    """The commands of a comment alone."""
    return "\n".join(f"/hypercare {line}" for line in command_lines(text)).replace(GAP, "")


def _age(comment: Comment) -> tuple[object, ...]:
    """Ids count up in both trackers: they part what was written in one second."""
    return comment.created, counted(comment.id)
