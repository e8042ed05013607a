"""Gathering what reports are built from: one replay of the ledger for any number of quarters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from api.answers import forecast_answer
from api.reports.editions import read_published
from api.reports.relearning import read_relearned
from api.words import forecast_in_words, outcome_in_words
from api.workflows.crediting import Histories, Prefix, credits_of, endings_of, read_histories
from api.workflows.judging import judge_voices
from data.credit import newest_resolution_rows
from data.decoded_questions import decoded_finder
from data.facts import read_world
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.judging import SaidCache, read_judgement
from data.ledger import Checkpoint
from data.reports import (
    recorded_of,
    replayed_questions,
    text_of,
    written_questions_at,
    written_records,
)
from data.sources import named_sources
from data.standing import standing_steps
from forecasts.credit import Credit, Ending
from forecasts.games import known_truth
from forecasts.judged_tables import JudgedTable
from forecasts.reports.inputs import AskedQuestion, Inputs, OpenQuestion, Record
from forecasts.reports.quarters import Quarter
from forecasts.reports.values import Origin, Text
from forecasts.times import end_of_day, start_of_day

#: Just before a quarter's end: what happened at its very end is of the next.
_BEFORE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What a ledger of so many entries holds, whatever the quarter.

    Attributes:
        written: questions with their worlds.
        people, voices: scores of all resolved questions.
        credits: of all questions; empty where no world was played.
    """

    place: Checkpoint
    written: dict[str, tuple[str, QuestionFormat]]
    asked: dict[str, AskedQuestion]
    people: JudgedTable
    voices: JudgedTable
    credits: list[Credit]
    records: dict[str, Record]
    sources: dict[str, Text]
    drivers: dict[str, Text] = field(default_factory=dict)


def gather(
    connection: Connection, place: Checkpoint, quarters: Sequence[Quarter], *, plays: bool = True
) -> Gathered:
    """Read all that reports of some quarters need, as of a checkpoint.

    Args:
        plays: whether the worlds are played, so that the model and the other voices are scored;
            without, people alone are.
    """
    entries = place.entries
    at = max(recorded_of(connection, entries), *(quarter.ends for quarter in quarters))
    prefix = Prefix(entries, at)
    histories = read_histories(connection, prefix=prefix) if plays else {}
    endings = endings_of(connection, histories, prefix)
    credits_found = credits_of(histories, endings)
    people = read_judgement(connection, decoded_finder(connection, entries), SaidCache(), entries)
    voices = judge_voices(connection, histories, prefix)
    written = written_questions_at(connection, entries)
    named = {name: text_of(one.title) for name, one in named_sources(connection).items()}
    return Gathered(
        place=place,
        written=written,
        asked=_asked(connection, written, histories, endings, entries),
        people=people,
        voices=voices,
        credits=credits_found,
        records=_records(connection, credits_found, named, entries),
        sources=named,
        drivers=_drivers(connection, written),
    )


def inputs_of(
    connection: Connection,
    gathered: Gathered,
    quarter: Quarter,
    first_month: int,
    made_with: dict[str, str],
) -> Inputs:
    """Give what the report of a quarter is built from."""
    place = gathered.place
    return Inputs(
        quarter=quarter,
        first_month=first_month,
        origin=Origin(place.entries, place.hash, made_with),
        people=gathered.people,
        voices=gathered.voices,
        questions=gathered.asked,
        credits=gathered.credits,
        records=gathered.records,
        sources=gathered.sources,
        drivers=gathered.drivers,
        open_at_end=_open(connection, gathered, quarter),
        relearned=read_relearned(connection, place.entries, quarter),
        published=read_published(connection, place.entries),
    )


