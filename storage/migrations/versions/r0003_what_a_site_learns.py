"""What people correct, and what a site has learned from it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What this step changes. Corrections of before are not lessons: nobody was told they would
    be, and what was read then may be read otherwise today."""
    op.create_table(
        "corrections",
        sa.Column(
            "moment", sa.String(), sa.ForeignKey("moments.id"), nullable=False, primary_key=True
        ),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("stage", "kind")),
        sa.Column("heat", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("read_stage", "read_kind")),
        sa.Column("read_heat", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", LONG, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "decided_by")),
        sa.Column("decided_at", LONG, nullable=False),
    )
    op.create_index("corrections_site", "corrections", ["site", "state", "at"])
    op.create_table(
        "growths",
        sa.Column("site", sa.String(), nullable=False, primary_key=True),
        sa.Column("weights", sa.String(), nullable=False),
        sa.Column("made", LONG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("overlay", "report")),
        sa.Column("lessons", sa.Integer(), nullable=False),
        *(sa.Column(name, LONG, nullable=False) for name in ("learned", "asked")),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("next_at", LONG, nullable=False),
    )
