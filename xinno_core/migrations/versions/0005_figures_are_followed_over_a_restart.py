"""Figures are followed over a restart: which messages show them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the messages that are kept current."""
    op.create_table(
        "followed_screen",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
            name=op.f("fk_followed_screen_broadcast_id_broadcast"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_followed_screen_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("participant_id", "message_id", name=op.f("pk_followed_screen")),
    )
