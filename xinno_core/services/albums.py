"""An album is answered as one: its items come as updates of their own, in any order.

Telegram gives all of them one id. When one is refused, the whole album is: the others, which are
worked after it, are passed over without a word.
"""

from xinno_core.models import Participant

LONGEST_ID = 64


def is_refused(participant: Participant, album: str) -> bool:
    """Tell whether something of this album was refused before."""
    return bool(album) and participant.refused_album == album[:LONGEST_ID]


def refuse(participant: Participant, album: str) -> None:
    """Take nothing more of this album."""
    if album:
        participant.refused_album = album[:LONGEST_ID]
