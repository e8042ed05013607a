"""What must hold across a bank's files: references, days, stances and outcomes that fit."""

from collections.abc import Iterable, Iterator
from datetime import date

from data.bank_evidence_checks import record_faults
from data.bank_faults import Fault, Steps
from data.bank_parts import Parts, faults_at
from data.bank_scenario_checks import scenario_faults
from data.formats.banks import BankEvidence, Claim, Source
from data.formats.questions import Prior, QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.formats.scenarios import BankScenario

type _Named = Claim | Source | QuestionFormat | BankEvidence | BankScenario


def faults_across(parts: Parts) -> Iterator[Fault]:
    """Every fault between entries that are each sound."""
    yield from _repeated_ids(parts)
    yield from _claim_faults(parts)
    yield from _question_faults(parts)
    yield from record_faults(parts)
    yield from _resolution_faults(parts)
    yield from scenario_faults(parts)


def _repeated_ids(parts: Parts) -> Iterator[Fault]:
    for file, key in (
        ("claims.yaml", "claims"),
        ("sources.yaml", "sources"),
        ("questions.yaml", "questions"),
        ("evidence.yaml", "records"),
        ("scenarios.yaml", "scenarios"),
    ):
        entries: dict[int, _Named] = getattr(parts, key)
        for index in _second_times((index, one.id) for index, one in entries.items()):
            yield parts.sheets[file].at((key, index, "id"), "is taken above: choose another id")
    if parts.bank is not None:
        drivers = parts.bank.world.drivers
        for index in _second_times(enumerate(one.id for one in drivers)):
            steps: Steps = ("world", "drivers", index, "id")
            yield parts.sheets["bank.yaml"].at(steps, "is taken above: choose another id")


def _second_times[Key](numbered: Iterable[tuple[int, Key]]) -> Iterator[int]:
    """Places whose key stood before."""
    seen: set[Key] = set()
    for index, key in numbered:
        if key in seen:
            yield index
        seen.add(key)


def _claim_faults(parts: Parts) -> Iterator[Fault]:
    for index, claim in parts.claims.items():
        length = parts.bank.document.characters if parts.bank else claim.end
        if not claim.start < claim.end <= length:
            message = f"must be above `start` {claim.start} and at most the document's {length}"
            yield parts.sheets["claims.yaml"].at(("claims", index, "end"), message)


def question_faults(parts: Parts, question: QuestionFormat) -> Iterator[tuple[Steps, str]]:
    """Every fault of one question against the rest of its bank, with the field."""
    yield from _reference_faults(parts, question)
    yield from _derived_faults(parts, question)
    yield from _prior_faults(question)


def _question_faults(parts: Parts) -> Iterator[Fault]:
    for index, question in parts.questions.items():
        for steps, message in question_faults(parts, question):
            yield parts.sheets["questions.yaml"].at(("questions", index, *steps), message)


def _reference_faults(parts: Parts, question: QuestionFormat) -> Iterator[tuple[Steps, str]]:
    for place, claim in enumerate(question.claims):
        if not parts.knows("claims.yaml", "claims", claim):
            yield ("claims", place), "names no claim of claims.yaml: mend the id, or add the claim"
    drivers = {one.id for one in parts.bank.world.drivers} if parts.bank else set()
    for place, loading in enumerate(question.loadings):
        if parts.bank and loading.driver not in drivers:
            yield ("loadings", place, "driver"), f"must be one of {', '.join(sorted(drivers))}"
    for place in _second_times(enumerate((one.driver, one.choice) for one in question.loadings)):
        yield ("loadings", place), "loads twice on one driver: keep one (for each choice)"
    for place in _second_times(enumerate(one.id for one in question.choices)):
        yield ("choices", place, "id"), "is taken above: choose another id"


def _derived_faults(parts: Parts, question: QuestionFormat) -> Iterator[tuple[Steps, str]]:
    derived = question.derived_from
    if derived is None:
        return
    if question.event or question.loadings:
        message = "reads another question's curve: leave `event` and `loadings` out"
        yield ("derived_from",), message
    target = parts.question(derived.question)
    wanted, threshold = ("date", "by") if derived.by is not None else ("numeric", "at_least")
    if target is None:
        if not parts.knows("questions.yaml", "questions", derived.question):
            yield ("derived_from", "question"), "names no question of this file: mend the id"
    elif target.derived_from is not None:
        yield ("derived_from", "question"), "is itself derived: name the question it reads from"
    elif target.type != wanted:
        message = f"is of type {target.type}: `{threshold}` needs one of type {wanted}"
        yield ("derived_from", "question"), message
    elif derived.by is not None and not target.opens <= derived.by <= target.closes:
        message = f"must lie between {target.opens} and {target.closes}, when that question is open"
        yield ("derived_from", "by"), message


