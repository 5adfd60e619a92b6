"""Who may do what in the chat, as one table: each role against each command and each button.

Everybody in it was once the organiser and has left a move and an announcement that wait for a yes,
so nothing but the role stands between a forged button and its effect.
"""

from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select

from handlers.routes import COMMANDS, FORMS, PRESSES
from tests.support import building
from tests.support.pictures import fill
from tests.support.reporting import QUESTIONS, answer
from tests.support.world import Actor, World
from xinno_core.blueprints.read import packaged, read
from xinno_core.models import (
    Base,
    Enquiry,
    Event,
    EventGroup,
    EventSession,
    EventState,
    Faq,
    GroupPost,
    GroupPostKind,
    Inbox,
    Limit,
    Media,
    MediaMark,
    NoticeKind,
    NoticeState,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Role,
    Rule,
    Survey,
    SurveyAction,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.services import access, export_jobs
from xinno_core.services.blueprints import import_blueprint
from xinno_core.services.contents import Content, PollPart, as_json
from xinno_core.services.exports import Format, Kind, Span, Where, Wish
from xinno_core.texts import actions
from xinno_core.texts.actions import Action

GROUND_ZERO = next(path for path in packaged() if path.stem == "ground-zero")
REGION, PILOT = read(GROUND_ZERO).region.key, read(GROUND_ZERO).pilot.key
GUEST = {"key": "guest", "label": {"en": "Guest"}, "register": "approval"}
NOT_YOURS = "This button is no longer valid. Here is the current menu."
GREETING = "Welcome to the x-Inno assistant."
NOT_YOUR_ROLE = "This needs a role that you do not have here."
MISSING = 999

# what belongs to a role, wherever it holds
DESK, LOOK, REPORTS = "a desk", "a look at events", "reports"
ITS_DESK, ITS_LOOK = "the desk of this event", "a look at this event"
ITS_REPORTS = "the reports of this event"
ANOTHERS = "what another person asked for"

MAY: dict[str, set[str]] = {
    "nobody": set(),
    "organiser of the region": {DESK, LOOK, ITS_DESK, ITS_LOOK, REPORTS, ITS_REPORTS},
    "organiser of another region": {DESK, LOOK, REPORTS},
    "staff of the region": {LOOK, ITS_LOOK},
    "staff of another region": {LOOK},
    "lead of the pilot": {REPORTS, ITS_REPORTS},
    "lead of another pilot": {REPORTS},
    "operator": set(),
}

RARE = {"operator", "staff of another region", "lead of another pilot"}
"""Roles that are tried with `--long`: they differ little from others."""

COMMANDS_OF_A_ROLE = {
    "organise": LOOK,
    "new": DESK,
    "announce": DESK,
    "why": DESK,
    "export": REPORTS,
}
COMMANDS_FOR_ALL = {
    *("start", "events", "my", "language", "settings", "mydata", "forget", "help", "cancel"),
}

PRESSES_OF_A_ROLE: tuple[tuple[type[Action], str, str, str], ...] = (
    # in an order in which an organiser can do them all; with what is then to be read
    (actions.OpenDesk, "w:0", LOOK, ""),
    (actions.StartNew, "wf", DESK, ""),
    (actions.OpenTeam, "uz", DESK, ""),
    (actions.InviteRole, "ui:{region}:staff", ITS_DESK, "Role: Staff"),
    (actions.InviteRole, "ui:{region}:organiser", ITS_DESK, "Role: Organiser"),
    (actions.ManageEvent, "we:{event}", ITS_LOOK, "Confirmed: 1"),
    (actions.ListConfirmed, "uc:{event}:0", ITS_LOOK, "Jan, Firm of Jan"),
    (actions.OpenAttendance, "n:{event}", ITS_LOOK, "from this time on"),
    (actions.ListAttendance, "nl:{event}:{session}:0", ITS_LOOK, "from this time on"),
    (actions.NoteAttendance, "nn:{request}:0:1:0", ITS_LOOK, "from this time on"),
    (actions.NotePage, "na:{event}:0:0:x", ITS_LOOK, "from this time on"),
    (actions.OpenPeople, "u:{event}", ITS_DESK, "Whom would you like to see?"),
    (actions.ListPeople, "ul:{event}:::0", ITS_DESK, "Ines, Firm of Ines"),
    (actions.ListPeople, "ul:{event}:guest:requested:0", ITS_DESK, "Ines, Firm of Ines"),
    (actions.OpenPerson, "op:{request}", ITS_DESK, "State: Requested"),
    (actions.DecideWithWord, "uw:{request}:1:yes", ITS_DESK, "with your yes?"),
    (actions.DecideWithWord, "uw:{request}:1:no", ITS_DESK, "with your no?"),
    (actions.FormResume, "or:word.{request}.1.no", ITS_DESK, "with your no?"),
    (actions.FormSkip, "ok:word.{request}.1.yes:0", ITS_DESK, "with your yes?"),
    (actions.Decide, "ud:{request}:1:no", ITS_DESK, "Declined. The person is told."),
    (actions.Decide, "ud:{request}:1:yes", ITS_DESK, "This was decided before."),
    (actions.OpenLedgers, "wh:0", DESK, "Why did somebody get a message, or not?"),
    (actions.OpenLedger, "wv:{event}:0:0", ITS_DESK, "After each name:"),
    (actions.ExplainPerson, "wz:{request}:0", ITS_DESK, "Messages: Collab Talks"),
    (actions.OpenQueue, "uq:{event}:0", ITS_DESK, "Nobody waits."),
    (actions.OpenSeats, "us:{event}", ITS_DESK, "Seats: 10 · taken: 1"),
    (actions.OpenSeats, "us:{draft}", ITS_DESK, "Seats: 10 · taken: 0"),
    (actions.StartSeats, "un:{limit}", ITS_DESK, "Now there are: 10"),
    (actions.FormResume, "or:seats.{limit}", ITS_DESK, "Now there are: 10"),
    (actions.SwitchOffers, "uo:{event}:1", ITS_DESK, "Offers are paused."),
    (actions.SwitchOffers, "uo:{event}:0", ITS_DESK, "Offers go on."),
    (actions.OpenJourney, "yj:{event}:0", ITS_DESK, "Messages of this event: Collab Talks"),
    (actions.OpenJourney, "yj:{draft}:0", ITS_DESK, "Nothing is planned for this event."),
    (actions.OpenRule, "yl:{rule}:de", ITS_DESK, "For readers of German"),
    (actions.SwitchRule, "yx:{rule}:0:en", ITS_DESK, "Switched off"),
    (actions.SwitchRule, "yx:{rule}:1:en", ITS_DESK, "To come."),
    (actions.PauseJourney, "yp:{event}", ITS_DESK, "Paused. No message of this list"),
    (actions.ResumeJourney, "yr:{event}:0", ITS_DESK, "is left out."),
    (actions.OpenTexts, "ut:{event}", ITS_DESK, "English: "),
    (actions.OpenTexts, "ut:{draft}", ITS_DESK, "English: "),
    (actions.ChooseTexts, "uv:{event}:de", ITS_DESK, "Texts in: German"),
    (actions.EditText, "ue:{event}:de:title", ITS_DESK, "Skip keeps: Collab Talks (de)"),
    (actions.FormSkip, "ok:text.{event}.de.title:0", ITS_DESK, "The text stays as it is."),
    (actions.OpenSurveyLinks, "ug:{event}", ITS_DESK, "Surveys in the browser"),
    (actions.MakeSurveyLinks, "um:{survey}:1:0", ITS_DESK, "A link for one person"),
    (actions.OpenLinks, "uk:{event}", ITS_DESK, "Invitation link, for everybody"),
    (actions.StartChannel, "uh:{event}", ITS_DESK, "Where will this link stand?"),
    (actions.FormResume, "or:channel.{event}", ITS_DESK, "Where will this link stand?"),
    (actions.AddChannel, "ua:{event}:poster", ITS_DESK, "New link: Poster"),
    (actions.ShowQrCode, "ur:{event}:open:", ITS_DESK, "QR code: For everybody"),
    (actions.CopyEvent, "wy:{event}", ITS_DESK, "When"),
    (actions.FormResume, "or:copy.{event}", ITS_DESK, "When"),
    (actions.ManageEvent, "we:{draft}", ITS_DESK, "Night Shift"),
    (actions.PreviewCard, "wl:{event}:de", ITS_DESK, "Collab Talks (de)"),
    (actions.PreviewCard, "wl:{draft}:en", ITS_DESK, "only organisers see this event"),
    (actions.Publish, "wp:{draft}", ITS_DESK, "Published."),
    (actions.StartMove, "wm:{event}", ITS_DESK, "What changes?"),
    (actions.MoveEvent, "mv:{event}", ITS_DESK, "20 April 2027"),
    (actions.MoveSession, "ms:{event}:{session}", ITS_DESK, "Room\nNew: Attic"),
    (actions.FormBack, "ob:slot.{event}.{session}:2", ITS_DESK, "Question 2"),
    (actions.FormSkip, "ok:slot.{event}.{session}:1", ITS_DESK, "This would change"),
    (
        actions.ConfirmSessionMove,
        "mS:{event}:{session}:0:{session_move}",
        ITS_DESK,
        "This step is done already, or the event has changed since.",
    ),
    (actions.ConfirmMove, "wM:{event}:0:{move}", ITS_DESK, "Changed. 1 person gets"),
    (actions.OpenSilent, "mu:{event}:0", ITS_DESK, "Jan, Firm of Jan"),
    (actions.ShowAnnouncement, "wb:{broadcast}", ITS_DESK, "Audience: 1"),
    (actions.ListAnnouncements, "bl:{event}", ITS_DESK, "Sent to 1 of 1"),
    (actions.UndoAnnouncement, "bu:{broadcast}", ITS_DESK, "not possible any more"),
    (actions.PauseAnnouncement, "bp:{broadcast}", ITS_DESK, "not possible any more"),
    (actions.ResumeAnnouncement, "br:{broadcast}", ITS_DESK, "not possible any more"),
    (actions.AskCancelAnnouncement, "bc:{broadcast}", ITS_DESK, "Stop for good?"),
    (actions.CancelAnnouncement, "bC:{broadcast}", ITS_DESK, "not possible any more"),
    (actions.AskResend, "bs:{broadcast}", ITS_DESK, "Send again to 0 people?"),
    (actions.ResendUnknown, "bS:{broadcast}", ITS_DESK, "not possible any more"),
    (actions.SecondAnnouncement, "by:{broadcast}:x", ITS_DESK, "not possible any more"),
    (actions.SendBackAnnouncement, "bn:{broadcast}:x", ITS_DESK, "not possible any more"),
    (actions.StartCorrection, "be:{broadcast}", ITS_DESK, "Please bring a pen."),
    (actions.CorrectWords, "bf:{broadcast}:en:0", ITS_DESK, "Please bring a pen."),
    (actions.FormResume, "or:correct.{broadcast}", ITS_DESK, "Please bring a pen."),
    (actions.ConfirmCorrection, "bE:{broadcast}:0", ITS_DESK, "not possible any more"),
    (actions.DropCorrection, "bd:{broadcast}", ITS_DESK, "Audience: 1"),
    (actions.AskRecall, "bt:{broadcast}", ITS_DESK, "Take this announcement back?"),
    (actions.RecallAnnouncement, "bT:{broadcast}", ITS_DESK, "It is being taken back."),
    (actions.StartAnnouncement, "wa:{event}", ITS_DESK, "English: 1, own text (1 message)"),
    (actions.ListAnnounceable, "aa:0", DESK, ""),
    (actions.ShowDraft, "ab:{writing}", ITS_DESK, "English: 1, own text (1 message)"),
    (actions.ChooseAudience, "ac:{writing}", ITS_DESK, "Who gets it"),
    (actions.ChooseAudienceList, "ad:{writing}:roles", ITS_DESK, "people in any role"),
    (actions.NarrowAudience, "aE:{writing}:roles:0:1", ITS_DESK, "Roles: Visitor"),
    (actions.ChooseAnswers, "af:{writing}:0", ITS_DESK, "Answers when registering"),
    (actions.NarrowByAnswer, "ag:{writing}:{question}:0:1", ITS_DESK, "First time? Yes"),
    (actions.NarrowByAnswer, "ag:{writing}:{question}:0:0", ITS_DESK, "First time?"),
    (actions.ChooseUrgency, "ah:{writing}", ITS_DESK, "How urgent is it?"),
    (actions.AskCritical, "aA:{writing}", ITS_DESK, "Important now?"),
    (actions.SetUrgency, "ai:{writing}:critical", ITS_DESK, "Urgency: Important now"),
    (actions.SwitchGroup, "aj:{writing}:1", ITS_DESK, "And the event's group: Talkers"),
    (actions.WriteAnnouncement, "ak:{writing}:en", ITS_DESK, "1. Text: Please bring a ruler."),
    (actions.FormResume, "or:announce.{event}", ITS_DESK, "1. Text: Please bring a ruler."),
    (actions.ShortenText, "al:{writing}:de:0:0", ITS_DESK, "Send the next message"),
    (actions.AskStartOver, "am:{writing}:en", ITS_DESK, "Take out everything?"),
    (actions.StartLink, "an:{writing}:en", ITS_DESK, "A link button"),
    (actions.ChooseFallback, "aq:{writing}:de", ITS_DESK, "There is no text in this language"),
    (actions.SetFallback, "ar:{writing}:de:en", ITS_DESK, "English: 1, own text"),
    (actions.PreviewDraft, "as:{writing}:en", ITS_DESK, "Please bring a ruler."),
    (actions.ChooseTest, "aT:{writing}", ITS_DESK, "comes to you alone"),
    (actions.TestDraft, "at:{writing}:en", ITS_DESK, "The test is on its way to you"),
    (actions.ChooseStart, "au:{writing}", ITS_DESK, "When should it go?"),
    (actions.SetStart, "av:{writing}:now", ITS_DESK, "Goes: as soon as it is confirmed"),
    (actions.CheckDraft, "aw:{writing}", ITS_DESK, "Send it like this?"),
    (actions.ConfirmDraft, "ax:{writing}:{announcement}", ITS_DESK, "was changed since"),
    (actions.AskDropDraft, "ay:{writing}", ITS_DESK, "Give this draft up?"),
    (actions.DropDraft, "az:{writing}", ITS_DESK, "This draft was given up"),
    (actions.ChooseFormat, "wn:{blueprint}", ITS_DESK, "Question 1"),
    (actions.FormSkip, "ok:new.{blueprint}:0", ITS_DESK, "Question 2"),
    (actions.FormBack, "ob:new.{blueprint}:1", ITS_DESK, "Question 1"),
    (actions.FormClear, "ol:new.{blueprint}:9", ITS_DESK, "Question 1"),
    (actions.FormOption, "o:new.{blueprint}:0:0", ITS_DESK, "Question 1"),
    (actions.FormDone, "od:new.{blueprint}:0", ITS_DESK, "Question 1"),
    (actions.FormResume, "or:new.{blueprint}", ITS_DESK, "Question 1"),
    (actions.FormResume, "or:move.{event}", ITS_DESK, "Question 1"),
    (actions.FormBack, "ob:move.{event}:4", ITS_DESK, "Question 1"),
    (actions.FormSkip, "ok:move.{event}:0", ITS_DESK, "Question 2"),
    (actions.OpenGallery, "i:{event}:0", ITS_DESK, "Pictures and videos: Collab Talks"),
    (actions.AddMedia, "ia:{event}", ITS_DESK, "Send pictures, videos or documents now"),
    (actions.FormResume, "or:gallery.{event}", ITS_DESK, "Send pictures, videos or documents now"),
    (actions.ShowMedia, "is:{media}", ITS_DESK, "It is stopped"),
    (actions.PlaceMedia, "ip:{media}:1", ITS_DESK, "1. Picture (stopped)"),
    (actions.WriteCaption, "ic:{event}:de", ITS_DESK, "in this language: German?"),
    (actions.FormResume, "or:caption.{event}.de", ITS_DESK, "in this language: German?"),
    (actions.StartArticle, "il:{event}", ITS_DESK, "Where is the article?"),
    (actions.FormResume, "or:article.{event}", ITS_DESK, "Where is the article?"),
    (actions.RemoveArticle, "iL:{event}:0", ITS_DESK, "1. Picture (stopped)"),
    (actions.PreviewGallery, "iv:{event}:en", ITS_DESK, "There is nothing to show yet"),
    (actions.AskSendGallery, "iq:{event}", ITS_DESK, "There is nothing to show yet"),
    (actions.SendGallery, "iS:{event}:0", ITS_DESK, "There is nothing to show yet"),
    (actions.PutGalleryOff, "id:{gallery}:4", ITS_DESK, "Goes out by itself:"),
    (actions.SetGalleryAside, "io:{gallery}:1", ITS_DESK, "Goes out only when you send it."),
    (actions.AskUseMediaAgain, "iu:{media}", ITS_DESK, "Use this picture again?"),
    (actions.UseMediaAgain, "iU:{media}:0", ITS_DESK, "Somebody has asked in between."),
    (actions.AskUseAllMediaAgain, "ig:{event}", ITS_DESK, "Nothing waits for your look"),
    (actions.UseAllMediaAgain, "iG:{event}:0", ITS_DESK, "This was done already."),
    (actions.AskTakeMediaBack, "ib:{media}", ITS_DESK, "Nobody has this picture"),
    (actions.TakeMediaBack, "iB:{media}", ITS_DESK, "This was done already."),
    (actions.RemoveMedia, "ix:{media}", ITS_DESK, "There is none yet."),
    (actions.OpenGroup, "tg:{event}", ITS_DESK, "Group: Talkers"),
    (actions.AskOtherGroup, "to:{event}:{group}", ITS_DESK, "Another group for"),
    (actions.AskUnlinkGroup, "ta:{event}:{group}", ITS_DESK, "Let the group go?"),
    (actions.StartGroupPoll, "tp:{event}", ITS_DESK, "What do you want to ask the group?"),
    (actions.FormResume, "or:gpoll.{event}", ITS_DESK, "What do you want to ask the group?"),
    (actions.WriteToGroup, "tw:{event}", ITS_DESK, "To the group: Talkers"),
    (actions.FormResume, "or:gpost.{event}", ITS_DESK, "To the group: Talkers"),
    (actions.DropLastOfPost, "td:{event}", ITS_DESK, "To the group: Talkers"),
    (actions.PostToGroup, "ts:{event}:old", ITS_DESK, "this preview is out of date"),
    (actions.OpenGroupPoll, "tr:{poll}", ITS_DESK, "Poll: Which day?"),
    (actions.CloseGroupPoll, "tc:{poll}", ITS_DESK, "The poll is being closed."),
    (actions.PostResults, "tf:{poll}", ITS_DESK, "The result goes to the group now."),
    (actions.OpenSurveyPolls, "tq:{event}", ITS_DESK, "Ask the group:"),
    (actions.PreviewSurveyPoll, "tv:{survey}:1:2", ITS_DESK, "One answer can be chosen."),
    (actions.PostSurveyPoll, "tk:{survey}:1:2", ITS_DESK, "It goes to the group now."),
    (actions.UnlinkGroup, "tu:{event}:{group}", ITS_DESK, "The group is let go."),
    (actions.AskCancelEvent, "wc:{event}", ITS_DESK, "1 person gets one message about it."),
    (actions.CancelEvent, "wC:{event}", ITS_DESK, "Cancelled. 1 person gets a message about it."),
    (actions.ListEnquiries, "jq:0:open:0", DESK, "Open questions"),
    (actions.ListEnquiries, "jq:{event}:open:0", ITS_DESK, "Is there a ramp?"),
    (actions.OpenEnquiry, "ji:{enquiry}", ITS_DESK, "Open question"),
    (actions.SortEnquiry, "jk:{enquiry}", ITS_DESK, "What is it?"),
    (actions.SortAs, "jK:{enquiry}:need", ITS_DESK, "Sorted: A need"),
    (actions.AnswerEnquiry, "jv:{enquiry}", ITS_DESK, "What would you like to answer?"),
    (actions.FormResume, "or:reply.{enquiry}", ITS_DESK, "What would you like to answer?"),
    (actions.CloseEnquiry, "jc:{enquiry}", ITS_DESK, "Closed. Nobody is told."),
    (actions.AddToFaq, "jn:{enquiry}", ITS_DESK, "For which events does this hold?"),
    (actions.FormResume, "or:faqnew.{enquiry}", ITS_DESK, "For which events does this hold?"),
    (actions.ListFaq, "jl:0:0", DESK, "Frequent questions"),
    (actions.ListFaq, "jl:{event}:0", ITS_DESK, "Where can I park?"),
    (actions.OpenFaqEntry, "jo:{faq}", ITS_DESK, "Shown: 0"),
    (actions.EditFaq, "je:{faq}:de", ITS_DESK, "in this language: German?"),
    (actions.FormResume, "or:faq.{faq}.de", ITS_DESK, "in this language: German?"),
    (actions.AskRemoveFaq, "jr:{faq}", ITS_DESK, "Remove this"),
    (actions.RemoveFaq, "jR:{faq}", ITS_DESK, "Removed: Where can I park?"),
    (actions.OpenFigures, "nf", REPORTS, ""),
    (actions.ShowFigures, "ng:event:{event}:", ITS_REPORTS, "Figures: Collab Talks"),
    (actions.ShowFigures, "ng:event:{event}:role", ITS_REPORTS, "Role"),
    (actions.ShowFigures, "ng:region:{region}:country", ITS_REPORTS, "Country"),
    (actions.OpenResults, "x:{event}", ITS_REPORTS, "Of which survey?"),
    (actions.OpenSurveyResults, "xs:{survey}:0", ITS_REPORTS, "Answers that can be seen: 5"),
    (actions.OpenQuestionResults, "xw:{survey}:1:0", ITS_REPORTS, "How useful was it?"),
    (actions.BreakDownResults, "xb:{over}:1:0:role", ITS_REPORTS, "Guest, n = 6"),
    (actions.AskOpenWave, "xo:{survey}", ITS_REPORTS, "Open the answers now?"),
    (actions.OpenWave, "xO:{survey}:2", ITS_REPORTS, "Not opened."),
    (actions.OpenSurveyActions, "xa:{over}", ITS_DESK, "1. Shorter talks."),
    (actions.WriteSurveyAction, "xn:{over}:1:en", ITS_DESK, "What follows from the answers?"),
    (actions.FormResume, "or:said.{over}.1.en", ITS_DESK, "What follows from the answers?"),
    (actions.PreviewSurveyActions, "xp:{over}:en", ITS_DESK, "Preview."),
    (actions.DropSurveyAction, "xl:{over}:old", ITS_DESK, "Not removed."),
    (actions.TellSurveyActions, "xt:{over}:old", ITS_DESK, "Not sent."),
    (actions.OpenExports, "z:0", REPORTS, ""),
    (actions.ChooseExport, "ze:event:{event}::", ITS_REPORTS, "Answers to the survey: 5"),
    (actions.ChooseExportLanguage, "zl:event:{event}:", ITS_REPORTS, "In which language"),
    (actions.Export, "zx:event:{event}:answers:sav:en:comma", ITS_REPORTS, "is being made"),
    (actions.Export, "zx:event:{event}:figures:csv:en:comma", ITS_REPORTS, "is being made"),
    (actions.Export, "zx:event:{event}:registrations:xlsx:en:comma", ITS_DESK, "is being made"),
    (actions.Export, "zx:event:{event}:attendance:csv:en:comma", ITS_DESK, "is being made"),
    (actions.Export, "zx:event:{event}:deliveries:csv:en:comma", ITS_DESK, "is being made"),
    (actions.CancelExport, "zc:{job}", ANOTHERS, ""),
)

NEVER: tuple[str, ...] = (
    # what no role may have from a button: a draft's figures, lists with names, forms of nothing
    "ze:event:{draft}::",
    "ze:world:{event}::",
    "zx:event:{draft}:figures:csv:en:comma",
    "zx:event:{event}:questions:csv:en:comma",
    "zx:event:{event}:figures:json:en:comma",
    "zx:event:{event}:answers:xlsx:xx:comma",
    "zx:event:{event}:answers:csv:en:dash",
    "wM:{event}:-1:{move}",
    "xw:{survey}:2:0",
    "xw:{survey}:1:99",
    "xb:{survey}:1:0:role",
    "xb:{over}:1:0:name",
    "xa:{survey}",
    "xn:{over}:3:en",
    "xn:{over}:1:xx",
    "xp:{over}:xx",
    "or:said.{over}.3.en",
    "n:{draft}",
    "nl:{draft}:0:0",
    "nl:{event}:999:0",
    "ng:event:{draft}:",
    "ng:event:{event}:name",
    "ng:world:{event}:",
    "ms:{event}:999",
    "ms:{event}",
    "ok:slot.{event}:0",
    "we:{event}:1",
    "we:",
    "ok:new:0",
    "ok:move.{event}.1:0",
    "ok:announce.x:0",
    "ok:announce.{event}:0",
    "or:announce.{event}.1",
    "ad:{writing}:names",
    "aE:{writing}:names:0:1",
    "aE:{writing}:roles:99:1",
    "ag:{writing}:{question}:9:1",
    "ag:{writing}:999:0:1",
    "ak:{writing}:xx",
    "ar:{writing}:de:pl",
    "av:{writing}:yesterday",
    "ui:{region}:lead",
    "ui:{region}:operator",
    "op:{request}:1",
    "ud:{request}:1:perhaps",
    "uw:{request}:1:perhaps",
    "ok:word.{request}.1:0",
    "ul:{event}::asleep:0",
    "un:{limit}:1",
    "ue:{event}:xx:title",
    "ue:{event}:en:state",
    "uv:{event}:xx",
    "yl:{rule}:xx",
    "yx:{rule}:0:xx",
    "uk:{draft}",
    "ua:{event}:secret",
    "ur:{event}:role:visitor",
    "ur:{event}:channel:99",
    "jq:{event}:gossip:0",
    "jK:{enquiry}:gossip",
    "je:{faq}:xx",
    "or:faq.{faq}.xx",
    "or:reply.{enquiry}.1",
    "iv:{event}:xx",
    "ic:{event}:xx",
    "or:caption.{event}.xx",
    "it:{event}",
    "im:{event}:0",
    "iw:{media}",
    "iW:{media}",
    "iE:{event}",
)

FORMS_OF_A_ROLE = {
    *("gpost", "gpoll"),
    "new",
    "move",
    "slot",
    *("announce", "correct"),
    "copy",
    "word",
    "seats",
    "text",
    "channel",
    *("reply", "faqnew", "faq"),
    "said",
    *("gallery", "caption", "article"),
}
PRESSES_FOR_ALL: set[type[Action]] = {
    *(actions.OpenMenu, actions.OpenHelp, actions.ReadNotice, actions.PassNotice),
    *(actions.OpenLanguages, actions.SetLanguage, actions.OpenSettings, actions.SetConsent),
    *(actions.OpenTopics, actions.SwitchTopic, actions.OpenPace, actions.SetPace),
    *(actions.SlowDown, actions.SetPause, actions.OpenHours, actions.SetHours),
    *(actions.TypeHours, actions.OpenCountries, actions.SetCountry),
    *(actions.EditProfile, actions.OpenMyData, actions.DownloadMyData),
    *(actions.AskForget, actions.ForgetMe),
    *(actions.OpenEvents, actions.OpenMine, actions.OpenEvent, actions.ShowPlace),
    actions.OpenEventBelow,
    actions.VoteInBroadcast,  # counts nothing of whom the announcement did not come to
    *(actions.GetCalendarFile, actions.Register, actions.AskFreePlace, actions.FreePlace),
    *(actions.TakeSeat, actions.SayPresence, actions.KeepPlace, actions.KeepRegistration),
    *(actions.RemoveFromCalendar, actions.OpenSubscription, actions.RenewAddress),
    *(actions.OpenWorkshops, actions.ChooseSession, actions.SwapSession, actions.TakeSession),
    *(actions.AskLeaveSession, actions.LeaveSession),
    *(actions.OpenAnswers, actions.EditAnswers),
    *(actions.InvitePartner, actions.JoinPair, actions.DeclinePair, actions.ComeAlone),
    *(actions.AskOrganiser, actions.AddressText, actions.SendEnquiry, actions.FaqHelped),
    *(actions.AnswerHelped, actions.AnswerDidNotHelp, actions.OpenFaq),
    *(actions.ThankForMedia, actions.OpenOwnMedia, actions.AskStopMedia, actions.StopMedia),
    *(actions.AskStopAllMedia, actions.StopAllMedia, actions.AskNoPhotos),
    actions.TakeRole,  # takes nothing without the link that was opened before
    actions.FormRefuse,  # only surveys have questions that one would rather not answer
    actions.FormCancel,  # drops what the person has written, whatever it was for
    *(actions.StartSurvey, actions.BeginSurvey, actions.ChangeSurvey),
    *(actions.AskEraseAnswers, actions.EraseAnswers),
    *(actions.AnswerQuiz, actions.FinishExercise, actions.Reflect),
}


def test_every_command_is_in_the_table() -> None:
    assert set(COMMANDS) == COMMANDS_FOR_ALL | set(COMMANDS_OF_A_ROLE)
    assert not COMMANDS_FOR_ALL & set(COMMANDS_OF_A_ROLE)


def test_every_button_is_in_the_table() -> None:
    """A new one fails here until somebody says whose it is."""
    listed = {kind for kind, *_ in PRESSES_OF_A_ROLE}
    assert set(PRESSES) == PRESSES_FOR_ALL | listed
    assert not PRESSES_FOR_ALL & listed
    for kind, data, _, _ in PRESSES_OF_A_ROLE:
        assert data.split(":")[0] == kind.code


def test_every_form_is_in_the_table() -> None:
    assert {*FORMS} == FORMS_OF_A_ROLE | {
        "profile",
        "ask",
        "hours",
        "reg",
        "answers",
        "survey",
        "note",
    }
    for prefix in FORMS_OF_A_ROLE:
        assert any(f":{prefix}." in data for _, data, _, _ in PRESSES_OF_A_ROLE)


@pytest.mark.parametrize(
    "role",
    [pytest.param(one, marks=[pytest.mark.long] if one in RARE else []) for one in MAY],
)
async def test_a_role_opens_what_is_its_own_and_nothing_else(world: World, role: str) -> None:
    """A refusal is the same to the letter for what is not theirs and for what is not there."""
    scene = await _set(world, role)
    before = await _everything(world)
    for command, right in COMMANDS_OF_A_ROLE.items():
        await scene.actor.type(f"/{command}")
        _check_page(scene, command, right)
    for _, data, right, words in PRESSES_OF_A_ROLE:
        shown = await _press(scene.actor, scene.real(data))
        if right in {DESK, LOOK, REPORTS}:
            _check_page(scene, data, right)
        elif right in MAY[role]:
            assert words in shown.text, data
            assert NOT_YOURS not in shown.text, data
        else:
            assert shown.text.startswith(NOT_YOURS), data
            assert shown == await _press(scene.actor, scene.missing(data)), data
            assert not shown.document
    if not MAY[role] & {ITS_DESK, ITS_REPORTS}:
        assert await _everything(world) == before


@pytest.mark.parametrize("role", ["organiser of the region", "lead of the pilot"])
async def test_what_no_role_may_have_is_answered_like_what_is_not_there(
    world: World, role: str
) -> None:
    scene = await _set(world, role)
    before = await _everything(world)
    for data in NEVER:
        shown = await _press(scene.actor, scene.real(data))
        assert shown.text.startswith(NOT_YOURS), data
        assert shown == await _press(scene.actor, scene.missing(data)), data
    assert await _everything(world) == before


async def test_a_newcomer_is_shown_the_notice_first(world: World) -> None:
    """Whatever a newcomer writes or presses, the notice comes before it, and nothing else does."""
    scene = await _set(world, "nobody")
    nina = world.newcomer("Nina")
    await nina.type("/help")
    before = await _everything(world)
    for command in COMMANDS_OF_A_ROLE:
        await nina.type(f"/{command}")
        assert nina.screen.text.startswith(GREETING), command
    for _, data, _, _ in PRESSES_OF_A_ROLE:
        shown = await _press(nina, scene.real(data))
        assert shown.text.startswith(GREETING), data
    assert await _everything(world) == before


async def test_staff_see_no_draft(world: World) -> None:
    scene = await _set(world, "staff of the region")
    await scene.actor.type("/organise")
    assert "Night Shift" not in f"{scene.actor.screen.text} {scene.actor.screen.labels}"
    for data in ("we:{draft}", "uc:{draft}:0"):
        shown = await _press(scene.actor, scene.real(data))
        assert shown.text.startswith(NOT_YOURS), data
        assert shown == await _press(scene.actor, scene.missing(data)), data


async def test_what_is_typed_into_a_form_whose_role_is_gone_goes_nowhere(world: World) -> None:
    """Mallory is asked for a text when the role is taken back; what is typed is not kept."""
    scene = await _set(world, "organiser of the region")
    actor = scene.actor
    forms = (
        *("new.{blueprint}", "move.{event}", "copy.{event}"),
        *("word.{request}.1.no", "seats.{limit}", "text.{event}.en.title", "channel.{event}"),
        *("gallery.{event}", "caption.{event}.en", "article.{event}"),
    )
    writing = ("ak:{writing}:en", "an:{writing}:en", "au:{writing}")
    for form in (*(f"or:{form}" for form in forms), *writing):
        await _press(actor, scene.real("wn:{blueprint}"))
        await _press(actor, scene.real(form))
        while "Back" in actor.screen.labels and "Question" not in actor.screen.text:
            await actor.press("Back")
        await _give(world, actor, "nobody")
        before = await _everything(world)
        await actor.type("2027-05-01 19:00")
        assert actor.screen.text.startswith(NOT_YOURS), form
        assert await _everything(world) == before
        await _give(world, actor, "organiser of the region")


async def test_a_made_up_button_under_a_file_is_answered(world: World) -> None:
    """Once, it met silence: a file has no text that could be edited."""
    await world.event("Collab Talks")
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press("Thu 18 Mar · Collab Talks")
    await lena.press("Figures, CSV")
    await world.tick()
    assert lena.notices[-1].document
    await lena.press_data("ze:event:999::")
    assert lena.screen.text.startswith(NOT_YOURS)


# ── the scene ────────────────────────────────────────────────────────────────────────────────
@dataclass
class Scene:
    """One person with a role, and the numbers of things that may be theirs."""

    actor: Actor
    role: str
    names: dict[str, Any]

    def real(self, data: str) -> str:
        """Return the button of the thing itself."""
        return data.format(**self.names)

    def missing(self, data: str) -> str:
        """Return the button of a thing that is not there."""
        things = (
            "event",
            "draft",
            "blueprint",
            "broadcast",
            "session",
            "request",
            "limit",
            "enquiry",
            "faq",
            "job",
            "media",
            "gallery",
            "group",
            "poll",
            "writing",
            "rule",
        )
        nothing = dict.fromkeys((*things, "region"), MISSING)
        return data.format(**(self.names | nothing))


@dataclass(frozen=True)
class Shown:
    """Everything one can see of a screen."""

    text: str
    buttons: tuple[tuple[str, str | None], ...]
    document: bytes | None


async def _set(world: World, role: str) -> Scene:
    """Let somebody organise and leave drafts behind, then have another role."""
    async with world.database.writing() as session:
        outcome = await import_blueprint(session, read(GROUND_ZERO), now=world.now)
        assert not outcome.problems
        await building.region(session, "neighbour", pilot=PILOT)
        await building.region(session, "elsewhere", pilot="pilot-2")
    event = await world.event(
        "Collab Talks",
        in_region=REGION,
        survey=QUESTIONS,
        sessions=({"key": "workshop"},),
        roles=(building.VISITOR, GUEST),
        rules=({"key": "day", "days": -1, "at": time(10)},),
    )
    draft = await world.event("Night Shift", in_region=REGION, state=EventState.DRAFT)
    await answer(world, event, *[{"useful": mark} for mark in range(1, 6)])
    jan, mallory = await world.participant("Jan"), await world.organiser("Mallory", of=REGION)
    await jan.press_data(f"r:{event.id}:visitor")
    await (await world.participant("Ines")).press_data(f"r:{event.id}:guest")
    await _write_announcement(mallory, event, "Please bring a pen.")
    await mallory.press("Send to 1 person")
    await world.advance(minutes=2)
    names: dict[str, Any] = {"event": event.id, "draft": draft.id, "blueprint": 1, "broadcast": 1}
    names["announcement"] = await _write_announcement(mallory, event, "Please bring a ruler.")
    names |= {"writing": 2, "question": await _question_of(world, event)}
    names["session"] = await _session_of(world, event)
    names |= await _numbers_of(world, event) | await _questions_of(world, jan, event)
    names |= await _stopped_picture(world, mallory, event)
    names |= await _group_with_a_poll(world, event)
    names["over"] = await _survey_that_is_over(world, event)
    await mallory.press_data(f"ms:{event.id}:{names['session']}")
    for typed in ("2027-03-18 19:00", "Attic"):
        await mallory.type(typed)
    names["session_move"] = _carried(mallory, "mS")
    await mallory.press_data(f"mv:{event.id}")
    for typed in ("2027-04-20 17:00", "Side room", "Market 2", "Room 1"):
        await mallory.type(typed)
    names["move"] = _carried(mallory, "wM")
    names["job"] = await _file_of(world, event)
    await _give(world, mallory, role)
    return Scene(mallory, role, names)


async def _file_of(world: World, event: Event) -> int:
    """A file that somebody else has asked for."""
    lena = await world.lead("Lena Other")
    async with world.database.writing() as session:
        asked = await export_jobs.ask(
            session,
            participant=await world.person(session, lena),
            wish=Wish(Where(Span.EVENT, event.id), Kind.FIGURES, Format.CSV, "en"),
            message_id=None,
            now=world.now,
        )
        assert isinstance(asked, export_jobs.Asked)
        return asked.job_id


async def _session_of(world: World, event: Event) -> int:
    async with world.database.reading() as session:
        found = await session.scalar(
            select(EventSession.id).where(EventSession.event_id == event.id)
        )
    assert found is not None
    return found


async def _question_of(world: World, event: Event) -> int:
    """Let the event ask something; who is registered by now was not asked."""
    async with world.database.writing() as session:
        asked = Question(
            event_id=event.id,
            position=0,
            key="first",
            kind=QuestionKind.YES_NO,
            text={"en": "First time?"},
            options=[],
            required=False,
            roles=[],
        )
        session.add(asked)
        await session.flush()
        return asked.id


async def _numbers_of(world: World, event: Event) -> dict[str, int]:
    async with world.database.reading() as session:
        limit = await session.scalar(select(Limit.id).where(Limit.event_id == event.id))
        request = await session.scalar(
            select(Registration.id).where(Registration.state == RegistrationState.REQUESTED)
        )
        rule = await session.scalar(select(Rule.id).where(Rule.event_id == event.id))
    assert limit
    assert request
    assert rule
    return {"limit": limit, "request": request, "rule": rule, "region": event.region_id}


async def _questions_of(world: World, asker: Actor, event: Event) -> dict[str, int]:
    """Let somebody ask, and something be asked often."""
    await asker.press_data(f"ja:{event.id}:0")
    await asker.type("Is there a ramp?")
    await asker.press("Send")
    async with world.database.writing() as session:
        entry = Faq(
            region_id=event.region_id,
            question={"en": "Where can I park?"},
            answer={"en": "In the yard."},
            created_at=world.now,
        )
        session.add(entry)
        await session.flush()
        asked = await session.scalar(select(Enquiry.id))
    assert asked
    return {"enquiry": asked, "faq": entry.id}


async def _stopped_picture(world: World, actor: Actor, event: Event) -> dict[str, int]:
    """Put a picture into the event's gallery; somebody on it does not want that."""
    await fill(actor, event, 1)
    async with world.database.writing() as session:
        media = await session.scalar(select(Media))
        rule = await session.scalar(select(Rule.id).where(Rule.kind == NoticeKind.MEDIA))
        assert media
        assert rule
        media.stopped_at = world.now
        session.add(
            MediaMark(
                media_id=media.id,
                participant_id=media.added_by,
                certain=True,
                created_at=world.now,
            )
        )
        return {"media": media.id, "gallery": rule}


async def _group_with_a_poll(world: World, event: Event) -> dict[str, int]:
    """Let the event have a group, which was asked something."""
    async with world.database.writing() as session:
        group = EventGroup(
            event_id=event.id,
            chat_id=-100,
            title="Talkers",
            link_key="used",
            linked_at=world.now,
        )
        session.add(group)
        await session.flush()
        poll = GroupPost(
            group_id=group.id,
            kind=GroupPostKind.POLL,
            content=as_json(Content((PollPart("Which day?", ("Monday", "Friday")),))),
            dedup_key="poll",
            due_at=world.now,
            state=NoticeState.SENT,
            telegram_ids=[5],
            poll_id="7",
        )
        session.add(poll)
        await session.flush()
        survey_id = await session.scalar(select(Survey.id).where(Survey.event_id == event.id))
        return {"group": group.id, "poll": poll.id, "survey": survey_id or 0}


async def _survey_that_is_over(world: World, event: Event) -> int:
    """A survey with results by role, and with what follows from it."""
    row = {"1": 0, "2": 0, "3": 0, "4": 6, "5": 0}
    groups = {"visitor": 5, "guest": 6}
    async with world.database.writing() as session:
        survey = Survey(
            event_id=event.id,
            key="over",
            mode=SurveyMode.PSEUDONYMOUS,
            title={"en": "Before"},
            questions=[dict(QUESTIONS[0])],
            closes_hours_before=1,
            closes_at=world.now,
            wave=2,
            ended_at=world.now,
        )
        session.add(survey)
        await session.flush()
        session.add(
            Wave(
                survey_id=survey.id,
                number=1,
                outcome=WaveEnd.OPENED,
                ended_at=world.now,
                version=1,
                responses=0,
                release={
                    "groups": {"role": groups},
                    "tables": {"role": {"useful": dict.fromkeys(groups, row)}},
                },
            )
        )
        session.add(SurveyAction(survey_id=survey.id, number=1, text={"en": "Shorter talks."}))
        return survey.id


async def _write_announcement(actor: Actor, event: Event, text: str) -> str:
    await actor.press_data(f"wa:{event.id}")
    await actor.press("Write: English")
    await actor.type(text)
    await actor.press("Done")
    await actor.press("Check and send")
    return _carried(actor, "ax")


def _carried(actor: Actor, code: str) -> str:
    """Return the draft's key in the button with this code."""
    data = [button.data or "" for row in actor.screen.message.buttons for button in row]
    return next(one for one in data if one.startswith(f"{code}:")).split(":")[-1]


async def _give(world: World, actor: Actor, role: str) -> None:
    wanted: dict[str, tuple[Role, str | None, str | None]] = {
        "organiser of the region": (Role.ORGANISER, REGION, None),
        "organiser of another region": (Role.ORGANISER, "neighbour", None),
        "staff of the region": (Role.STAFF, REGION, None),
        "staff of another region": (Role.STAFF, "neighbour", None),
        "lead of the pilot": (Role.LEAD, None, PILOT),
        "lead of another pilot": (Role.LEAD, None, "pilot-2"),
        "operator": (Role.OPERATOR, None, None),
    }
    async with world.database.writing() as session:
        person = await world.person(session, actor)
        await access.revoke(
            session,
            participant=person,
            role=Role.ORGANISER,
            region_key=REGION,
            pilot_key=None,
            now=world.now,
        )
        if role in wanted:
            kind, region_key, pilot_key = wanted[role]
            assert await access.grant(
                session,
                participant=person,
                role=kind,
                region_key=region_key,
                pilot_key=pilot_key,
                now=world.now,
            )


def _check_page(scene: Scene, what: str, right: str) -> None:
    """A page that belongs to a role opens for it, with nothing on it that is another's."""
    shown = scene.actor.screen
    if right not in MAY[scene.role]:
        assert shown.text.startswith(NOT_YOUR_ROLE), what
        return
    assert NOT_YOUR_ROLE not in shown.text, what
    if not MAY[scene.role] & {ITS_DESK, ITS_LOOK, ITS_REPORTS}:
        for foreign in ("Collab Talks", "Night Shift", "Ground Zero"):
            assert foreign not in f"{shown.text} {shown.labels}", what


async def _press(actor: Actor, data: str) -> Shown:
    """Press a made-up button of a message that is gone, so that a new one shows what comes.

    Each time it is another message: a second tap on the same button brings no second answer.
    """
    before = actor.screen.message.message_id
    await actor.press_data(data, message_id=before + MISSING)
    message = actor.screen.message
    assert message.message_id > before, f"{data} met silence"
    return Shown(
        actor.screen.text,
        tuple((button.text, button.data) for row in message.buttons for button in row),
        message.document.content if message.document else None,
    )


async def _everything(world: World) -> dict[str, list[str]]:
    """Every row of every table but the inbox, in which each press stands."""
    async with world.database.reading() as session:
        return {
            table.name: sorted([repr(row) for row in await session.execute(select(table))])
            for table in Base.metadata.sorted_tables
            if table.name != Inbox.__tablename__
        }
