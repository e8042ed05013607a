"""What a word is worth, drawn and in words: what the pages of sources share."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.language import translate
from api.pages.intervals import Bars, believed, draw_bars
from api.pages.wording import Wording, wording
from api.source_answers import (
    EstimateAnswer,
    EstimatePair,
    GradeAnswer,
    ReliabilityAnswer,
    SourceName,
)
from api.words import day_in_words, in_language, percent, ratio_in_words, value
from data.formats.banks import WorldFormat
from data.tables import WORLDS
from forecasts.worth import CLAIMED_RATIOS

#: The claim that is drawn and told first: it would triple the odds.
TRIPLE = CLAIMED_RATIOS[0]
SOURCE_KINDS = {
    "actor": "party concerned",
    "public_body": "public body",
    "press": "press",
    "tracker": "tracker of data",
    "research": "research",
    "other": "other",
}
#: The letters of the Admiralty code.
GRADE_MEANINGS = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}


@dataclass(frozen=True, slots=True)
class WorthLine:
    """What is left of a claim, drawn and in words."""

    grade: str
    meaning: str
    records: int
    bars: Bars
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """A quantity before and after learning, in words."""

    name: str
    before: str
    after: str


def left_of_triple(name: SourceName, line: GradeAnswer, language: str) -> str:
    """Say what is left of a claim that would triple the odds."""
    before, after = believed(line, TRIPLE)
    words = translate(
        "Of a claim that would triple the odds, a report by {source} (grade {grade}) is taken as "
        "multiplying them by {ratio} (90% interval: {low}–{high}): a chance of 50% becomes "
        "{reached}, where the claim alone would make it {claimed}.",
        language,
    )
    found = after or before
    return words.format(
        source=in_language(name.title, language),
        grade=line.grade,
        ratio=ratio_in_words(found.median, language),
        low=ratio_in_words(found.low, language),
        high=ratio_in_words(found.high, language),
        reached=percent(found.median / (1 + found.median), language),
        claimed=percent(TRIPLE / (1 + TRIPLE), language),
    )


def learned_of(found: ReliabilityAnswer, language: str) -> str:
    """Say when something was learned, or that nothing was yet."""
    if found.fit is None:
        return translate(
            "Nothing has been learned yet: no fit has landed, so every number is what the grade "
            "alone suggests. Sources of one grade differ only by the luck of the draws.",
            language,
        )
    day = day_in_words(found.fit.landed_at[:10], language)
    words = translate("Learned from known outcomes by the fit that landed on {day}.", language)
    return words.format(day=day)


def worth_line(line: GradeAnswer, claimed: float, language: str) -> WorthLine:
    """Draw what is left of a claim, and say it."""
    before, after = believed(line, claimed)
    return WorthLine(
        grade=line.grade,
        meaning=translate(GRADE_MEANINGS[line.grade], language),
        records=line.records,
        bars=draw_bars(line, claimed),
        before=ratio_of(before, language),
        after=ratio_of(after, language) if after else "",
    )


def pair_line(name: str, pair: EstimatePair, language: str) -> PairLine:
    """Write a quantity before and after learning."""
    after = interval_of(pair.after, language) if pair.after else ""
    return PairLine(name, interval_of(pair.before, language), after)


def ratio_of(found: EstimateAnswer, language: str) -> str:
    """Write a factor with its interval."""
    median, low, high = (
        ratio_in_words(end, language) for end in (found.median, found.low, found.high)
    )
    return f"×{median} ({low}–{high})"


def interval_of(found: EstimateAnswer, language: str) -> str:
    """Write a quantity with its interval; alone where nothing is unsure about it."""
    median, low, high = (
        value(round(end, 2) + 0.0, language).replace("-", "\N{MINUS SIGN}")  # + 0: no minus zero
        for end in (found.median, found.low, found.high)
    )
    return median if low == high else f"{median} ({low} – {high})"


def kind_of(name: SourceName, language: str) -> str:
    """Say what kind of source it is, where a bank says so."""
    return translate(SOURCE_KINDS[name.kind], language) if name.kind else ""


def world_titles(connection: Connection, language: str) -> dict[str, Wording]:
    """Read what the worlds are called."""
    rows = connection.execute(select(WORLDS.c.id, WORLDS.c.body).order_by(WORLDS.c.seq))
    return {
        row.id: wording(WorldFormat.model_validate_json(row.body).title, language) for row in rows
    }
