"""Settings: what a person gets, how often, at which hours, and the profile."""

from telegram import Update

from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import preferences, profile
from xinno_core.services.preferences import Standing
from xinno_core.services.questions import Form
from xinno_core.texts import settings as texts
from xinno_core.texts import welcome
from xinno_core.texts.actions import SetHours, SetPace, SetPause, SlowDown, SwitchTopic


async def on_settings(update: Update, context: XinnoContext) -> None:
    """/settings."""
    await _show_settings(context)


async def on_edit_profile(update: Update, context: XinnoContext) -> None:
    """Correct name or organisation."""
    await ask(context, profile.form())


async def on_topics(update: Update, context: XinnoContext) -> None:
    """What can be switched off."""
    context.show(texts.topics(context.translator, await _standing(context)))


async def on_switch_topic(update: Update, context: XinnoContext) -> None:
    """A topic is switched on or off."""
    press = context.pressed(update, SwitchTopic)
    await preferences.switch(
        context.session,
        participant=context.participant,
        topic=press.topic,
        is_on=bool(press.on),
        now=context.now,
    )
    await on_topics(update, context)


async def on_pace(update: Update, context: XinnoContext) -> None:
    """How often optional messages come."""
    context.show(texts.pace(context.translator, await _standing(context)))


async def on_set_pace(update: Update, context: XinnoContext) -> None:
    """A pace is chosen."""
    press = context.pressed(update, SetPace)
    await preferences.set_pace(
        context.session, participant=context.participant, pace=press.pace, now=context.now
    )
    await on_pace(update, context)


async def on_slow_down(update: Update, context: XinnoContext) -> None:
    """Fewer of these, under an optional message."""
    press = context.pressed(update, SlowDown)
    wishes = await preferences.slow_down(
        context.session, participant=context.participant, was=press.was, now=context.now
    )
    context.show(texts.slowed(context.translator, wishes, press.was))


async def on_pause(update: Update, context: XinnoContext) -> None:
    """A pause begins or ends."""
    press = context.pressed(update, SetPause)
    await preferences.set_pause(
        context.session, participant=context.participant, length=press.length, now=context.now
    )
    await on_pace(update, context)


async def on_hours(update: Update, context: XinnoContext) -> None:
    """The quiet hours to choose from."""
    await _show_hours(context)


async def on_set_hours(update: Update, context: XinnoContext) -> None:
    """Quiet hours are chosen."""
    press = context.pressed(update, SetHours)
    await preferences.choose_hours(
        context.session, participant=context.participant, preset=press.preset, now=context.now
    )
    await _show_hours(context)


async def on_type_hours(update: Update, context: XinnoContext) -> None:
    """Other quiet hours are to be typed."""
    await ask(context, preferences.form())


async def _standing(context: XinnoContext) -> Standing:
    return await preferences.read_standing(
        context.session, participant=context.participant, now=context.now
    )


async def _show_settings(context: XinnoContext, arguments: list[str] | None = None) -> None:
    context.show(texts.settings(context.translator, await _standing(context)))


async def _show_hours(context: XinnoContext, arguments: list[str] | None = None) -> None:
    context.show(texts.hours(context.translator, await _standing(context)))


async def _find_profile(context: XinnoContext, arguments: list[str]) -> Form | None:
    return profile.form()


async def _complete_profile(
    context: XinnoContext, arguments: list[str], answers: dict[str, object]
) -> None:
    await profile.save(context.session, participant=context.participant, answers=answers)
    context.show(welcome.profile_saved(context.translator))


async def _find_hours(context: XinnoContext, arguments: list[str]) -> Form | None:
    return preferences.form()


async def _complete_hours(
    context: XinnoContext, arguments: list[str], answers: dict[str, object]
) -> None:
    await preferences.set_hours(
        context.session,
        participant=context.participant,
        hours=preferences.typed_hours(str(answers["quiet_hours"])),
        now=context.now,
    )
    await _show_hours(context)


PROFILE_FORM = FormKind(
    "profile", _find_profile, _complete_profile, arguments=0, begin=_show_settings
)
HOURS_FORM = FormKind("hours", _find_hours, _complete_hours, arguments=0, begin=_show_hours)