def _prior_faults(question: QuestionFormat) -> Iterator[tuple[Steps, str]]:
    prior = question.prior
    if prior is None:
        return
    if prior.as_of > question.opens:
        yield ("prior", "as_of"), f"must not be after the question opens, on {question.opens}"
    for place, window in enumerate(prior.windows):
        if not question.opens <= window.first <= window.last <= question.closes:
            message = f"must run forward, between {question.opens} and {question.closes}"
            yield ("prior", "windows", place), message
    if sum(window.weight for window in prior.windows) >= 1:
        yield ("prior", "windows"), "have weights that sum to 1 or more: leave some for other days"
    if prior.windows and not (question.event or question.type == "date"):
        yield ("prior", "windows"), "are for events and dates: leave them out"
    yield from _quantile_faults(question, prior)
    yield from _never_faults(question, prior)


def _quantile_faults(question: QuestionFormat, prior: Prior) -> Iterator[tuple[Steps, str]]:
    for level, value in (prior.quantiles or {}).items():
        steps: Steps = ("prior", "quantiles", level)
        if isinstance(value, date):
            if value <= question.opens:
                yield steps, f"must be after the question opens, on {question.opens}"
            elif prior.after_close is not None and (value <= question.closes) != (
                prior.after_close < 1 - int(level) / 100
            ):
                yield steps, f"does not go with `after_close` {prior.after_close:g}: mend either"
        elif question.range and not question.range.min <= value <= question.range.max:
            yield steps, f"must lie in the range {question.range.min:g} to {question.range.max:g}"


def _never_faults(question: QuestionFormat, prior: Prior) -> Iterator[tuple[Steps, str]]:
    if prior.never and not (question.event or question.type == "date"):
        yield ("prior", "never"), "is for events and dates: leave it out"
    left = [1 - int(level) / 100 for level in prior.quantiles or {} if question.type == "date"]
    left += [prior.after_close] if prior.after_close is not None else []
    opening = prior.opening_probability
    left += [1 - opening] if opening is not None else []
    if left and prior.never >= min(left):
        yield ("prior", "never"), f"must be below {min(left):g}, what the rest leaves for it"


def _resolution_faults(parts: Parts) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, resolution in parts.resolutions.items():
        at = faults_at(parts.sheets["resolutions.yaml"], ("resolutions", index))
        if resolution.question in seen and resolution.supersedes_reason is None:
            yield at(("question",), "is resolved above: say why in `supersedes_reason`")
        seen.add(resolution.question)
        question = parts.question(resolution.question)
        if question is None:
            if not parts.knows("questions.yaml", "questions", resolution.question):
                yield at(("question",), "names no question: mend the id")
            continue
        if not question.opens <= resolution.resolved_at <= question.resolves:
            message = f"must lie between {question.opens} and {question.resolves}"
            yield at(("resolved_at",), message)
        if resolution.status == "resolved" and (wanted := _outcome_fault(question, resolution)):
            yield at(("outcome",), wanted)


def _outcome_fault(question: QuestionFormat, resolution: ResolutionFormat) -> str | None:
    """What the outcome should have been, if it does not fit."""
    outcome = resolution.outcome
    if question.type == "binary":
        return None if isinstance(outcome, bool) else "must be true or false"
    if question.type == "multiple_choice":
        known = sorted(choice.id for choice in question.choices)
        return None if outcome in known else f"must be one of {', '.join(known)}"
    if question.type == "numeric":
        axis = question.range
        if isinstance(outcome, bool) or not isinstance(outcome, float) or axis is None:
            return "must be a number"
        below = axis.closed_below and outcome < axis.min
        above = axis.closed_above and outcome > axis.max
        return f"lies where nothing can: {axis.min:g} to {axis.max:g}" if below or above else None
    if outcome == "never":
        return None
    inside = isinstance(outcome, date) and question.opens <= outcome <= question.closes
    return None if inside else f"must be a day from {question.opens} to {question.closes}, or never"
