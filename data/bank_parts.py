"""The sound entries of a bank while it is being checked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from data.bank_faults import Fault, Sheet, Steps
from data.formats.banks import BankEvidence, BankFormat, Claim, Source
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.formats.scenarios import BankScenario

type FaultAt = Callable[[Steps, str], Fault]


@dataclass(slots=True)
class Parts:
    """The sound entries of a bank, by their place in its files."""

    sheets: dict[str, Sheet]
    bank: BankFormat | None = None
    claims: dict[int, Claim] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    questions: dict[int, QuestionFormat] = field(default_factory=dict)
    records: dict[int, BankEvidence] = field(default_factory=dict)
    resolutions: dict[int, ResolutionFormat] = field(default_factory=dict)
    scenarios: dict[int, BankScenario] = field(default_factory=dict)

    def question(self, question_id: str) -> QuestionFormat | None:
        """The question with this id, if it is sound."""
        return next((one for one in self.questions.values() if one.id == question_id), None)

    def knows(self, file: str, key: str, name: str) -> bool:
        """Whether a list has this id, in a faulty entry too; of an unreadable file, say yes."""
        value = self.sheets[file].value
        entries = value.get(key) if isinstance(value, dict) else None
        if not isinstance(entries, list):
            return True
        return any(isinstance(one, dict) and one.get("id") == name for one in entries)


def faults_at(sheet: Sheet, start: Steps) -> FaultAt:
    """Faults of one entry of a list."""
    return lambda steps, message: sheet.at((*start, *steps), message)
