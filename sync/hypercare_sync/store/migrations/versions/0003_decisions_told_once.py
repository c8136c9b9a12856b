"""What the journal was told last of each decision comes in; entries name several people and rules. The trackers know what we wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NAMES = {"person": "people", "rule": "rules"}


def upgrade() -> None:
    """Make the new table, put each name on a line of its own, and drop the table that nothing used."""
    for before, after in _NAMES.items():
        op.execute(f"alter table journal rename column {before} to {after}")
    journal = sa.table("journal", *(sa.column(name, sa.Text) for name in _NAMES.values()))
    for column in journal.c:
        lines = sa.literal("\n").concat(sa.func.lower(column)).concat("\n")
        op.execute(sa.update(journal).where(column.is_not(None)).values({column.name: lines}))
    op.create_table(
        "decision",
        *(sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in ("team", "release", "ticket")),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.drop_table("managed_object")
