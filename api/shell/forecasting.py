"""Forecasts from the command line: submitted, withdrawn, listed."""

from typing import Any

from api.command import current_command
from api.language import translate
from api.shell.opening import call, call_for_all
from api.shell.output import (
    format_of_list,
    print_json,
    print_line,
    print_list,
    print_table,
    wants_json,
)
from api.shell.writing import read_mapping
from forecasts.errors import KizashiError

#: The ways to state a forecast; one of them is filled.
_ROUTES = ("probability", "probabilities", "quantiles", "cdf", "by")


class PairUnreadable(KizashiError):
    """A pair on the command line lacks a part."""

    message = (
        "Write pairs with =, such as --quantile 50=2027-01-31, --option yes-by-law=0.3 or "
        "--by 2027-06-30=0.4."
    )


def pairs(texts: list[str] | None) -> dict[str, Any] | None:
    """Read pairs such as 50=2027-01-31; numbers become numbers.

    Raises:
        PairUnreadable: a part is missing.

    >>> pairs(["50=2027-01-31", "90=3.5"])
    {'50': '2027-01-31', '90': 3.5}
    """
    if not texts:
        return None
    read: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not name or not value:
            raise PairUnreadable
        try:
            read[name] = float(value)
        except ValueError:
            read[name] = value
    return read


def submit(
    database: str | None, file: str | None, words: dict[str, Any], output: str | None, language: str
) -> None:
    """Submit a forecast in words, or one or many from a file."""
    as_json = wants_json(output)
    body = read_mapping(file) if file else {n: v for n, v in words.items() if v is not None}
    if "items" not in body:
        _print_stored(call(database, "POST", "/forecasts", body, language), language, as_json)
        return
    answer = call(database, "POST", "/forecasts/batch", body, language)
    if current_command().quiet:
        for item in answer["items"]:
            print_line(str(item["id"]))
    elif as_json:
        print_json(answer)
    else:
        told = translate("{stored} stored, {repeated} there already", language)
        print_line(told.format(stored=answer["stored"], repeated=answer["repeated"]))


def withdraw(database: str | None, forecast: str, output: str | None, language: str) -> None:
    """Withdraw a forecast."""
    as_json = wants_json(output)
    answer = call(database, "POST", f"/forecasts/{forecast}/withdrawal", None, language)
    _print_stored(answer, language, as_json)


def list_forecasts(
    database: str | None, filters: dict[str, Any], output: str | None, language: str
) -> None:
    """Print forecasts, newest first."""
    form = format_of_list(output)
    found = call_for_all(database, "/forecasts", language, **filters)
    if form == "table":
        _print_table(found, language)
    else:
        print_list(found, form)


def _print_stored(answer: dict[str, Any], language: str, as_json: bool) -> None:  # noqa: FBT001
    """Print a forecast that was submitted or withdrawn, or would be."""
    if current_command().quiet:
        print_line(answer["forecast"]["id"])
    elif as_json:
        print_json(answer)
    else:
        _print_table([answer["forecast"]], language)


def _print_table(found: list[dict[str, Any]], language: str) -> None:
    """Print forecasts as a table."""
    words = ("Forecast", "Question", "Forecaster", "Recorded", "Ended", "Says")
    rows = [
        (
            one["id"],
            one["question"],
            one["forecaster"],
            one["recorded_at"],
            one["ended_by"] or "-",
            _said(one["forecast"]),
        )
        for one in found
    ]
    print_table([translate(word, language) for word in words], rows)


def _said(forecast: dict[str, Any]) -> str:
    """What a forecast states, in short."""
    said = next(forecast[name] for name in _ROUTES if forecast.get(name) is not None)
    if isinstance(said, dict):
        return ", ".join(f"{name}: {value}" for name, value in said.items())
    return f"{len(said)} points" if isinstance(said, list) else str(said)
