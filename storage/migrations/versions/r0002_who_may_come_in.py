"""Accounts on the platforms, and one-time codes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What this step changes. Nobody is enrolled by it: people of before have no account."""
    op.create_table(
        "identities",
        sa.Column("channel", sa.String(), nullable=False, primary_key=True),
        sa.Column("account", sa.String(), nullable=False, primary_key=True),
        sa.Column("person", sa.String(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("linked", LONG, nullable=False),
    )
    op.create_index("identities_person", "identities", ["person"])
    op.create_table(
        "invites",
        sa.Column("code_hash", sa.String(), nullable=False, primary_key=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("role", "site", "name", "person", "by")
        ),
        sa.Column("expires", LONG, nullable=False),
        sa.Column("used_by", sa.String(), nullable=False),
        sa.Column("used_at", LONG, nullable=True),
    )
