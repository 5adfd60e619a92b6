"""Messages that explain themselves: drafts, preferences, media, groups, enquiries, new states."""

import html
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import xinno_core.models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = xinno_core.models.base.Instant(timezone=True)

CLASSES = ("critical", "answer", "service", "optional")
KINDS = (
    "confirmation",
    "offer",
    "offer_expired",
    "reminder",
    "thanks",
    "survey",
    "exercise",
    "note",
    "changed",
    "cancelled",
    "request",
    "declined",
    "waitlisted",
    "next",
    "media",
    "media_missing",
    "photo_withdrawn",
    "enquiry",
    "enquiry_answer",
    "broadcast",
    "broadcast_test",
    "broadcast_second",
    "broadcast_stopped",
    "broadcast_done",
)
STATES = (
    "planned",
    "held",
    "sending",
    "sent",
    "failed",
    "unknown",
    "skipped",
    "recalled",
    "corrected",
)
ANCHORS = ("start", "end", "registration", "publication", "survey_closing")
BROADCAST_STATES = (
    "draft",
    "confirming",
    "scheduled",
    "running",
    "paused",
    "cancelled",
    "done",
)
TOPICS = ("reminders", "surveys", "media", "news")


def upgrade() -> None:
    """Add what messages need to be held, explained, recalled and answered; nothing is lost."""
    _widen_rules()
    _widen_notices()
    _widen_broadcasts()
    _widen_consents()
    op.add_column("event", sa.Column("journey_paused_at", INSTANT, nullable=True))
    op.add_column("region", sa.Column("second_from", sa.Integer(), nullable=True))
    _create_tables()


