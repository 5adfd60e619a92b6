"""Opening an export: from what is wanted to rows that can be read."""

from datetime import datetime
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.services import export_answers, export_lists
from xinno_core.services.export_answers import AnswersExport, TooFewAnswers
from xinno_core.services.export_lists import ListExport
from xinno_core.services.exports import Kind, Scope

Export = AnswersExport | ListExport


async def open_export(
    session: AsyncSession, *, kind: Kind, scope: Scope, secret: bytes, now: datetime
) -> Export | TooFewAnswers:
    """Open an export; its rows are read while the session is open."""
    match kind:
        case Kind.ANSWERS:
            return await export_answers.open_answers(session, scope, secret=secret)
        case Kind.FIGURES:
            return export_lists.open_figures(session, scope, now=now)
        case Kind.REGISTRATIONS:
            return export_lists.open_registrations(session, scope)
        case Kind.ATTENDANCE:
            return export_lists.open_attendance(session, scope)
        case Kind.DELIVERIES:
            return export_lists.open_deliveries(session, scope)
        case Kind.QUESTIONS:
            return export_lists.open_questions(session, scope)
        case _:
            assert_never(kind)
