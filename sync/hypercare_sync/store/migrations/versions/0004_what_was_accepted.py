"""What was accepted and is not done yet is kept, so that nobody is asked for it again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "accepted",
        sa.Column("team", sa.Text, primary_key=True, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
