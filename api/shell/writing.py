"""Changing things from the command line: evidence, retractions, resolutions."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from api.answers import ForecastAnswer
from api.command import current_command
from api.language import translate
from api.shell.opening import call, written_questions
from api.shell.output import print_json, print_line, print_table, wants_json
from api.words import forecast_in_words
from data.formats.questions import QuestionFormat
from forecasts.errors import KizashiError


class StanceUnreadable(KizashiError):
    """A stance on the command line lacks a part."""

    message = (
        "A stance is written question:direction:strength, or question:toward:choice:strength; "
        "strengths are negligible, weak, moderate, strong, decisive, or a likelihood ratio."
    )


class FileUnreadable(KizashiError):
    """A file is not there, or is no JSON or YAML mapping."""

    message = "That file cannot be read as one JSON or YAML mapping ({reason})."


def stance_from(text: str) -> dict[str, Any]:
    """Read a stance such as deepseek-v5-release-date:sooner:weak.

    Raises:
        StanceUnreadable: a part is missing.
    """
    parts = text.split(":")
    if len(parts) not in (3, 4) or not all(parts):
        raise StanceUnreadable
    stance: dict[str, Any] = {"question": parts[0], "direction": parts[1]}
    if len(parts) == 4:
        stance["choice"] = parts[2]
    try:
        stance["likelihood_ratio"] = float(parts[-1])
    except ValueError:
        stance["strength"] = parts[-1]
    return stance


def add_evidence(
    database: str | None, file: str | None, words: dict[str, Any], output: str | None, language: str
) -> None:
    """Submit a record from a file, or from words where there is none."""
    given = {name: value for name, value in words.items() if value not in (None, [])}
    body, as_json = read_mapping(file) if file else given, wants_json(output)
    answer = call(database, "POST", "/evidence", body, language)
    _print_moved(database, answer, answer["evidence"]["id"], language, as_json=as_json)


def retract_evidence(database: str | None, record: str, output: str | None, language: str) -> None:
    """Take a record back."""
    as_json = wants_json(output)
    answer = call(database, "POST", f"/evidence/{record}/retraction", None, language)
    _print_moved(database, answer, record, language, as_json=as_json)


def resolve(database: str | None, file: str, output: str | None, language: str) -> None:
    """Resolve a question from a file."""
    body, as_json = read_mapping(file), wants_json(output)
    answer = call(database, "POST", "/resolutions", body, language)
    _print_moved(database, answer, str(body.get("question")), language, as_json=as_json)


def _print_moved(
    database: str | None, answer: dict[str, Any], title: str, language: str, *, as_json: bool
) -> None:
    """Print what a change moved, or would move."""
    if current_command().quiet:
        print_line(title)
        return
    if as_json:
        print_json(answer)
        return
    headings = [translate(word, language) for word in ("Question", "Before", "After", "Bits")]
    written = written_questions(database, language)
    rows = [
        (
            m["question"],
            forecast_words(m["before"], written[m["question"]], language),
            forecast_words(m["after"], written[m["question"]], language),
            f"{m['bits']:+.3f}",
        )
        for m in answer["movements"]
    ]
    if current_command().dry_run:
        title = translate("{title} (tried only; nothing is stored)", language).format(title=title)
    print_table(headings, rows, title)


def forecast_words(forecast: dict[str, Any] | None, written: QuestionFormat, language: str) -> str:
    """A forecast in a few words."""
    if forecast is None:
        return ""
    return forecast_in_words(ForecastAnswer.model_validate(forecast), written, language)


def read_mapping(file: str) -> dict[str, Any]:
    """Read a JSON or YAML mapping from a file or stdin; days become text.

    Raises:
        FileUnreadable: there is none.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FileUnreadable(reason=type(error).__name__) from None
    if not isinstance(content, dict):
        raise FileUnreadable(reason="no mapping")
    plain: dict[str, Any] = _plain(content)
    return plain


def _plain(value: Any) -> Any:
    """Turn YAML's days into text, as JSON has none."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
