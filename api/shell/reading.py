"""Showing questions on the command line."""

from typing import Any

from api.answers import QuestionAnswer
from api.instance import system_clock
from api.language import translate
from api.shell.opening import open_for_reading
from api.shell.output import print_json, print_line, print_table, wants_json
from api.standings import question_answers
from api.words import forecast_in_words, in_language, why_it_moved
from data.evidence_queries import EvidenceFilters, evidence_rows
from data.facts import read_question, written_record
from data.standing import bits_by_record, history_steps
from forecasts.times import instant_of


def list_questions(database: str | None, output: str | None, language: str) -> None:
    """Print all questions."""
    with open_for_reading(database) as opened, opened.read() as connection:
        answers = question_answers(connection, instant_of(system_clock()))
    if wants_json(output):
        print_json({"items": [answer.model_dump(mode="json") for answer in answers]})
        return
    headings = [translate(word, language) for word in ("Question", "Status", "Forecast", "Title")]
    print_table(headings, [_row(answer, language) for answer in answers])


def show_question(database: str | None, question: str, output: str | None, language: str) -> None:
    """Print one question: its forecast, what moved it last, and its evidence with bits."""
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
