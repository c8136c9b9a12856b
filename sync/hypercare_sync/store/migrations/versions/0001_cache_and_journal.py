"""The first schema: one config in one SQLite file. Stores of that time carry `meta.schema_version` 1 instead of a revision."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what the first version of the program made."""
    op.create_table("meta", sa.Column("schema_version", sa.Integer, nullable=False))
    op.create_table(
        "source",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("cursor", sa.Text, nullable=False),
        sa.Column("as_of", sa.String(40), nullable=False),
    )
    op.create_table(
        "ticket",
        sa.Column("source_id", sa.String(16), primary_key=True),
        sa.Column("tracker", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "release",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("summary_key", sa.Text),
        sa.Column("memory", sa.Text, nullable=False),
    )
    op.create_table("wire", sa.Column("tracker", sa.Text, primary_key=True), sa.Column("body", sa.Text, nullable=False))
    op.create_table("set_aside", sa.Column("body", sa.Text, nullable=False))
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tick", sa.String(40), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_index("ix_journal_tick", "journal", ["tick"])
    op.execute("insert into meta (schema_version) values (1)")
