"""A version that a project does not have: Jira refuses every search for it, though it may only be yet to come."""

from dataclasses import dataclass, replace
from difflib import get_close_matches

from hypercare_sync.trackers.jira.site import Site
from hypercare_sync.trackers.port import Source
from hypercare_sync.trackers.raw import Raw

_SIMILAR = 3


@dataclass(frozen=True)
class Absence:
    """That the version of a source is not there; `similar` are versions of the project that are called much alike."""

    source: Source
    similar: tuple[str, ...]

    @property
    def note(self) -> str:
        """For the readers of the summary."""
        return f"{self.source.place} has no version {self.source.selector.version!r} yet{self._near}"

    @property
    def loss(self) -> str:
        """The same of a version that was there before."""
        return (
            f"{self.source.label}: there is no version {self.source.selector.version!r} any more{self._near}; "
            "where it was renamed or merged, write its new name in the config"
        )

    @property
    def _near(self) -> str:
        return f"; it has {' and '.join(map(repr, self.similar))}" if self.similar else ""

    @property
    def rest(self) -> Source:
        """The source without its version."""
        return replace(self.source, selector=self.source.selector.model_copy(update={"version": None}))


def absence(site: Site, source: Source) -> Absence | None:
    """The absence of the version that selects a source's tickets; None where it is there, or none does. Names are told apart by case, as in tickets."""
    version = source.selector.version
    if version is None or source.query:
        return None
    rows = Raw({"rows": site.client.read("GET", f"project/{source.place}/versions").body}).rows("rows")
    names = [row.text("name") for row in rows]
    if version in names:
        return None
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(version.casefold(), folded, n=_SIMILAR)
    return Absence(source, tuple(folded[name] for name in near))
