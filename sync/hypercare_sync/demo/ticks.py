"""The demo's ticks: the product as a cron would run it, each time connected anew, on the story's trackers and at its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypercare_rules.policy import Policy
from hypercare_sync.config import Config, load
from hypercare_sync.connect import connect, paces
from hypercare_sync.demo.script import STORY
from hypercare_sync.packs import policy_of
from hypercare_sync.store import Store
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import TickResult

_PLACEHOLDER = "http://sandbox.example"


def write_config(folder: Path, base: str) -> Path:
    """The demo's config for the trackers at `base`, with its policy beside it; its path."""
    path = folder / "hypercare.yaml"
    path.touch(mode=0o600)
    path.write_text((STORY / path.name).read_text(encoding="utf-8").replace(_PLACEHOLDER, base), encoding="utf-8")
    (folder / "policy.yaml").write_bytes((STORY / "policy.yaml").read_bytes())
    return path


@dataclass
class Cron:
    """Runs ticks of a config, each with a new connection, as a cron line does."""

    config: Config
    policies: Mapping[str, Policy]

    @classmethod
    def of(cls, path: Path) -> "Cron":
        """For the config at `path`. Raises ConfigError."""
        config = load(path, {})
        return cls(config, {release.name: policy_of(config, release) for release in config.releases})

    def tick(self, now: datetime) -> TickResult:
        """One tick at `now`. Raises HypercareError where anything failed: here nothing should."""
        with Store(self.config.store_url, self.config.team) as store:
            tick = Tick(self.config, self.policies, connect(self.config), store, now)
            result = tick.sync(paces(self.config))
        if result.errors:
            raise result.errors[0]
        return result

    def forget(self) -> None:
        """Delete the store: it is only a cache."""
        assert self.config.store_file is not None, "the demo's config names a file"
        for file in self.config.base.glob(f"{self.config.store_file.name}*"):
            file.unlink()
