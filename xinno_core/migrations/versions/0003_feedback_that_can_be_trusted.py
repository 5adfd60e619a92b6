"""Feedback that can be trusted: waves, envelopes, responses, attendance, files in the making."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import xinno_core.models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = xinno_core.models.base.Instant(timezone=True)

KINDS = (
    "confirmation",
    "offer",
    "offer_expired",
    "reminder",
    "thanks",
    "survey",
    "survey_results",
    "survey_actions",
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
PURPOSES = ("exercises", "invitations", "photos", "linking")
EXPORT_STATES = ("planned", "running", "sending", "done", "failed", "cancelled")
BATCH = 500


def upgrade() -> None:
    """Keep what one person said in one row, in waves; nothing that was said is lost."""
    _create_tables()
    _renew("notice", _one_of("notice", "kind", "noticekind", KINDS), "ck_notice_noticekind")
    _renew("rule", _one_of("rule", "kind", "noticekind", KINDS), "ck_rule_noticekind")
    _renew("consent", _one_of("consent", "purpose", "purpose", PURPOSES), "ck_consent_purpose")
    _with_default("organisation", "country", sa.String(2), "")
    _widen_group_posts()
    _widen_surveys()
    _renew_ballots()
    _gather_answers()
    op.drop_table("answer")


def _one_of(table: str, column: str, name: str, values: Sequence[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _renew(table: str, check: sa.CheckConstraint, *instead: str) -> None:
    """Add a rule that rows must obey; those named in `instead` stand there and give way."""
    with op.batch_alter_table(table) as batch:
        for name in instead:
            batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(str(check.name)), check.sqltext)


def _with_default(table: str, column: str, kind: Any, value: str) -> None:  # noqa: ANN401 (a type)
    """Add a column that rows of before have this value in; later ones must say theirs."""
    op.add_column(table, sa.Column(column, kind, nullable=False, server_default=value))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, column, server_default=None)


def _widen_group_posts() -> None:
    op.add_column("group_post", sa.Column("survey_id", sa.Integer(), nullable=True))
    op.add_column("group_post", sa.Column("question", sa.String(64), nullable=True))
    with op.batch_alter_table("group_post") as batch:
        batch.create_foreign_key(
            op.f("fk_group_post_survey_id_survey"), "survey", ["survey_id"], ["id"]
        )
    op.create_index(op.f("ix_group_post_survey_id"), "group_post", ["survey_id"])


def _widen_surveys() -> None:
    op.add_column("survey", sa.Column("instrument", sa.String(64), nullable=True))
    # Answers of before were kept without the person, too.
    _with_default("survey", "mode", sa.String(32), "anonymous")
    _with_default("survey", "wave", sa.Integer(), "1")
    op.add_column("survey", sa.Column("ended_at", INSTANT, nullable=True))
    op.add_column("survey", sa.Column("told_at", INSTANT, nullable=True))
    _renew("survey", _one_of("survey", "mode", "surveymode", ("anonymous", "pseudonymous")))
    op.create_index(
        op.f("ix_survey_ended_at_survey_closes_at"), "survey", ["ended_at", "closes_at"]
    )
    op.execute(
        "INSERT INTO survey_version (survey_id, version, title, questions) "
        "SELECT id, version, title, questions FROM survey"
    )


def _renew_ballots() -> None:
    """Give ballots their wave and door; a table without row ids can't be widened with a rule."""
    op.rename_table("ballot", "former_ballot")
    if op.get_bind().dialect.name != "sqlite":
        for old in (
            "pk_ballot",
            "fk_ballot_survey_id_survey",
            "fk_ballot_participant_id_participant",
        ):
            op.execute(f'ALTER TABLE former_ballot RENAME CONSTRAINT "{old}" TO "former_{old}"')
    op.create_table(
        "ballot",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_ballot_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_ballot_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "participant_id", name=op.f("pk_ballot")),
        _one_of("ballot", "door", "door", ("chat", "web")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO ballot (survey_id, participant_id, wave, door) "
        "SELECT survey_id, participant_id, 1, 'chat' FROM former_ballot"
    )
    op.drop_table("former_ballot")


