"""The voices on one question side by side: model, house, crowd, markets, prior, naive sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from babel.numbers import format_percent
from sqlalchemy import Connection, select

from api.crowd_answers import HouseAnswer, PooledForecast, pooled_forecast
from api.crowds import Place, crowd_answer, place_of
from api.hiding import ForecastHidden, require_shown
from api.house import house_answer
from api.language import say, translate
from api.pages.canvas import Look
from api.pages.charts import DASHES, history_chart
from api.pages.drawing import to_svg
from api.pages.names import VOICES
from api.pages.pictures import SIZES, Pictures
from api.pages.series import Axis, Fan, Line, chance_axis
from api.pages.story import Story
from api.pages.visits import Visit
from api.reasons import has_only_aged
from api.words import in_language, percent, value, with_unit
from data.crowds import member_rows
from data.formats.questions import QuestionFormat
from data.tables import EVIDENCE
from forecasts.curves import CurveState
from forecasts.times import instant_of
from forecasts.voices import multiplied_prior

#: Moments of the house that are drawn, the newest.
_MOMENTS = 2_000
#: A chart of voices is drawn flatter than the history.
_FLATTER = 0.75
#: A line that moves by less than this is drawn level.
_FINE = 0.003
#: The voices in the order in which they are listed; those of `_OF_HOUSE` have a history.
_ORDER = ("model", "house", "crowd", "markets", "opening-prior", "naive-sum")
_OF_HOUSE = {"model": "model", "house": "probability", "crowd": "crowd", "markets": "market"}

type Points = tuple[tuple[float, float], ...]
#: Voices that only evidence and time move.
_OF_EVIDENCE = {"model", "opening-prior", "naive-sum"}


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """What one voice says.

    Attributes:
        number, dash: by which its line in the chart is known; 0 where it has none.
        note: from how many it speaks, or why it does not.
    """

    name: str
    number: int
    dash: str
    value: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class VoicesPart:
    """All voices on a question, and their lines over time where such are kept."""

    lines: tuple[VoiceLine, ...]
    picture: Pictures | None


def voices_of(connection: Connection, visit: Visit, story: Story) -> VoicesPart | None:
    """Give what every voice says of a question; None before it opens.

    What the question hides of others is left out, and said to be.
    """
    answer, language, as_of = story.answer, visit.language, visit.as_of
    if not story.moves or answer.forecast is None:
        return None
    place = place_of(connection, visit.timelines, answer.id, as_of.at, is_past=as_of.is_past)
    hidden = _why_hidden(connection, visit, answer.id)
    commits, moment = visit.instance.writer.commits, as_of.at if as_of.is_past else None
    house = visit.drawings.get(
        ("house", answer.id, language, moment, commits),
        lambda: house_answer(connection, place, language, _MOMENTS),
    )
    state = place.timeline.world.curves[place.curve.id]
    claimed = _claimed(connection, state)
    points = {} if place.question.yes is None else _points(place, house, claimed, hidden=hidden)
    if has_only_aged([move.step for move in story.moves]) and points.keys() <= _OF_EVIDENCE:
        points = {}  # all lines would lie on one
    drawn = {name: line for name in _ORDER if (line := points.get(name))}
    numbers = {name: number for number, name in enumerate(drawn, 1)}
    said = _said(place, house, claimed[1][-1])
    notes = _notes(connection, place, house, len(state.said), hidden, language)
    withheld = {"house", "crowd"} if hidden else set()
    lines = tuple(
        VoiceLine(
            name=translate(VOICES[name], language),
            number=numbers.get(name, 0),
            dash=" ".join(map(str, DASHES[numbers[name] - 1])) if name in numbers else "",
            **_words(None if name in withheld else said[name], story, language),
            note=notes[name],
        )
        for name in _ORDER
    )
    return VoicesPart(lines, _draw(visit, drawn) if drawn else None)


def _why_hidden(connection: Connection, visit: Visit, question: str) -> str:
    """Say why others' forecasts are hidden from the reader; empty where they are not."""
    try:
        require_shown(connection, question, "", visit.reader, visit.instance.clock_instant())
    except ForecastHidden as error:
        return say(error, visit.language)
    return ""


def _claimed(connection: Connection, state: CurveState) -> tuple[list[float], Any]:
    """Give from when on how much was claimed in all: nats, shape (moments, cells)."""
    query = select(EVIDENCE.c.id, EVIDENCE.c.recorded_at).where(EVIDENCE.c.id.in_(state.said))
    came = {row.id: row.recorded_at for row in connection.execute(query)}
    signals = sorted(state.said.items(), key=lambda pair: came.get(pair[0], 0.0))
    shifts = [np.zeros(state.curve.space.size)]
    shifts += [signal.weight * signal.profile for _, signal in signals]
    return [-np.inf, *(came.get(name, 0.0) for name, _ in signals)], np.cumsum(shifts, axis=0)


def _said(place: Place, house: HouseAnswer, claimed: Any) -> dict[str, PooledForecast | None]:
    """Give what every voice says at its moment."""
    voices = {voice.voice: voice.forecast for voice in house.voices}
    naive, prior = multiplied_prior(place.curve, claimed), place.curve.opening_cells

    def read(cells: Any) -> PooledForecast | None:
        yes = place.question.yes
        return pooled_forecast(place.curve.space, cells if yes is None else float(cells @ yes))

    return {
        "model": voices["model"],
        "house": house.forecast,
        "crowd": voices["crowd"],
        "markets": voices["market"],
        "opening-prior": read(prior),
        "naive-sum": read(naive),
    }


