"""A scene in memory."""
# ruff: noqa: D102 - Scene says what each of them does

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.contract.scenes.scene import GO_LIVE, START, VERSION, source

from hypercare_rules.ticket import Assigned, Audience, Marker, OurLink, Person, Ref, ScopeChanged, Standing, Ticket
from hypercare_sync.observed import SummaryPlace
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.memory import CLOSED, OPEN, MemoryTracker
from hypercare_sync.trackers.port import Source, Tracker

PAT = Person(id="pat", name="Pat", standing=Standing.team)


@dataclass
class MemoryScene:
    """The tracker held in memory."""

    source: Source
    place: SummaryPlace
    memory: MemoryTracker
    now: datetime = START

    @classmethod
    def new(cls) -> "MemoryScene":
        """An empty one."""
        memory = MemoryTracker("fake", lambda: scene.now)
        scene = cls(source("fake", "acme/web"), SummaryPlace("fake", "acme/web", "hypercare:summary"), memory)
        return scene

    @property
    def tracker(self) -> Tracker:
        return self.memory.tracker

    @property
    def colleague(self) -> str:
        return "pat"

    @property
    def bystander(self) -> str:
        return "cleo"

    def load(self, count: int) -> list[Ref]:
        refs = [Ref("fake", f"acme/web#{number}") for number in range(1, count + 1)]
        for number, ref in enumerate(refs):
            opened = GO_LIVE + timedelta(minutes=number)
            title = f"Cart broken for case {number}"
            self.memory.add(
                Ticket(
                    ref=ref, url="https://tracker.example", title=title, status=OPEN, planned_for=(VERSION,), native_priority="Medium",
                    created=opened, updated=opened, audience=Audience.internal,
                )
            )  # fmt: skip
        return refs

    def pass_time(self, by: timedelta) -> None:
        self.now += by

    def comment(self, ref: Ref, text: str) -> None:
        self.memory.comment_as(PAT, ref, text)

    def edit_comment(self, ref: Ref, comment: str, text: str) -> None:
        self.memory.rewrite(ref, comment, text)

    def delete_comment(self, ref: Ref, comment: str) -> None:
        self.memory.erase(ref, comment)

    def forge(self, ref: Ref, marker: Marker) -> None:
        self.comment(ref, markers.in_comment(marker.model_dump()))

    def label(self, ref: Ref, *labels: str) -> None:
        self.memory.label_as(PAT, ref, add=labels)

    def unlabel(self, ref: Ref, label: str) -> None:
        self.memory.label_as(PAT, ref, remove=[label])

    def unlink(self, ref: Ref, link: OurLink) -> None:
        self.memory.unlink_as(PAT, ref, link)

    def close(self, ref: Ref) -> None:
        self.memory.move_as(PAT, ref, CLOSED)

    def assign(self, ref: Ref) -> None:
        self.memory.change(ref, Assigned(at=self.now, by=PAT, after=PAT.id), assignees=(PAT,))

    def prioritise(self, ref: Ref, native: str) -> None:
        self.memory.prioritise_as(PAT, ref, native)

    def native_priority(self, ref: Ref) -> str | None:
        return self.memory.tickets[ref].native_priority

    def leave(self, ref: Ref) -> None:
        self.memory.change(ref, ScopeChanged(at=self.now, by=PAT, name="6.0", added=True), planned_for=("6.0",))

    def delete(self, *refs: Ref) -> None:
        for ref in refs:
            del self.memory.tickets[ref]

    def labels(self, ref: Ref) -> set[str]:
        return set(self.memory.tickets[ref].labels)

    def comments(self, ref: Ref) -> list[str]:
        return [comment.text for comment in self.memory.tickets[ref].comments]

    def summaries(self) -> list[tuple[str, bool]]:
        return [(summary.title, summary.open) for summary in self.memory.summaries.values()]

    def summary_text(self, key: str) -> str:
        return self.memory.summaries[key].text
