"""The form for one's own forecast: from what was typed to what is stated."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from api.pages.fields import Typed
from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat

#: Quantiles that have a field, and rows of days with a chance.
LEVELS = ("5", "10", "25", "50", "75", "90", "95")
USUAL_LEVELS = ("10", "50", "90")
DAY_ROWS = (1, 2, 3, 4)
#: A choice has up to 99 options.
LARGEST_FORM, MOST_FIELDS = 200_000, 130


def forecast_of(typed: Typed, asked: QuestionFormat) -> ForecastFormat | None:
    """Give the forecast that was typed; None where something is wrong, which is then marked."""
    said = _said(typed, asked)
    body = {"question": asked.id, **said, **typed.given("rationale")}
    if not said and not typed.errors:
        typed.mark("", "Say what you think first.")
    if typed.errors:
        return None
    try:
        return ForecastFormat.model_validate(body)
    except ValidationError as error:
        for found in error.errors():
            place = str(found["loc"][0]) if found["loc"] else ""
            if place == "rationale":
                typed.mark(place, "Write at most 10,000 characters.")
            elif place == "probability":
                typed.mark(place, "Give percents between 0 and 100, and neither of them.")
            else:
                typed.mark("", "Give either quantiles or chances by day, each in its form.")
        return None


def typed_of(stated: Mapping[str, Any]) -> dict[str, str]:
    """Give a forecast as the fields of its form."""
    texts = {"rationale": stated.get("rationale") or ""}
    if stated.get("probability") is not None:
        texts["probability"] = _percents(stated["probability"])
    for option, chance in (stated.get("probabilities") or {}).items():
        texts[f"p.{option}"] = _percents(chance)
    for level, value in (stated.get("quantiles") or {}).items():
        texts[f"q{level}"] = f"{value:g}" if isinstance(value, int | float) else str(value)
    for row, (day, chance) in zip(DAY_ROWS, (stated.get("by") or {}).items(), strict=False):
        texts |= {f"day{row}": str(day), f"chance{row}": _percents(chance)}
    return texts


def _said(typed: Typed, asked: QuestionFormat) -> dict[str, Any]:
    """Give what was typed, by the type of the question."""
    if asked.type == "binary":
        chance = typed.chance("probability")
        if chance is None:
            typed.mark("probability", "Give percents between 0 and 100, and neither of them.")
        return {"probability": chance}
    if asked.type == "multiple_choice":
        chances = {choice.id: typed.chance(f"p.{choice.id}") for choice in asked.choices}
        if all(chance is None for chance in chances.values()):
            return {}
        return {"probabilities": {name: chance or 0.0 for name, chance in chances.items()}}
    read = typed.number if asked.type == "numeric" else typed.text
    points = {level: read(f"q{level}") for level in LEVELS}
    quantiles = {level: value for level, value in points.items() if value not in ("", None)}
    by = _by_day(typed) if asked.type == "date" else {}
    return ({"quantiles": quantiles} if quantiles else {}) | ({"by": by} if by else {})


def _by_day(typed: Typed) -> dict[str, float]:
    """Give the chances by day that were typed."""
    found = {}
    for row in DAY_ROWS:
        day, chance = typed.text(f"day{row}"), typed.chance(f"chance{row}")
        if bool(day) is not (chance is not None):
            typed.mark(f"chance{row}", "Give a day and its chance.")
        elif chance is not None:
            found[day] = chance
    return found


def _percents(chance: float) -> str:
    """Write a chance as percents."""
    return f"{100 * chance:.6g}"
