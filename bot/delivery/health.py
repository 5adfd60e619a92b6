"""Whether Telegram takes what is sent, for those who watch and for the sender itself."""

from dataclasses import dataclass

from bot.telegram.errors import Finding, Verdict

DOUBTFUL_FROM = 10
"""So many endings in a row that prove nothing are an outage, not an accident."""


@dataclass
class Health:
    """What the last calls have shown, whoever made them."""

    token_refused: bool = False
    without_proof: int = 0

    @property
    def is_doubtful(self) -> bool:
        """Tell whether more promises would only turn into unknowns."""
        return self.without_proof >= DOUBTFUL_FROM

    def learn(self, finding: Finding | None) -> bool:
        """Note how a call ended; True when it shows for the first time that the token is bad."""
        match finding:
            case Finding(Verdict.NOT_TRIED):
                return False
            case Finding(Verdict.UNKNOWN | Verdict.NOT_SENT):
                self.without_proof += 1
            case _:
                self.without_proof = 0
        is_new = finding is not None and finding.verdict is Verdict.TOKEN and not self.token_refused
        self.token_refused = self.token_refused or is_new
        return is_new
