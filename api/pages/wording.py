"""Words that the pages share: texts with their language, headlines, changes of a week."""

from dataclasses import dataclass

from babel.numbers import format_decimal

from api.answers import ForecastAnswer, QuestionAnswer
from api.language import translate
from api.words import day_in_words, in_language, percent, value, with_unit
from data.formats.base import Bilingual
from data.formats.questions import QuestionFormat

STATUSES = {
    "upcoming": "upcoming",
    "open": "open",
    "closed": "closed, awaiting its outcome",
    "resolved": "resolved",
    "annulled": "annulled",
    "ambiguous": "ambiguous",
}
TYPES = {
    "binary": "yes or no",
    "multiple_choice": "choice",
    "numeric": "number",
    "date": "date",
}
#: Which way "up" is, for the signs of bits and of triangles.
DIRECTIONS = {
    "binary": ("towards yes", "towards no"),
    "multiple_choice": ("towards an option", "away from an option"),
    "numeric": ("higher", "lower"),
    "date": ("sooner", "later"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text and the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A forecast at its largest, and what must be said beside it.

    Attributes:
        unit: what the large words are of, for numbers, and for days that mostly never come.
    """

    large: str
    small: str
    unit: str = ""

    @property
    def whole(self) -> str:
        """The large words with their unit."""
        return f"{self.large} {self.unit}".strip()


def wording(text: Bilingual, language: str) -> Wording:
    """Give a text in the reader's language, or in English where it has no other."""
    return Wording(in_language(text, language), "ja" if language == "ja" and text.ja else "en")


def headline(forecast: ForecastAnswer, written: QuestionFormat, language: str) -> Headline:
    """Say a forecast as large as it deserves."""
    interval = translate("90% interval: {low} – {high}", language)
    if forecast.probability is not None:
        assert isinstance(forecast.low, float) and isinstance(forecast.high, float)
        ends = interval.format(
            low=percent(forecast.low, language), high=percent(forecast.high, language)
        )
        return Headline(percent(forecast.probability, language), ends)
    if forecast.options is not None:
        best = max(forecast.options, key=lambda option: option.probability)
        titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
        ends = interval.format(low=percent(best.low, language), high=percent(best.high, language))
        return Headline(f"{titles[best.option]} {percent(best.probability, language)}", ends)
    if written.type == "date":
        return _date_headline(forecast, written, interval, language)
    assert written.range is not None
    low, high = (value(end, language) for end in (forecast.low, forecast.high))
    ends = interval.format(low=low, high=high)
    unit = in_language(written.range.unit, language) if forecast.median is not None else ""
    return Headline(value(forecast.median, language), ends, unit)


def _date_headline(
    forecast: ForecastAnswer, written: QuestionFormat, interval: str, language: str
) -> Headline:
    """Say a median day; where it is mostly never, say how likely that is."""
    assert forecast.outside is not None
    close = day_in_words(written.closes.isoformat(), language)
    beyond = percent(forecast.outside[-1], language)
    if forecast.median is None:
        words = translate("later than {close}, or never", language)
        return Headline(beyond, "", words.format(close=close))
    low, high = (value(e, language, "later or never") for e in (forecast.low, forecast.high))
    words = translate("{chance} later than {close}, or never", language)
    ends = f"{interval.format(low=low, high=high)}; {words.format(chance=beyond, close=close)}"
    return Headline(value(forecast.median, language), ends)


def followed(written: QuestionFormat, option: str | None, language: str) -> str:
    """Say what the sparkline and the change of a week follow."""
    if written.type == "binary":
        return translate("chance of yes", language)
    if written.type == "date":
        close = day_in_words(written.closes.isoformat(), language)
        return translate("chance by {close}", language).format(close=close)
    titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
    return titles[option] if option else translate("median", language)


def change_in_words(
    now: float, before: float, written: QuestionFormat, language: str, *, is_new: bool
) -> str:
    """Say how far a forecast moved in a week: in points, or in the question's own unit.

    Args:
        is_new: it opened within the week, and `before` is what it said then.
    """
    scale = 1.0 if written.type == "numeric" else 100.0
    moved = (now - before) * scale
    digits = "0.00" if written.type == "numeric" else "0.0"
    if abs(moved) < 0.5 * 10 ** -len(digits.partition(".")[2]):
        return translate("not moved since it opened" if is_new else "no change", language)
    amount = format_decimal(moved, f"+{digits};\N{MINUS SIGN}{digits}", locale=language)
    if written.range is not None:
        told = with_unit(amount, written, language)
    else:
        told = translate("{amount} points", language).format(amount=amount)
    return translate("{change} since it opened", language).format(change=told) if is_new else told


def status_in_words(answer: QuestionAnswer, language: str) -> str:
    """Say where a question stands."""
    return translate(STATUSES[answer.status], language)
