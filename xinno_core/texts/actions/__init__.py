"""What a button can ask for: one small class per wish, packed into Telegram's 64 bytes elsewhere.

An action names things and never proves a right: whoever sends it is checked by the service. Each
feature's module holds its own; here they are together, for those who need many.
"""

from xinno_core.texts.actions.announcements import *
from xinno_core.texts.actions.answers import *
from xinno_core.texts.actions.attendance import *
from xinno_core.texts.actions.base import *
from xinno_core.texts.actions.broadcasts import *
from xinno_core.texts.actions.calendar import *
from xinno_core.texts.actions.changes import *
from xinno_core.texts.actions.countries import *
from xinno_core.texts.actions.enquiries import *
from xinno_core.texts.actions.events import *
from xinno_core.texts.actions.exports import *
from xinno_core.texts.actions.figures import *
from xinno_core.texts.actions.finding import *
from xinno_core.texts.actions.forms import *
from xinno_core.texts.actions.groups import *
from xinno_core.texts.actions.journeys import *
from xinno_core.texts.actions.learning import *
from xinno_core.texts.actions.ledger import *
from xinno_core.texts.actions.media import *
from xinno_core.texts.actions.organising import *
from xinno_core.texts.actions.own_data import *
from xinno_core.texts.actions.pairs import *
from xinno_core.texts.actions.people import *
from xinno_core.texts.actions.results import *
from xinno_core.texts.actions.settings import *
from xinno_core.texts.actions.survey_guests import *
from xinno_core.texts.actions.survey_polls import *
from xinno_core.texts.actions.workshops import *
