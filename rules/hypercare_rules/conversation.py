"""What was said in the comments of the summary issue, as far as it matters later."""

from collections.abc import Iterable, Iterator
from typing import Self

from hypercare_rules.held_review import HeldReview
from hypercare_rules.model import Model
from hypercare_rules.ticket import Comment, Marker, Standing


class Conversation(Model):
    """The comments of the summary that matter, oldest first: ours by their markers alone.

    `stamp` is what the tracker tells of all comments together; another one says that something was said since.
    """

    stamp: str = ""
    comments: tuple[Comment, ...] = ()

    @classmethod
    def of(cls, comments: Iterable[Comment], stamp: str) -> Self:
        """What matters of these comments."""
        ours = (
            one.model_copy(update={"text": ""})
            for one in comments
            if one.author.standing is Standing.ours and one.marker is not None
        )
        return cls(stamp=stamp, comments=tuple(sorted(ours, key=_age)))

    def ours(self, purpose: str, release: str) -> Iterator[tuple[Comment, Marker]]:
        """Our own comments of a purpose for a release, with their markers."""
        for comment in self.comments:
            if comment.marker and (comment.marker.purpose, comment.marker.release) == (purpose, release):
                yield comment, comment.marker

    def held(self, release: str) -> tuple[HeldReview, ...]:
        """The reviews that were posted."""
        return tuple(marker.review for _, marker in self.ours("review", release) if marker.review)

    def doubles(self, release: str) -> Iterator[Comment]:
        """Those of ours that say again what an older one says."""
        for purpose in ("review",):
            known = set()
            for comment, marker in self.ours(purpose, release):
                if marker.key in known:
                    yield comment
                known.add(marker.key)


def _age(comment: Comment) -> tuple[object, ...]:
    """Ids count up in both trackers: they part what was written in one second."""
    return comment.created, int(comment.id) if comment.id.isdecimal() else 0