def _points(
    place: Place, house: HouseAnswer, claimed: tuple[list[float], Any], *, hidden: str
) -> dict[str, Points]:
    """Give what the voices said of yes over time."""
    times = [instant_of(datetime.fromisoformat(moment.at)) for moment in house.history]
    if not times:
        return {}
    found: dict[str, Points] = {}
    for name, column in _OF_HOUSE.items():
        if hidden and name in ("house", "crowd"):
            continue
        said = [getattr(moment, column) for moment in house.history]
        known = [(at, one) for at, one in zip(times, said, strict=True) if one is not None]
        if known:
            found[name] = (*_thinned(known), (place.at, known[-1][1]))
    yes = place.question.yes
    assert yes is not None
    naive = multiplied_prior(place.curve, claimed[1]) @ yes
    came = [max(at, times[0]) for at in claimed[0]]
    naive_line = list(zip(came, naive.tolist(), strict=True))
    found["naive-sum"] = (*_thinned(naive_line), (place.at, naive_line[-1][1]))
    prior = float(place.curve.opening_cells @ yes)
    found["opening-prior"] = ((times[0], prior), (place.at, prior))
    if found.get("house") == found.get("model"):
        del found["house"]  # nobody but the model has spoken: one line says it
    return found


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out what no eye could see."""
    kept = [points[0]]
    for point in points[1:]:
        if abs(point[1] - kept[-1][1]) > _FINE:
            kept.append(point)
    return kept


def _draw(visit: Visit, drawn: Mapping[str, Points]) -> Pictures:
    """Draw the voices over time, each with a dash and a name of its own."""
    language = visit.language
    names = {name: translate(VOICES[name], language) for name in drawn}
    seen = [amount for line in drawn.values() for _, amount in line]
    first, last = drawn["opening-prior"][0][0], drawn["opening-prior"][-1][0]
    axis: Axis = chance_axis(seen)
    lines = tuple(Line(name, points) for name, points in drawn.items())
    fan = Fan(axis, first, max(last, first + 7), lines, (), (), None)
    label = translate(
        "Chart: what each voice said over time; the table below has the last", language
    )

    def draw() -> Pictures:
        looks = [
            Look(width, int(height * _FLATTER), language, options=names)
            for width, height, _ in SIZES
        ]
        drawings = [to_svg(history_chart(fan, look), label) for look in looks]
        return Pictures(drawings[0], drawings[1], "")

    moved = tuple((name, points[:-1]) for name, points in drawn.items())  # but for how late it is
    return visit.drawings.get(("voices", language, int(last), moved), draw)


def _notes(
    connection: Connection,
    place: Place,
    house: HouseAnswer,
    records: int,
    hidden: str,
    language: str,
) -> dict[str, str]:
    """Say from how many each voice speaks, or why it does not."""
    name = place.question.id
    rows = member_rows(connection, [name], place.at, standing=True)[name]
    forecasters = crowd_answer(place, rows).forecasters if not hidden else 0
    weights = {voice.voice: voice.weight for voice in house.voices}
    shares = translate("weights: model {model}, crowd {crowd}, markets {market}", language)
    counted = translate("{count} records", language).format(count=records)
    nobody = translate("Nobody has forecast it yet.", language)
    crowd = translate("{count} forecasters", language).format(count=forecasters)
    quoted = translate("{count} linked contracts", language).format(count=len(house.quotes))
    return {
        "model": counted,
        "house": hidden
        or house.because
        or shares.format(**{n: format_percent(w, locale=language) for n, w in weights.items()}),
        "crowd": hidden or (crowd if forecasters else nobody),
        "markets": quoted
        if house.quotes
        else translate("No market follows this question.", language),
        "opening-prior": translate("before any record", language),
        "naive-sum": translate("every claim taken at its word", language),
    }


def _words(said: PooledForecast | None, story: Story, language: str) -> dict[str, str]:
    """Write what a voice says, and its interval where it has one."""
    asked, own = story.answer.question, story.answer.forecast
    assert own is not None
    if said is None:
        return {"value": "–", "interval": ""}
    if said.probability is not None:
        is_own = own.probability is not None and abs(own.probability - said.probability) < 1e-9
        ends = [percent(float(end or 0), language) for end in (own.low, own.high)]
        interval = " – ".join(ends) if is_own else ""
        return {"value": percent(said.probability, language), "interval": interval}
    if said.options is not None:
        best = max(said.options, key=said.options.__getitem__)
        titles = {choice.id: in_language(choice.title, language) for choice in asked.choices}
        told = f"{titles.get(best, best)} {percent(said.options[best], language)}"
        return {"value": told, "interval": ""}
    return _middle(said, asked, language)


def _middle(said: PooledForecast, asked: QuestionFormat, language: str) -> dict[str, str]:
    """Write a median with its 90% interval."""
    assert said.quantiles is not None
    beyond = "later or never" if asked.type == "date" else "beyond the range"
    low, median, high = (
        value(said.quantiles[q], language, beyond) for q in ("0.05", "0.5", "0.95")
    )
    return {"value": with_unit(median, asked, language), "interval": f"{low} – {high}"}
