"""The deed of judging all that takes long: the ledger is replayed once for credit and voices."""

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.workflows.crediting import (
    Histories,
    Prefix,
    QuestionHistory,
    credits_of,
    endings_of,
    read_histories,
)
from data.crowds import member_rows, members_of
from data.judging import SaidCache, read_stated, said_of
from data.linked_quotes import linked_markets
from data.question_news import read_news
from data.resolved import ResolvedQuestion, questions_of, read_resolved
from forecasts.crowd_histories import CrowdHistory, crowd_history, moments_of_change
from forecasts.judged import JudgedForecasts
from forecasts.judged_tables import JudgedTable, StatedForecasts, concatenated, judged_table
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.voice_histories import VOICE_KINDS, VoiceHistory, voice_histories

#: What one computation gives, by name.
DERIVED_NAMES = ("credit", "voices")


def judge_all(connection: Connection, prefix: Prefix | None = None) -> dict[str, Any]:
    """Compute credit and the scores of voices, as values that JSON can hold.

    Args:
        prefix: of the ledger; None: all of it.
    """
    histories = read_histories(connection, prefix=prefix)
    endings = endings_of(connection, histories, prefix)
    credits_found = [asdict(credit) for credit in credits_of(histories, endings)]
    table = judge_voices(connection, histories, prefix)
    return {"credit": credits_found, "voices": table_as_json(table)}


def table_as_json(table: JudgedTable) -> dict[str, Any]:
    """Give a table of scores as JSON; what is NaN stays so, which Python's own reader takes."""
    return {
        "questions": [facts.id for facts in table.questions],
        "forecasters": list(table.forecasters),
        "columns": {name: column.tolist() for name, column in table.columns.items()},
    }


def judge_voices(
    connection: Connection, histories: Histories, prefix: Prefix | None = None
) -> JudgedTable:
    """Score every voice beside people, who are not compared with it."""
    entries = prefix.entries if prefix else None

    def find(name: str) -> tuple[Question, Curve] | None:
        history = histories.get(name)
        return (history.question, history.curve) if history and history.moments else None

    resolved = read_resolved(connection, find, entries)
    people, kinds, stated = read_stated(connection, resolved, SaidCache(), entries)
    parts = [stated]
    for place, one in enumerate(resolved):
        history = histories[one.facts.id]
        said = _said_by_voices(connection, one, history, prefix)
        parts += [_stated(one, place, len(people) + n, told) for n, told in said]
    names = [*people, *VOICE_KINDS]
    table = judged_table(
        [one.facts for one in resolved],
        questions_of(resolved),
        names,
        [*kinds, *VOICE_KINDS.values()],
        concatenated(parts),
    )
    voices = table.take(table.columns["forecaster"] >= len(people))
    columns = {**voices.columns, "forecaster": voices.columns["forecaster"] - len(people)}
    return replace(
        voices, forecasters=tuple(VOICE_KINDS), kinds=tuple(VOICE_KINDS.values()), columns=columns
    )


def _said_by_voices(
    connection: Connection, one: ResolvedQuestion, history: QuestionHistory, prefix: Prefix | None
) -> list[tuple[int, VoiceHistory]]:
    """Give what each voice said of a question, with its number."""
    question, curve, until = history.question, history.curve, min(one.closes, one.ends)
    entries = prefix.entries if prefix else None
    rows = member_rows(connection, [question.id], until, entries)[question.id]
    crowd: CrowdHistory | None = None
    if rows:
        members = members_of(rows, one.asked, question, curve)
        crowd = crowd_history(members, moments_of_change(members, until))
    markets, news = [], None
    if question.yes is not None:
        known = min(until, prefix.at) if prefix else until
        markets = linked_markets(connection, question.id, known)
        news = read_news(connection, question.id, known) if markets else None
    found = voice_histories(question, curve, history.moments, crowd, markets, news)
    numbers = {name: number for number, name in enumerate(VOICE_KINDS)}
    return [(numbers[name], told) for name, told in found.items()]


def _stated(
    one: ResolvedQuestion, place: int, forecaster: int, told: VoiceHistory
) -> StatedForecasts:
    """Give what a voice said as forecasts, each of which stands until the next."""
    spoken = np.flatnonzero(~np.isnan(told.said.reshape(len(told.times), -1)[:, 0]))
    said = told.said[spoken]
    none = np.full(len(spoken), np.nan)
    probability, below, at = none, none, none
    if one.facts.happened is not None:
        probability = said
        chance = said if one.facts.happened else 1 - said
        brier: Floats = (1 - chance) ** 2
    else:
        numbers = np.array(said_of(one, said)).reshape(-1, 4)
        chance, brier, below, at = numbers.T
    judged = JudgedForecasts(
        question=np.full(len(spoken), place),
        forecaster=np.full(len(spoken), forecaster),
        start=told.times[spoken],
        end=np.append(told.times[1:], np.inf)[spoken],
        chance=chance,
        brier=brier,
        in_base=np.zeros(len(spoken), np.bool_),
    )
    return StatedForecasts(judged, probability, below, at)


def as_bytes(body: object) -> bytes:
    """Write a result as it is stored."""
    return json.dumps(body, separators=(",", ":")).encode()
