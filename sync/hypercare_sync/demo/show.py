"""The demo without its picture: trackers that are up, a story that goes on from tick to tick, and what must hold at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypercare_sync.demo.script import Deed, Story, Verb
from hypercare_sync.demo.stage import Stage, furnished
from hypercare_sync.demo.ticks import Cron, write_config
from hypercare_sync.errors import HypercareError
from hypercare_sync.sandbox.server import running
from hypercare_sync.tick_result import TickResult
from hypercare_sync.wording import count


@dataclass(frozen=True)
class Turn:
    """What people did since the last tick, and the tick."""

    deeds: tuple[Deed, ...]
    result: TickResult


@dataclass(frozen=True)
class Show:
    """The trackers at `base`, the story that is played on them, and the ticks with the config in the file `config`."""

    story: Story
    base: str
    config: Path
    stage: Stage
    cron: Cron

    def turns(self) -> Iterator[Turn]:
        """The story, tick by tick. Raises HypercareError where a tick fails."""
        for at in self.story.week.ticks:
            deeds = self.stage.play(at)
            yield Turn(deeds, self.cron.tick(at))

    def proofs(self) -> Iterator[str]:
        """What must hold after the last tick, tried and put in words. Raises HypercareError for what does not."""
        again = self._quiet_tick()
        yield f"The same tick once more writes nothing, and needs {_requests(again)}."
        self.cron.forget()
        anew = self._quiet_tick()
        yield f"With its store deleted it reads everything anew, in {_requests(anew)}, and writes nothing either."
        yield from (
            f"{deed.what} was taken off {deed.ticket} by a person, and stayed away." for deed in self._vetoes(anew)
        )

    def _quiet_tick(self) -> TickResult:
        """A tick on a world that nobody has changed."""
        result = self.cron.tick(self.story.week.ticks[-1])
        if changes := result.plan.changes:
            raise HypercareError(f"{count(len(changes), 'change')} planned for a world that nobody has changed")
        return result

    def _vetoes(self, result: TickResult) -> Iterator[Deed]:
        """Every label of ours that a person took off a ticket which is still open."""
        (release,) = result.releases
        assert release.assessment is not None
        labels = {assessed.ticket.ref.key: assessed.ticket.labels for assessed in release.assessment.open}
        for deed in self.story.deeds:
            if deed.verb is Verb.unlabels and deed.ticket in labels:
                if deed.what in labels[deed.ticket]:
                    raise HypercareError(f"{deed.what} is on {deed.ticket} again, although a person took it off")
                yield deed


@contextmanager
def prepared(story: Story, port: int) -> Iterator[Show]:
    """Everything in its place for a story; the trackers are up for as long as the context lasts.

    Raises ConfigError where the port is taken; 0 is any free one.
    """
    sandbox = furnished(story)
    with TemporaryDirectory(prefix="hypercare-demo-") as folder, running(sandbox, port) as base:
        config = write_config(Path(folder), base)
        yield Show(story, base, config, Stage(story, sandbox, base), Cron.of(config))


def _requests(result: TickResult) -> str:
    return count(sum(sent.read for sent in result.requests.values()), "request")
