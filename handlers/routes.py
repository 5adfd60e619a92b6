"""Which update goes to which handler: the one table of the chat."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from handlers.chat import (
    announcement_audience,
    announcement_writing,
    announcements,
    answers,
    attendance,
    broadcasts,
    calendar,
    channels,
    copying,
    countries,
    dialogue,
    enquiries,
    enquiry_desk,
    events,
    exercises,
    exports,
    figures,
    gallery,
    groups,
    journeys,
    ledger,
    limits,
    media,
    moving,
    organising,
    pairs,
    people,
    privacy,
    registration,
    results,
    role_invites,
    settings,
    survey_actions,
    survey_guests,
    survey_polls,
    surveys,
    votes,
    welcome,
    wording,
    workshops,
)
from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import FormKind, TakerKind, XinnoContext
from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.texts import actions
from xinno_core.texts.actions import Action

Handle = Callable[[Update, XinnoContext], Coroutine[Any, Any, None]]

COMMANDS: Mapping[str, Handle] = {
    "start": welcome.on_start,
    "events": events.on_events,
    "my": events.on_mine,
    "language": welcome.on_languages,
    "settings": settings.on_settings,
    "mydata": privacy.on_my_data,
    "forget": privacy.on_ask_forget,
    "help": welcome.on_help,
    "cancel": dialogue.on_cancel,
    "organise": organising.on_organise,
    "new": organising.on_new,
    "announce": announcements.on_announce,
    "export": exports.on_exports,
    "why": ledger.on_why,
}

PRESSES: Mapping[type[Action], Handle] = {
    actions.OpenMenu: welcome.on_menu,
    actions.OpenHelp: welcome.on_help,
    actions.ReadNotice: welcome.on_read_notice,
    actions.PassNotice: welcome.on_pass_notice,
    actions.OpenLanguages: welcome.on_languages,
    actions.SetLanguage: welcome.on_language_chosen,
    actions.OpenSettings: settings.on_settings,
    actions.OpenTopics: settings.on_topics,
    actions.SwitchTopic: settings.on_switch_topic,
    actions.OpenPace: settings.on_pace,
    actions.SetPace: settings.on_set_pace,
    actions.SlowDown: settings.on_slow_down,
    actions.SetPause: settings.on_pause,
    actions.OpenHours: settings.on_hours,
    actions.SetHours: settings.on_set_hours,
    actions.TypeHours: settings.on_type_hours,
    actions.SetConsent: welcome.on_consent,
    actions.EditProfile: settings.on_edit_profile,
    actions.OpenCountries: countries.on_countries,
    actions.SetCountry: countries.on_chosen,
    actions.OpenMyData: privacy.on_my_data,
    actions.DownloadMyData: privacy.on_download,
    actions.AskForget: privacy.on_ask_forget,
    actions.ForgetMe: privacy.on_forget,
    actions.OpenEvents: events.on_page,
    actions.OpenMine: events.on_mine,
    actions.OpenEvent: events.on_event,
    actions.OpenEventBelow: events.on_event_below,
    actions.ShowPlace: events.on_place,
    actions.GetCalendarFile: calendar.on_calendar_file,
    actions.RemoveFromCalendar: calendar.on_removal_file,
    actions.OpenSubscription: calendar.on_subscription,
    actions.RenewAddress: calendar.on_renew,
    actions.Register: registration.on_register_pressed,
    actions.AskFreePlace: registration.on_ask_free_pressed,
    actions.FreePlace: registration.on_free_pressed,
    actions.KeepRegistration: registration.on_keep_pressed,
    actions.TakeSeat: registration.on_take_seat_pressed,
    actions.SayPresence: registration.on_presence_pressed,
    actions.InvitePartner: pairs.on_invite,
    actions.JoinPair: pairs.on_join,
    actions.DeclinePair: pairs.on_decline,
    actions.ComeAlone: pairs.on_come_alone,
    actions.OpenAnswers: answers.on_answers,
    actions.EditAnswers: answers.on_edit,
    actions.OpenWorkshops: workshops.on_workshops,
    actions.ChooseSession: workshops.on_choose,
    actions.SwapSession: workshops.on_swap,
    actions.TakeSession: workshops.on_take,
    actions.AskLeaveSession: workshops.on_ask_leave,
    actions.LeaveSession: workshops.on_leave,
    actions.FormOption: dialogue.on_option,
    actions.FormDone: dialogue.on_done,
    actions.FormSkip: dialogue.on_skip,
    actions.FormClear: dialogue.on_clear,
    actions.FormRefuse: dialogue.on_refuse,
    actions.FormBack: dialogue.on_back,
    actions.FormResume: dialogue.on_resume,
    actions.FormCancel: dialogue.on_stop,
    actions.StartSurvey: surveys.on_start_survey,
    actions.BeginSurvey: surveys.on_begin,
    actions.ChangeSurvey: surveys.on_change,
    actions.AskEraseAnswers: surveys.on_ask_erase,
    actions.EraseAnswers: surveys.on_erase,
    actions.AnswerQuiz: exercises.on_quiz_answered,
    actions.FinishExercise: exercises.on_finish,
    actions.Reflect: exercises.on_reflect,
    actions.OpenDesk: organising.on_desk,
    actions.ManageEvent: organising.on_manage,
    actions.StartNew: organising.on_new,
    actions.ChooseFormat: organising.on_format_chosen,
    actions.PreviewCard: organising.on_preview,
    actions.Publish: organising.on_publish,
    actions.StartMove: moving.on_start,
    actions.MoveEvent: moving.on_event,
    actions.MoveSession: moving.on_session,
    actions.ConfirmMove: moving.on_event_confirmed,
    actions.ConfirmSessionMove: moving.on_session_confirmed,
    actions.KeepPlace: moving.on_keep,
    actions.OpenSilent: moving.on_silent,
    actions.CopyEvent: copying.on_copy,
    actions.AskCancelEvent: moving.on_ask_cancel,
    actions.CancelEvent: moving.on_cancel_confirmed,
    actions.StartAnnouncement: announcements.on_start,
    actions.ListAnnounceable: announcements.on_choices,
    actions.ShowDraft: announcements.on_draft,
    actions.ChooseUrgency: announcements.on_urgency,
    actions.AskCritical: announcements.on_ask_critical,
    actions.SetUrgency: announcements.on_urgency_chosen,
    actions.ChooseStart: announcements.on_when,
    actions.SetStart: announcements.on_start_chosen,
    actions.CheckDraft: announcements.on_check,
    actions.ConfirmDraft: announcements.on_confirm,
    actions.AskDropDraft: announcements.on_ask_drop,
    actions.DropDraft: announcements.on_drop,
    actions.ChooseAudience: announcement_audience.on_audience,
    actions.ChooseAudienceList: announcement_audience.on_list,
    actions.NarrowAudience: announcement_audience.on_narrowed,
    actions.ChooseAnswers: announcement_audience.on_answers,
    actions.NarrowByAnswer: announcement_audience.on_narrowed_by_answer,
    actions.SwitchGroup: announcement_audience.on_group,
    actions.WriteAnnouncement: announcement_writing.on_write,
    actions.StartLink: announcement_writing.on_start_link,
    actions.ShortenText: announcement_writing.on_shorten,
    actions.AskStartOver: announcement_writing.on_ask_start_over,
    actions.ChooseFallback: announcement_writing.on_ask_fallback,
    actions.SetFallback: announcement_writing.on_fallback,
    actions.PreviewDraft: announcement_writing.on_preview,
    actions.ChooseTest: announcement_writing.on_ask_test,
    actions.TestDraft: announcement_writing.on_test,
    actions.VoteInBroadcast: votes.on_vote,
    actions.ShowAnnouncement: broadcasts.on_show,
    actions.ListAnnouncements: broadcasts.on_list,
    actions.SecondAnnouncement: broadcasts.on_second,
    actions.SendBackAnnouncement: broadcasts.on_send_back,
    actions.UndoAnnouncement: broadcasts.on_undo,
    actions.PauseAnnouncement: broadcasts.on_pause,
    actions.ResumeAnnouncement: broadcasts.on_resume,
    actions.AskCancelAnnouncement: broadcasts.on_ask_cancel,
    actions.CancelAnnouncement: broadcasts.on_cancel,
    actions.AskRecall: broadcasts.on_ask_recall,
    actions.RecallAnnouncement: broadcasts.on_recall,
    actions.AskResend: broadcasts.on_ask_resend,
    actions.ResendUnknown: broadcasts.on_resend,
    actions.StartCorrection: broadcasts.on_correct,
    actions.CorrectWords: broadcasts.on_correct_words,
    actions.ConfirmCorrection: broadcasts.on_confirm_correction,
    actions.DropCorrection: broadcasts.on_drop_correction,
    actions.OpenPeople: people.on_people,
    actions.ListPeople: people.on_list,
    actions.ListConfirmed: people.on_confirmed,
    actions.OpenPerson: people.on_person,
    actions.Decide: people.on_decide,
    actions.DecideWithWord: people.on_decide_with_word,
    actions.OpenQueue: people.on_queue,
    actions.OpenAttendance: attendance.on_attendance,
    actions.ListAttendance: attendance.on_list,
    actions.NoteAttendance: attendance.on_note,
    actions.NotePage: attendance.on_note_page,
    actions.OpenSeats: limits.on_seats,
    actions.StartSeats: limits.on_start,
    actions.SwitchOffers: limits.on_switch,
    actions.OpenJourney: journeys.on_journey,
    actions.OpenRule: journeys.on_rule,
    actions.SwitchRule: journeys.on_switch,
    actions.PauseJourney: journeys.on_pause,
    actions.ResumeJourney: journeys.on_resume,
    actions.OpenTexts: wording.on_texts,
    actions.ChooseTexts: wording.on_language,
    actions.EditText: wording.on_edit,
    actions.OpenSurveyLinks: survey_guests.on_links,
    actions.MakeSurveyLinks: survey_guests.on_make,
    actions.OpenLinks: channels.on_links,
    actions.StartChannel: channels.on_start,
    actions.AddChannel: channels.on_add,
    actions.ShowQrCode: channels.on_qr_code,
    actions.OpenGroup: groups.on_group,
    actions.AskOtherGroup: groups.on_ask_other,
    actions.AskUnlinkGroup: groups.on_ask_unlink,
    actions.UnlinkGroup: groups.on_unlink,
    actions.WriteToGroup: groups.on_write,
    actions.StartGroupPoll: groups.on_poll_asked,
    actions.DropLastOfPost: groups.on_drop_last,
    actions.PostToGroup: groups.on_post,
    actions.OpenGroupPoll: groups.on_poll,
    actions.CloseGroupPoll: groups.on_close_poll,
    actions.PostResults: groups.on_post_results,
    actions.OpenSurveyPolls: survey_polls.on_questions,
    actions.PreviewSurveyPoll: survey_polls.on_preview,
    actions.PostSurveyPoll: survey_polls.on_post,
    actions.OpenTeam: role_invites.on_team,
    actions.InviteRole: role_invites.on_invite,
    actions.TakeRole: role_invites.on_take,
    actions.AskOrganiser: enquiries.on_ask,
    actions.AddressText: enquiries.on_address,
    actions.SendEnquiry: enquiries.on_send,
    actions.FaqHelped: enquiries.on_faq_helped,
    actions.AnswerHelped: enquiries.on_helped,
    actions.AnswerDidNotHelp: enquiries.on_not_helped,
    actions.OpenFaq: enquiries.on_faq,
    actions.ListEnquiries: enquiry_desk.on_list,
    actions.OpenEnquiry: enquiry_desk.on_open,
    actions.AnswerEnquiry: enquiry_desk.on_answer,
    actions.SortEnquiry: enquiry_desk.on_sort,
    actions.SortAs: enquiry_desk.on_sorted,
    actions.CloseEnquiry: enquiry_desk.on_close,
    actions.AddToFaq: enquiry_desk.on_add_to_faq,
    actions.ListFaq: enquiry_desk.on_faq_list,
    actions.OpenFaqEntry: enquiry_desk.on_faq_entry,
    actions.EditFaq: enquiry_desk.on_edit_faq,
    actions.AskRemoveFaq: enquiry_desk.on_ask_remove,
    actions.RemoveFaq: enquiry_desk.on_remove,
    actions.OpenGallery: gallery.on_gallery,
    actions.AddMedia: gallery.on_add,
    actions.ShowMedia: gallery.on_show,
    actions.PlaceMedia: gallery.on_place,
    actions.RemoveMedia: gallery.on_remove,
    actions.WriteCaption: gallery.on_caption,
    actions.StartArticle: gallery.on_article,
    actions.RemoveArticle: gallery.on_remove_article,
    actions.PreviewGallery: gallery.on_preview,
    actions.AskSendGallery: gallery.on_ask_send,
    actions.SendGallery: gallery.on_send,
    actions.SetGalleryAside: gallery.on_set_aside,
    actions.PutGalleryOff: gallery.on_put_off,
    actions.ThankForMedia: media.on_thank,
    actions.OpenOwnMedia: media.on_own,
    actions.AskStopMedia: media.on_ask_stop,
    actions.StopMedia: media.on_stop,
    actions.AskStopAllMedia: media.on_ask_stop_all,
    actions.StopAllMedia: media.on_stop_all,
    actions.AskNoPhotos: media.on_ask_no_photos,
    actions.AskUseMediaAgain: media.on_ask_use_again,
    actions.UseMediaAgain: media.on_use_again,
    actions.AskUseAllMediaAgain: media.on_ask_use_all_again,
    actions.UseAllMediaAgain: media.on_use_all_again,
    actions.AskTakeMediaBack: media.on_ask_take_back,
    actions.TakeMediaBack: media.on_take_back,
    actions.OpenLedgers: ledger.on_events,
    actions.OpenLedger: ledger.on_event,
    actions.ExplainPerson: ledger.on_person,
    actions.OpenResults: results.on_results,
    actions.OpenSurveyResults: results.on_survey,
    actions.OpenQuestionResults: results.on_question,
    actions.BreakDownResults: results.on_broken_down,
    actions.AskOpenWave: results.on_ask_open,
    actions.OpenWave: results.on_open,
    actions.OpenSurveyActions: survey_actions.on_actions,
    actions.WriteSurveyAction: survey_actions.on_write,
    actions.DropSurveyAction: survey_actions.on_drop,
    actions.PreviewSurveyActions: survey_actions.on_preview,
    actions.TellSurveyActions: survey_actions.on_tell,
    actions.OpenFigures: figures.on_figures,
    actions.ShowFigures: figures.on_show,
    actions.OpenExports: exports.on_page,
    actions.ChooseExport: exports.on_choose,
    actions.ChooseExportLanguage: exports.on_languages,
    actions.Export: exports.on_export,
    actions.CancelExport: exports.on_cancel,
}

BEFORE_THE_NOTICE = {
    actions.ReadNotice,
    actions.PassNotice,
    actions.OpenLanguages,
    actions.SetLanguage,
    actions.AskForget,
    actions.ForgetMe,  # a second press must not leave a new person behind
}
"""What may be pressed before the privacy notice is passed."""

COMMANDS_BEFORE_THE_NOTICE = {"start", "forget"}
"""Whoever declines the notice may still be erased."""

KEEP_THE_FORM = {dialogue.on_sent, dialogue.on_cancel}
"""What a form goes on with. Everything else leaves it: what is typed later is no answer to it."""

FORMS: Mapping[str, FormKind | TakerKind] = {
    kind.prefix: kind
    for kind in (
        settings.PROFILE_FORM,
        settings.HOURS_FORM,
        registration.FORM,
        answers.FORM,
        surveys.FORM,
        survey_actions.FORM,
        exercises.FORM,
        organising.NEW_FORM,
        moving.FORM,
        moving.SESSION_FORM,
        copying.FORM,
        announcement_writing.TAKER,
        broadcasts.TAKER,
        people.FORM,
        limits.FORM,
        wording.FORM,
        channels.FORM,
        groups.POST,
        groups.POLL_FORM,
        gallery.TAKER,
        gallery.CAPTION_FORM,
        gallery.ARTICLE_FORM,
        enquiries.FORM,
        enquiry_desk.REPLY_FORM,
        enquiry_desk.NEW_FAQ_FORM,
        enquiry_desk.FAQ_FORM,
    )
}


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers in the order in which they are asked."""
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    return [
        ChatMemberHandler(welcome.on_blocked_or_back, ChatMemberHandler.MY_CHAT_MEMBER),
        *(
            CommandHandler(
                command, _guarded(handle, first=command in COMMANDS_BEFORE_THE_NOTICE), private
            )
            for command, handle in COMMANDS.items()
        ),
        *(
            CallbackQueryHandler(
                _guarded(handle, first=kind in BEFORE_THE_NOTICE), pattern=f"^{kind.code}(:|$)"
            )
            for kind, handle in PRESSES.items()
        ),
        CallbackQueryHandler(_guarded(welcome.on_outdated, first=False)),
        MessageHandler(private, _guarded(dialogue.on_sent, first=False)),
    ]


def is_for_us(update: Update) -> bool:
    """Tell whether an update comes from a person in a private chat."""
    chat = update.effective_chat
    return update.effective_user is not None and (chat is None or chat.type == ChatType.PRIVATE)


def _guarded(handle: Handle, *, first: bool) -> Handle:
    """Show the privacy notice before anything else, and answer what nobody understands."""

    async def guarded(update: Update, context: XinnoContext) -> None:
        if context.participant.welcomed_at is None and not first:
            await welcome.show_welcome(context)
            return
        try:
            if handle not in KEEP_THE_FORM:
                await dialogue.leave(context)
            await handle(update, context)
        except (NotAnActionError, NotFoundError):
            await welcome.on_outdated(update, context)
        except RefusedError:
            await welcome.on_refused(update, context)

    return guarded
