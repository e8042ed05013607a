"""Showing questions on the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.answers import QuestionAnswer
from api.instance import system_clock
from api.language import translate
from api.reasons import why_it_moved
from api.shell.opening import call, call_for_all, is_now, open_for_reading
from api.shell.output import (
    format_of_list,
    print_json,
    print_line,
    print_list,
    print_table,
    wants_json,
)
from api.standings import question_answers
from api.words import forecast_in_words, in_language
from data.evidence_queries import EvidenceFilters, evidence_rows
from data.facts import read_question, written_record
from data.formats.base import Bilingual
from data.standing import bits_by_record, history_steps
from forecasts.times import instant_of


def list_questions(database: str | None, output: str | None, language: str) -> None:
    """Print all questions."""
    form = format_of_list(output)
    if is_now():
        with open_for_reading(database) as opened, opened.read() as connection:
            answers = question_answers(connection, instant_of(system_clock()))
    else:
        told = call_for_all(database, "/questions", language)
        answers = [QuestionAnswer.model_validate(one) for one in told]
    if form != "table":
        print_list([answer.model_dump(mode="json") for answer in answers], form)
        return
    headings = [translate(word, language) for word in ("Question", "Status", "Forecast", "Title")]
    print_table(headings, [_row(answer, language) for answer in answers])


def show_question(database: str | None, question: str, output: str | None, language: str) -> None:
    """Print one question: its forecast, what moved it last, and its evidence with bits."""
    if not is_now():
        _show_from_server(database, question, output, language)
        return
    with open_for_reading(database) as opened, opened.read() as connection:
        read_question(connection, question)
        (answer,) = question_answers(connection, instant_of(system_clock()), question)
        steps = history_steps(connection, question, 10_000)
        bits = bits_by_record(connection, question)
        records = evidence_rows(connection, EvidenceFilters(question=question))
        sentence = why_it_moved(connection, answer.question, steps, language)
    if wants_json(output):
        print_json({**answer.model_dump(mode="json"), "why": sentence, "bits": bits})
        return
    print_line(in_language(answer.question.title, language))
    print_line(f"{_status(answer, language)}: {_forecast(answer, language)}")
    print_line(sentence)
    headings = [translate(word, language) for word in ("Published", "Bits", "Record", "Fact")]
    print_table(headings, [_evidence_row(row, bits, language) for row in records])


def _show_from_server(
    database: str | None, question: str, output: str | None, language: str
) -> None:
    """Print one question as a server tells it, or as it stood at a past moment."""
    as_json = wants_json(output)
    told = call(database, "GET", f"/questions/{question}", None, language)
    records = call_for_all(database, f"/questions/{question}/evidence", language)
    if as_json:
        print_json({**told, "bits": {one["id"]: one["bits"] for one in records}})
        return
    answer = QuestionAnswer.model_validate(told)
    print_line(in_language(answer.question.title, language))
    print_line(f"{_status(answer, language)}: {_forecast(answer, language)}")
    print_records(records, language)


def print_records(records: Sequence[Mapping[str, Any]], language: str) -> None:
    """Print records of evidence as the API gives them."""
    headings = [translate(word, language) for word in ("Published", "Bits", "Record", "Fact")]
    rows = []
    for one in records:
        fact = in_language(Bilingual.model_validate(one["record"]["fact"]), language)
        bits = "" if one["bits"] is None else f"{one['bits']:+.2f}"
        rows.append((one["record"]["published"], bits, one["id"], fact))
    print_table(headings, rows)


def _row(answer: QuestionAnswer, language: str) -> tuple[str, ...]:
    """One line of the list."""
    title = in_language(answer.question.title, language)
    return answer.id, _status(answer, language), _forecast(answer, language), title


def _status(answer: QuestionAnswer, language: str) -> str:
    """Where a question stands."""
    return translate(answer.status, language)


def _forecast(answer: QuestionAnswer, language: str) -> str:
    """A forecast in a few words."""
    if answer.forecast is None:
        return ""
    return forecast_in_words(answer.forecast, answer.question, language)


def _evidence_row(row: Any, bits: dict[str, float], language: str) -> tuple[str, ...]:
    """One line of the evidence."""
    record = written_record(row)
    moved = bits.get(row.id)
    shown = "" if moved is None else f"{moved:+.2f}"
    return record.published, shown, row.id, in_language(record.fact, language)
