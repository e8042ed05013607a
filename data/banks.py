"""Reading a bank: a folder of YAML that is taken whole, or refused with every fault it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data.bank_checks import faults_across
from data.bank_faults import BankFaults, Fault, Sheet, read_sheet
from data.bank_parts import Parts
from data.formats.banks import BankEvidence, BankFormat, Claim, Source
from data.formats.base import Format
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.formats.scenarios import BankScenario

#: file -> the list in it and the form of an entry; bank.yaml has no list.
_LISTS: dict[str, tuple[str, type[Format]]] = {
    "claims.yaml": ("claims", Claim),
    "sources.yaml": ("sources", Source),
    "questions.yaml": ("questions", QuestionFormat),
    "evidence.yaml": ("records", BankEvidence),
    "resolutions.yaml": ("resolutions", ResolutionFormat),
    "scenarios.yaml": ("scenarios", BankScenario),
}
#: A bank need not have it.
_OPTIONAL = "scenarios.yaml"
#: Notes for the bank's readers that the loader leaves in the file.
_NOTES = {"resolutions.yaml": "open"}


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank that holds together. Its questions carry no hindsight notes."""

    bank: BankFormat
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    questions: tuple[QuestionFormat, ...]
    evidence: tuple[BankEvidence, ...]
    resolutions: tuple[ResolutionFormat, ...]
    scenarios: tuple[BankScenario, ...] = ()


def bank_directory() -> Path:
    """The folder of the bank that comes with Kizashi."""
    return Path(str(files("data"))) / "bank" / "deepseek-r2"


def load_bank(path: Path) -> Bank:
    """Read a bank's files and check each and all of them together.

    Args:
        path: the folder; README.md of the shipped bank explains every field.

    Raises:
        BankFaults: something is wrong; it carries every fault found, not only the first.

    >>> load_bank(bank_directory()).bank.id
    'deepseek-r2'
    """
    names = [name for name in _LISTS if name != _OPTIONAL or (path / name).exists()]
    sheets = {name: read_sheet(path / name) for name in ("bank.yaml", *names)}
    faults = [fault for sheet in sheets.values() for fault in sheet.faults]
    parts = Parts(sheets)
    for name, sheet in sheets.items():
        if not sheet.faults:
            faults.extend(_read_entries(name, sheet, parts))
    faults.extend(faults_across(parts))
    if faults:
        raise BankFaults(faults)
    assert parts.bank is not None
    return Bank(
        bank=parts.bank,
        claims=tuple(parts.claims.values()),
        sources=tuple(parts.sources.values()),
        questions=tuple(_without_hindsight(one) for one in parts.questions.values()),
        evidence=tuple(parts.records.values()),
        resolutions=tuple(parts.resolutions.values()),
        scenarios=tuple(parts.scenarios.values()),
    )


def _without_hindsight(question: QuestionFormat) -> QuestionFormat:
    """The question as it was known when it opened."""
    return question.model_copy(update={"hindsight_note": None})


def _read_entries(name: str, sheet: Sheet, parts: Parts) -> Iterator[Fault]:
    """Validate one file; what is sound goes into `parts`, so that the cross-checks can use it."""
    if not isinstance(sheet.value, dict):
        yield sheet.at((), "must have fields: README.md shows them")
    elif name == "bank.yaml":
        try:
            parts.bank = BankFormat.model_validate(sheet.value)
        except ValidationError as error:
            yield from sheet.refused((), error)
    else:
        yield from _read_list(name, sheet, parts)


def _read_list(name: str, sheet: Sheet, parts: Parts) -> Iterator[Fault]:
    """Validate the entries of one list, each for itself."""
    key, form = _LISTS[name]
    for extra in sorted(set(map(str, sheet.value)) - {key, _NOTES.get(name, key)}):
        yield sheet.at((extra,), f"is not a field here: the entries stand under `{key}`")
    entries: Any = sheet.value.get(key)
    if not isinstance(entries, list):
        yield sheet.at((key,), "is required: a list, or [] for none")
        return
    kept: dict[int, Any] = getattr(parts, key)
    for index, entry in enumerate(entries):
        try:
            kept[index] = form.model_validate(entry)
        except ValidationError as error:
            yield from sheet.refused((key, index), error)
