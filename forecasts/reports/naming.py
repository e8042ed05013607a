"""What voices, types and kinds of forecasters are called in reports, and names of quarters."""

from forecasts.reports.quarters import Quarter
from forecasts.reports.values import Sentence, told

_VOICES = {
    "model": told("Model"),
    "crowd": told("Crowd"),
    "markets": told("Markets"),
    "house": told("House (model, crowd and markets)"),
    "opening-prior": told("Opening prior"),
    "naive-sum": told("Naive sum of evidence"),
}
_KINDS = {
    "person": told("person"),
    "bot": told("bot"),
    "curator": told("curator"),
    "market": told("market"),
    "model": told("model"),
    "crowd": told("crowd"),
    "house": told("house"),
    "prior": told("prior"),
    "naive": told("naive sum"),
}
_TYPES = {
    "binary": told("yes or no"),
    "multiple_choice": told("choice"),
    "numeric": told("number"),
    "date": told("date"),
}
_STATUSES = {
    "resolved": told("resolved"),
    "annulled": told("annulled"),
    "ambiguous": told("ambiguous"),
}
#: Names of quarters: of the calendar, and of a fiscal year that is called by its first month.
_CALENDAR = told("{year} Q{number}")
_FISCAL = told("fiscal {year} Q{number}")


def voice_in_words(name: str) -> Sentence:
    """Name a voice."""
    return _VOICES.get(name, Sentence(name))


def kind_in_words(kind: str) -> Sentence:
    """Name a kind of forecaster."""
    return _KINDS.get(kind, Sentence(kind))


def type_in_words(kind: str) -> Sentence:
    """Name a type of question."""
    return _TYPES.get(kind, Sentence(kind))


def status_in_words(status: str) -> Sentence:
    """Name how a question ended."""
    return _STATUSES.get(status, Sentence(status))


def quarter_in_words(quarter: Quarter, first_month: int) -> Sentence:
    """Name a quarter as the reader's year counts.

    >>> quarter_in_words(Quarter(2025, 4), 4).facts
    {'year': '2025', 'number': 3}
    """
    if first_month == 1:
        year, number, words = quarter.year, quarter.number, _CALENDAR
    else:
        (year, number), words = quarter.fiscal(first_month), _FISCAL
    return told(words.message, year=str(year), number=number)
