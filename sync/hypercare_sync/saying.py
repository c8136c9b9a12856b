"""What we say in the comments of a summary: reviews, and answers to commands. Pure."""

from collections.abc import Iterator

from hypercare_rules.hearing import Reply
from hypercare_rules.reviewing import review_now
from hypercare_rules.ticket import Marker, Ref
from hypercare_rules.words import Answer
from hypercare_sync.change import AddComment, RemoveComment
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.summary import Readers, answer_document, review_document, review_view

_MOST_ANSWERS = 10
"""The others are answered by later ticks: a crowd that commands at us cannot make us write without end."""
_TWICE = "stands twice; the oldest stays"


def said_changes(release: ReleaseState) -> Iterator[AddComment | RemoveComment]:
    """Answers to commands, the review that is due on the release's summary, and what stands twice there."""
    assessment, policy, place, found = release.assessment, release.policy, release.place, release.summary
    if found is None or found.current is None or not found.current.open:
        return
    name, summary = assessment.release.name, Ref(place.tracker, found.current.key)
    readers = Readers(assessment, policy, found.audience, place.github)
    for reply in assessment.replies[:_MOST_ANSWERS]:
        answer = Marker(purpose="answer", release=name, answer=Answer(to=reply.to, words=reply.words))
        yield AddComment(summary, answer, answer_document(reply, assessment, readers), why=_why(reply))
    if content := review_now(assessment, policy, release.memory.baseline):
        view = review_view(content, assessment, policy, found.audience, place.github)
        marker = Marker(purpose="review", release=name, review=content.held(assessment.now))
        why = f"the review {content.meeting.review} is due"
        yield AddComment(summary, marker, review_document(view), why)
    for double in assessment.memory.conversation.doubles(name):
        yield RemoveComment(summary, double.id, why=_TWICE)


def _why(reply: Reply) -> str:
    """What the answer is about, for who looks at the plan."""
    done = [f"{word.verb} {word.ticket}".strip() for word in reply.words]
    return f"{reply.author.name} said {', '.join(done)}" if done else f"{reply.author.name} said what does not count"
