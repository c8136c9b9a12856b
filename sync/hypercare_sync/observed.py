"""What is found in the trackers about our own summary: values that reading, planning and writing share."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field

from hypercare_rules.assess import Memory
from hypercare_rules.conversation import Conversation
from hypercare_rules.handover import Handover
from hypercare_rules.label_style import UNSTYLED, LabelStyle
from hypercare_rules.model import Model, Moment
from hypercare_rules.quiet import Quiet
from hypercare_rules.ticket import Audience
from hypercare_sync.text.document import Document


class SourceCount(Model):
    """How many tickets a source last listed, and since when fewer are doubted, if they are."""

    tickets: int = 0
    doubted: Moment | None = Field(default=None, exclude_if=lambda since: since is None)


class SummaryRecord(Model):
    """What we remember in the summary itself, hidden from readers: nothing private.

    `digest` tells whether the content is still right without comparing texts; `as_of` is the policy time of the last edit.
    `written` is the digest of our part's words as we sent them, `restored` of those that stood when we last put back what somebody had
    edited, empty where its bounds were gone: where the tracker gives the same back once more, it is the tracker that words it so.
    `policy` is the digest of the policy by which that was planned, `counts` are those of the sources in the config's order; older programs wrote
    none. `handover` is how hypercare ended.
    """

    v: Literal[1] = 1
    purpose: Literal["summary"] = "summary"
    release: str
    digest: str
    baseline: Moment
    backfilled: bool
    as_of: Moment
    written: str = Field(default="", exclude_if=lambda digest: not digest)
    restored: str | None = Field(default=None, exclude_if=lambda digest: digest is None)
    quiet: Quiet = Field(default=Quiet(), exclude_if=lambda quiet: quiet == Quiet())
    policy: str | None = Field(default=None, exclude_if=lambda policy: policy is None)
    handover: Handover | None = Field(default=None, exclude_if=lambda handover: handover is None)
    counts: tuple[SourceCount, ...] = Field(default=(), exclude_if=lambda counts: not counts)

    @property
    def doubts(self) -> frozenset[datetime]:
        """Since when sources are doubted."""
        return frozenset(one.doubted for one in self.counts if one.doubted)

    @property
    def memory(self) -> Memory:
        """What the rules need of it."""
        return Memory(
            baseline=self.baseline,
            backfilled=self.backfilled,
            quiet=self.quiet,
            policy=self.policy,
            handover=self.handover,
        )


@dataclass(frozen=True)
class SummaryPlace:
    """Where a release's summary lives: a repository (`OWNER/NAME`) or a Jira project, and the label it is found by.

    `issue_type` is Jira's; a place without one is on GitHub. `style` is how the label looks where it is new to the tracker.
    """

    tracker: str
    place: str
    label: str
    issue_type: str | None = None
    style: LabelStyle = field(default=UNSTYLED, compare=False)

    @property
    def github(self) -> str | None:
        """The name of the GitHub tracker that the summary is on, whose issues can be referred to by their keys alone."""
        return self.tracker if self.issue_type is None else None


_SILENCE = Conversation()


@dataclass(frozen=True)
class SummaryState:
    """A summary issue that we wrote earlier.

    `unpinned` says that it could be pinned and is not, and that no person took the pin off. `words` is the digest of our part as it
    stands, empty where its bounds are gone, None where nobody looked. `stamp` is another one whenever somebody said something in its
    comments, and empty where nobody did; `conversation` is what they said, as far as it was read.
    """

    key: str
    url: str
    open: bool
    record: SummaryRecord
    unpinned: bool = False
    words: str | None = None
    stamp: str = ""
    conversation: Conversation = _SILENCE

    @property
    def memory(self) -> Memory:
        """What the rules need of it."""
        return self.record.memory.model_copy(update={"conversation": self.conversation})

    @property
    def stands(self) -> bool:
        """Whether it is the release's: it is open, or was closed because hypercare ended."""
        return self.open or (self.record.handover is not None and self.record.handover.stands)

    @property
    def edited(self) -> bool:
        """Whether somebody edited our part of it."""
        known = {self.record.written, self.record.restored}
        return self.words is not None and self.record.written != "" and self.words not in known


@dataclass(frozen=True)
class Unmarked:
    """An open issue that must be a summary of ours by all but its text, from which somebody took our marker."""

    key: str
    url: str
    unpinned: bool = False
    stamp: str = ""

    def remembering(self, release: str, memory: Memory) -> SummaryState | None:
        """The summary with what we remember of it elsewhere; None where that is nothing."""
        if memory.baseline is None:
            return None
        shared = SummaryRecord.model_fields.keys() & type(memory).model_fields.keys()
        known = {name: getattr(memory, name) for name in shared}
        record = SummaryRecord.model_validate({**known, "release": release, "digest": "", "as_of": memory.baseline})
        return SummaryState(
            self.key, self.url, open=True, record=record, unpinned=self.unpinned, words="", stamp=self.stamp
        )


@dataclass(frozen=True)
class FoundSummary:
    """What stands in a summary's place: the oldest of ours, doubles of it, and who may read what is written there.

    `unmarked` is what must be ours where no current one is found.
    """

    audience: Audience
    current: SummaryState | None = None
    doubles: tuple[SummaryState, ...] = ()
    unmarked: Unmarked | None = None


def first_of(found: list[SummaryState], audience: Audience) -> FoundSummary:
    """The first summary as the current one, those that stand before closed ones; the other open ones as doubles."""
    ranked = sorted(found, key=lambda state: not state.stands)
    return FoundSummary(audience, ranked[0] if ranked else None, tuple(state for state in ranked[1:] if state.open))


def content_digest(title: str, document: Document) -> str:
    """Sixteen hex digits that change whenever the title or the document does."""
    return hashlib.sha256(repr((title, document)).encode()).hexdigest()[:16]
