"""What forecasters state, in words."""

from datetime import date

from api.language import translate
from api.words import in_language, percent, value, with_unit
from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat

#: So many of the likeliest options are named.
_OPTIONS = 3


def stated_in_words(stated: ForecastFormat, asked: QuestionFormat, language: str) -> str:
    """Write a forecast as its forecaster stated it."""
    if stated.probability is not None:
        return percent(stated.probability, language)
    if stated.probabilities is not None:
        titles = {choice.id: in_language(choice.title, language) for choice in asked.choices}
        likeliest = sorted(stated.probabilities.items(), key=lambda pair: -pair[1])[:_OPTIONS]
        return ", ".join(f"{titles.get(n, n)} {percent(p, language)}" for n, p in likeliest)
    if stated.by is not None:
        words = translate("{chance} by {day}", language)
        return ", ".join(
            words.format(chance=percent(chance, language), day=value(day.isoformat(), language))
            for day, chance in sorted(stated.by.items())
        )
    if stated.quantiles is not None:
        pairs = sorted(stated.quantiles.items(), key=lambda pair: float(pair[0]))
        told = " · ".join(f"{level}%: {_amount(end, language)}" for level, end in pairs)
        return with_unit(told, asked, language)
    return translate("a whole distribution", language)


def _amount(amount: float | date, language: str) -> str:
    """Write a number or a day."""
    return value(amount.isoformat() if isinstance(amount, date) else amount, language)