def _gather_answers() -> None:
    """Put the answers of one submission into one row; what was collected so far is a wave."""
    connection = op.get_bind()
    survey = sa.table(
        "survey",
        sa.column("id", sa.Integer()),
        sa.column("version", sa.Integer()),
        sa.column("wave", sa.Integer()),
        sa.column("closes_at", INSTANT),
        sa.column("ended_at", INSTANT),
    )
    answer = sa.table(
        "answer",
        sa.column("response", sa.String(32)),
        sa.column("question", sa.String(64)),
        sa.column("survey_id", sa.Integer()),
        sa.column("value", JSON),
    )
    response = sa.table(
        "response",
        sa.column("id", sa.String(32)),
        sa.column("survey_id", sa.Integer()),
        sa.column("wave", sa.Integer()),
        sa.column("version", sa.Integer()),
        sa.column("answers", JSON),
        sa.column("is_linked", sa.Boolean()),
    )
    wave = sa.table(
        "wave",
        sa.column("survey_id", sa.Integer()),
        sa.column("number", sa.Integer()),
        sa.column("outcome", sa.String(32)),
        sa.column("ended_at", INSTANT),
        sa.column("version", sa.Integer()),
        sa.column("responses", sa.Integer()),
    )
    now = connection.scalar(sa.select(sa.func.current_timestamp(type_=INSTANT)))
    for number, version, closes_at in connection.execute(
        sa.select(survey.c.id, survey.c.version, survey.c.closes_at)
    ).all():
        said: dict[str, dict[str, Any]] = {}
        for one, question, value in connection.execute(
            sa.select(answer.c.response, answer.c.question, answer.c.value)
            .where(answer.c.survey_id == number)
            .order_by(answer.c.response, answer.c.question)
        ):
            said.setdefault(one, {})[question] = value.get("value")
        lines = [
            {
                "id": one,
                "survey_id": number,
                "wave": 1,
                "version": version,
                "answers": given,
                "is_linked": False,
            }
            for one, given in said.items()
        ]
        for start in range(0, len(lines), BATCH):
            connection.execute(sa.insert(response), lines[start : start + BATCH])
        if lines:
            connection.execute(
                sa.insert(wave).values(
                    survey_id=number,
                    number=1,
                    outcome="opened",
                    ended_at=now,
                    version=version,
                    responses=len(lines),
                )
            )
        connection.execute(
            sa.update(survey)
            .where(survey.c.id == number)
            .values(wave=2 if lines else 1, ended_at=closes_at if closes_at < now else None)
        )


def _create_tables() -> None:
    op.create_table(
        "export_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_holder", sa.String(length=40), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_export_job_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
        _one_of("export_job", "state", "exportstate", EXPORT_STATES),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_export_job_dedup_key")),
    )
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_export_job_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_export_job_state_export_job_id"), ["state", "id"], unique=False
        )

    op.create_table(
        "envelope",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_envelope_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_envelope_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "participant_id", name=op.f("pk_envelope")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("envelope", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_envelope_survey_id_envelope_wave"), ["survey_id", "wave"], unique=False
        )

    op.create_table(
        "response",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("is_linked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_response_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_response_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint(
            "survey_id", "participant_id", name=op.f("uq_response_survey_id_participant_id")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_response_survey_id_response_wave"), ["survey_id", "wave"], unique=False
        )

    op.create_table(
        "survey_action",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["participant.id"], name=op.f("fk_survey_action_created_by_participant")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_action_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "number", name=op.f("pk_survey_action")),
    )
    op.create_table(
        "survey_guest",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["participant.id"], name=op.f("fk_survey_guest_created_by_participant")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_survey_guest_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_guest_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "participant_id", name=op.f("pk_survey_guest")),
    )
    op.create_table(
        "survey_version",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_version_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "version", name=op.f("pk_survey_version")),
    )
    op.create_table(
        "wave",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("release", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["participant.id"], name=op.f("fk_wave_ended_by_participant")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_wave_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "number", name=op.f("pk_wave")),
        _one_of("wave", "outcome", "waveend", ("opened", "too_few")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["participant.id"], name=op.f("fk_attendance_noted_by_participant")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_attendance_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "registration_id", "place", name=op.f("uq_attendance_registration_id_place")
        ),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_session_id"), ["session_id"], unique=False)