def _one_of(table: str, column: str, name: str, values: Sequence[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _renew(table: str, *checks: sa.CheckConstraint, instead: Sequence[str] = ()) -> None:
    """Add rules that rows must obey; those named in `instead` stand there and give way."""
    with op.batch_alter_table(table) as batch:
        for name in instead:
            batch.drop_constraint(op.f(name), type_="check")
        for check in checks:
            batch.create_check_constraint(op.f(str(check.name)), check.sqltext)


def _with_default(table: str, column: str, kind: Any, value: str) -> None:  # noqa: ANN401 (a type)
    """Add a column that rows of before have this value in; later ones must say theirs."""
    op.add_column(table, sa.Column(column, kind, nullable=False, server_default=value))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, column, server_default=None)


def _widen_rules() -> None:
    _with_default("rule", "states", JSON, "[]")
    _with_default("rule", "links", JSON, "[]")
    _with_default("rule", "clock", sa.String(32), "event")
    op.add_column("rule", sa.Column("reached_at", INSTANT, nullable=True))
    op.add_column("rule", sa.Column("stopped_at", INSTANT, nullable=True))
    _renew(
        "rule",
        _one_of("rule", "kind", "noticekind", KINDS),
        _one_of("rule", "anchor", "anchor", ANCHORS),
        _one_of("rule", "clock", "ruleclock", ("event", "person")),
        instead=["ck_rule_noticekind", "ck_rule_anchor"],
    )


def _widen_notices() -> None:
    _with_default("notice", "parts_sent", sa.Integer(), "0")
    _with_default("notice", "version", sa.Integer(), "0")
    op.add_column("notice", sa.Column("ended_at", INSTANT, nullable=True))
    op.add_column("notice", sa.Column("act", sa.String(32), nullable=True))
    _renew(
        "notice",
        _one_of("notice", "kind", "noticekind", KINDS),
        _one_of("notice", "state", "noticestate", STATES),
        _one_of("notice", "act", "noticeact", ("recall", "correct")),
        instead=["ck_notice_noticekind", "ck_notice_noticestate"],
    )
    op.create_index(op.f("ix_notice_act"), "notice", ["act"])


def _widen_broadcasts() -> None:
    _with_default("broadcast", "notice_class", sa.String(32), "service")
    _with_default("broadcast", "topic", sa.String(32), "news")
    _with_default("broadcast", "audience", JSON, '{"states": ["confirmed"]}')
    _with_default("broadcast", "content", JSON, "{}")
    _with_default("broadcast", "fallback", JSON, "{}")
    _with_default("broadcast", "to_group", sa.Boolean(), "0")
    _with_default("broadcast", "version", sa.Integer(), "0")
    op.add_column("broadcast", sa.Column("starts_at", INSTANT, nullable=True))
    op.add_column("broadcast", sa.Column("created_at", INSTANT, nullable=True))
    op.add_column("broadcast", sa.Column("seconded_by", sa.Integer(), nullable=True))
    op.add_column("broadcast", sa.Column("reason", sa.String(32), nullable=True))
    op.add_column("broadcast", sa.Column("recalled_at", INSTANT, nullable=True))
    _carry_texts_over()
    with op.batch_alter_table("broadcast") as batch:
        batch.drop_column("text")
        batch.alter_column("confirmed_at", existing_type=INSTANT, nullable=True)
        batch.alter_column("created_at", existing_type=INSTANT, nullable=False)
        batch.create_foreign_key(
            op.f("fk_broadcast_seconded_by_participant"), "participant", ["seconded_by"], ["id"]
        )
    _renew(
        "broadcast",
        _one_of("broadcast", "state", "broadcaststate", BROADCAST_STATES),
        _one_of("broadcast", "notice_class", "noticeclass", CLASSES),
        _one_of("broadcast", "topic", "topic", TOPICS),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR confirmed_at IS NOT NULL",
            name=op.f("ck_broadcast_confirmed_when"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('scheduled', 'running') OR starts_at IS NOT NULL",
            name=op.f("ck_broadcast_starts_when"),
        ),
        instead=["ck_broadcast_broadcaststate"],
    )
    op.create_index(
        "uq_broadcast_draft",
        "broadcast",
        ["event_id", "author_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )


def _carry_texts_over() -> None:
    """Write each earlier text as the one part of its language's content."""
    broadcast = sa.table(
        "broadcast",
        sa.column("id", sa.Integer()),
        sa.column("text", JSON),
        sa.column("content", JSON),
        sa.column("confirmed_at", INSTANT),
        sa.column("starts_at", INSTANT),
        sa.column("created_at", INSTANT),
    )
    bind = op.get_bind()
    bind.execute(
        sa.update(broadcast).values(
            starts_at=broadcast.c.confirmed_at, created_at=broadcast.c.confirmed_at
        )
    )
    for row in bind.execute(sa.select(broadcast.c.id, broadcast.c.text)).all():
        content = {
            language: {"parts": [{"kind": "text", "html": html.escape(text, quote=False)}]}
            for language, text in row.text.items()
        }
        bind.execute(sa.update(broadcast).where(broadcast.c.id == row.id).values(content=content))


def _widen_consents() -> None:
    _renew(
        "consent",
        _one_of("consent", "purpose", "purpose", ("exercises", "invitations", "photos")),
        instead=["ck_consent_purpose"],
    )


def _create_tables() -> None:
    op.create_table(
        "preference",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("paused_until", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.Column(
            "muted",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_to IS NULL)",
            name=op.f("ck_preference_both_hours_or_none"),
        ),
        sa.CheckConstraint("pace BETWEEN 0 AND 3", name=op.f("ck_preference_pace_is_a_week")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_preference_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_preference")),
    )
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "need",
                "question",
                "praise",
                name="enquirykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "closed",
                name="enquirystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("created_at", xinno_core.models.base.Instant(timezone=True), nullable=False),
        sa.Column("answered_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["participant.id"], name=op.f("fk_enquiry_answered_by_participant")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_enquiry_event_id_event")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_enquiry_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_enquiry_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enquiry_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_enquiry_region_id_enquiry_state_enquiry_id"),
            ["region_id", "state", "id"],
            unique=False,
        )

    op.create_table(
        "event_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("former_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("link_key", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=True),
        sa.Column("linked_at", xinno_core.models.base.Instant(timezone=True), nullable=False),
        sa.Column("left_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.Column("unlinked_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_group_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["linked_by"], ["participant.id"], name=op.f("fk_event_group_linked_by_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_group")),
        sa.UniqueConstraint("link_key", name=op.f("uq_event_group_link_key")),
    )
    with op.batch_alter_table("event_group", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_group_former_chat_id"), ["former_chat_id"], unique=False
        )
        batch_op.create_index(
            "uq_event_group_chat_id",
            ["chat_id"],
            unique=True,
            sqlite_where=sa.text("unlinked_at IS NULL"),
            postgresql_where=sa.text("unlinked_at IS NULL"),
        )
        batch_op.create_index(
            "uq_event_group_event_id",
            ["event_id"],
            unique=True,
            sqlite_where=sa.text("unlinked_at IS NULL"),
            postgresql_where=sa.text("unlinked_at IS NULL"),
        )

    op.create_table(
        "faq",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column(
            "question",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "answer",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", xinno_core.models.base.Instant(timezone=True), nullable=False),
        sa.Column("removed_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["participant.id"], name=op.f("fk_faq_created_by_participant")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_faq_event_id_event")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_faq_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq")),
    )
    with op.batch_alter_table("faq", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_faq_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_faq_region_id"), ["region_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo",
                "video",
                "document",
                name="mediakind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.String(length=200), nullable=False),
        sa.Column("unique_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("in_gallery", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("created_at", xinno_core.models.base.Instant(timezone=True), nullable=False),
        sa.Column("stopped_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["participant.id"], name=op.f("fk_media_added_by_participant")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_media_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("event_id", "unique_id", name=op.f("uq_media_event_id_unique_id")),
    )
    op.create_table(
        "broadcast_vote",
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
            name=op.f("fk_broadcast_vote_broadcast_id_broadcast"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_broadcast_vote_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint(
            "broadcast_id", "part", "participant_id", name=op.f("pk_broadcast_vote")
        ),
    )
    op.create_table(
        "group_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "poll",
                "close",
                name="grouppostkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("dedup_key", sa.String(length=120), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("due_at", xinno_core.models.base.Instant(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "held",
                "sending",
                "sent",
                "failed",
                "unknown",
                "skipped",
                "recalled",
                "corrected",
                name="noticestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.Column("lease_holder", sa.String(length=40), nullable=True),
        sa.Column(
            "telegram_ids",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.Column("poll_id", sa.String(length=64), nullable=True),
        sa.Column(
            "results",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("poll_update_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", xinno_core.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_group_post_broadcast_id_broadcast")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["participant.id"], name=op.f("fk_group_post_created_by_participant")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["event_group.id"], name=op.f("fk_group_post_group_id_event_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_post")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_group_post_dedup_key")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_group_post_poll_id")),
    )
    with op.batch_alter_table("group_post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_post_broadcast_id"), ["broadcast_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_group_post_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_group_post_state_group_post_due_at"), ["state", "due_at"], unique=False
        )

    op.create_table(
        "media_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("created_at", xinno_core.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_media_mark_media_id_media")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_media_mark_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_mark")),
        sa.UniqueConstraint(
            "media_id", "participant_id", name=op.f("uq_media_mark_media_id_participant_id")
        ),
    )
    with op.batch_alter_table("media_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_media_mark_participant_id"), ["participant_id"], unique=False
        )