def _asked(
    connection: Connection,
    written: dict[str, tuple[str, QuestionFormat]],
    histories: Histories,
    endings: dict[str, Ending],
    entries: int,
) -> dict[str, AskedQuestion]:
    """Tell of every question with an outcome."""
    replayed = replayed_questions(connection, entries)
    found = {}
    for name, row in newest_resolution_rows(connection, entries).items():
        _, asked = written[name]
        outcome = ResolutionFormat.model_validate_json(row.body)
        opening, closing = _chances(histories, endings, name)
        parent = written[asked.derived_from.question][1] if asked.derived_from else asked
        is_known = outcome.status == "resolved"
        found[name] = AskedQuestion(
            id=name,
            title=text_of(asked.title),
            type=asked.type,
            drivers=tuple(dict.fromkeys(loading.driver for loading in parent.loadings)),
            block=parent.id,
            closes=end_of_day(asked.closes),
            known=start_of_day(outcome.known_by),
            status=outcome.status,
            outcome=_in_both(outcome, asked) if is_known else None,
            opening=opening,
            closing=closing,
            is_retrospective=name in replayed,
        )
    return found


def _in_both(outcome: ResolutionFormat, asked: QuestionFormat) -> Text:
    """Say what happened in both languages."""
    return Text(*(outcome_in_words(outcome, asked, language) for language in ("en", "ja")))


def _chances(
    histories: Histories, endings: dict[str, Ending], name: str
) -> tuple[float | None, float | None]:
    """Give the chance of what happened at the opening and before the end; None for no such."""
    history, ending = histories.get(name), endings.get(name)
    if history is None or ending is None or ending.resolution is None:
        return None, None
    question, resolution = history.question, ending.resolution
    if question.type not in ("binary", "multiple_choice") or resolution.outcome is None:
        return None, None
    stood = [moment for moment in history.moments if moment.at < ending.until]
    if not stood:
        return None, None
    truth = known_truth(question, history.curve, resolution).sides[0]
    first, last = (float(moment.served @ truth) for moment in (stood[0], stood[-1]))
    return min(max(first, 0.0), 1.0), min(max(last, 0.0), 1.0)


def _records(
    connection: Connection, found: list[Credit], named: dict[str, Text], entries: int
) -> dict[str, Record]:
    """Tell of the records behind credits."""
    names = {record.record for credit in found for record in credit.records}
    return {
        name: Record(
            name,
            text_of(written.fact),
            named.get(written.source, Text(written.source)),
            str(written.published),
        )
        for name, written in written_records(connection, names, entries).items()
    }


def _drivers(
    connection: Connection, written: dict[str, tuple[str, QuestionFormat]]
) -> dict[str, Text]:
    """Name the drivers of all worlds."""
    worlds = dict.fromkeys(world for world, _ in written.values())
    return {
        driver.id: text_of(driver.title)
        for world in worlds
        for driver in read_world(connection, world).drivers
    }


def _open(connection: Connection, gathered: Gathered, quarter: Quarter) -> list[OpenQuestion]:
    """Tell of the questions that were open when a quarter ended, by their close."""
    at = quarter.ends - _BEFORE
    then = standing_steps(connection, quarter.begins - _BEFORE)
    ended = {
        row.question
        for row in newest_resolution_rows(connection, gathered.place.entries).values()
        if row.resolved_at < quarter.ends
    }
    found = []
    for name, row in standing_steps(connection, at).items():
        if name in ended or name not in gathered.written:
            continue
        _, asked = gathered.written[name]
        if end_of_day(asked.closes) < quarter.ends:
            continue
        before = then.get(name)
        found.append(_open_question(name, asked, row, before))
    return sorted(found, key=lambda one: (one.closes, one.id))


def _open_question(name: str, asked: QuestionFormat, row: Any, before: Any) -> OpenQuestion:
    """Tell of one of them."""
    stood = forecast_answer(row.at, row.body)
    words = (forecast_in_words(stood, asked, language) for language in ("en", "ja"))
    return OpenQuestion(
        id=name,
        title=text_of(asked.title),
        type=asked.type,
        closes=end_of_day(asked.closes),
        forecast=Text(*words),
        probability=row.probability,
        before=None if before is None else before.probability,
    )
