"""What the journal was told last of each decision, so that it is told of changes only."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from hypercare_sync.store import schema
from hypercare_sync.store.scoped import Scoped
from hypercare_sync.store.values import Subject, Told

_told = schema.decision


class Decisions(Scoped):
    """The last word on each ticket of each release, and on the releases."""

    def told(self, releases: Collection[str]) -> dict[Subject, Told]:
        """What the journal was told of these releases and their tickets."""
        columns = (_told.c.release, _told.c.ticket, _told.c.digest, _told.c.words)
        found = sa.select(*columns).where(self._mine(_told), _told.c.release.in_(sorted(releases)))
        with self.database.reading() as connection:
            rows = connection.execute(found)
            return {Subject(release, ticket): Told(digest, words) for release, ticket, digest, words in rows}

    def save_told(self, told: Mapping[Subject, Told], gone: Collection[Subject]) -> None:
        """Keep what the journal is told now, and forget those that are gone."""
        rows = [{"team": self.team, **subject._asdict(), **said._asdict()} for subject, said in told.items()]
        one = (_told.c.release == sa.bindparam("r"), _told.c.ticket == sa.bindparam("t"))
        with self._writing() as connection:
            self.database.upsert(connection, _told, rows)
            if gone:
                parameters = [{"r": subject.release, "t": subject.ticket} for subject in sorted(gone)]
                connection.execute(sa.delete(_told).where(self._mine(_told), *one), parameters)
