"""The page of calibration: do forecasts come true as often as they say, and how sure is that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.language import translate
from api.pages.calibration_looks import Looked
from api.pages.calibration_pictures import Picture, draw_picture
from api.pages.calibration_wishes import PEOPLE, SIDES, TYPES_ASKED, Wishes
from api.pages.calibration_words import (
    Told,
    answer,
    money_in_words,
    money_words,
    parts_told,
    pit_words,
    slope_words,
    verdict,
)
from api.pages.drawing import Drawings
from api.pages.wording import TYPES
from api.words import percent
from forecasts.calibration import count_in_bins
from forecasts.calibration_reports import YesNoReport
from forecasts.judged_tables import JudgedTable
from forecasts.reports.quarters import quarter_of

VOICES = {
    "model": "Model",
    "crowd": "Crowd",
    "market": "Markets",
    "house": "House: model, crowd and markets as one",
    "prior": "Opening prior",
    "naive": "Naive sum of the evidence",
    PEOPLE: "People and bots",
    "person": "People",
    "bot": "Bots",
    "curator": "Curators",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class BinLine:
    """Forecasts of one tenth: how many, how many came true, and the share beside the forecast."""

    of: str
    count: int
    yes: int
    mean: str
    share: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group beside the others."""

    id: str
    name: str
    address: str
    count: int
    brier: str
    mcb: str
    null: str
    money: str
    verdict: str


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    """All that there is to say; `yes_no` parts are empty where there is no yes or no."""

    who: str
    lists: tuple[tuple[str, str, tuple[Option, ...]], ...]
    short: str
    sure: str
    retrospective: bool
    is_few: bool
    picture: Picture | None
    slopes: tuple[Told, ...]
    bins: tuple[BinLine, ...]
    parts: tuple[Told, ...]
    money: Picture | None
    money_says: str
    pit: Picture | None
    pit_says: str
    sides: tuple[Option, ...]
    side: str
    groups: tuple[GroupLine, ...]


def calibration_page(
    looked: Looked,
    everybody: JudgedTable,
    wishes: Wishes,
    drawings: Drawings,
    key: tuple[Any, ...],
    topics: Mapping[str, str],
    language: str,
) -> CalibrationPage:
    """Give the page.

    Args:
        topics: titles of worlds and drivers.
        key: of what was looked at; the same as long as the numbers are.
    """
    report, pit = looked.yes_no, looked.pit
    short, sure = answer(report, pit, _means(looked), language)

    def picture(name: str) -> Picture:
        return drawings.get(
            (*key, "picture", name, language), lambda: draw_picture(looked, name, wishes, language)
        )

    slopes = slope_words(report, language) if report else None
    return CalibrationPage(
        who=_who(wishes.who, language),
        lists=_lists(wishes, everybody, topics, language),
        short=short,
        sure=sure,
        retrospective=looked.is_retrospective,
        is_few=slopes is not None,
        picture=picture("posterior" if slopes else "corp") if report else None,
        slopes=slopes or (),
        bins=_bins(looked, language) if report else (),
        parts=parts_told(report, language) if report else (),
        money=picture("money") if report and report.e_value is not None else None,
        money_says=money_words(report, language) if report else "",
        pit=picture("pit") if pit else None,
        pit_says=pit_words(pit, language) if pit else "",
        sides=tuple(
            Option(_address(replace(wishes, by=side)), _side(side, language), side == wishes.by)
            for side in SIDES
        ),
        side=_side(wishes.by, language),
        groups=tuple(_group(one, wishes, topics, language) for one in looked.groups),
    )


def _means(looked: Looked) -> tuple[float, float]:
    """Give the mean forecast, and the share that came true; 0 where there are none."""
    count = max(1, len(looked.stated))
    return float(sum(looked.stated)) / count, float(sum(looked.came)) / count


def _bins(looked: Looked, language: str) -> tuple[BinLine, ...]:
    """Count forecasts by tenths."""
    bins = count_in_bins(looked.stated, looked.came)
    columns = (bins.count, bins.yes, bins.mean_probability, bins.observed)
    rows = zip(bins.edges[:-1], bins.edges[1:], *columns, strict=True)
    return tuple(
        BinLine(
            of=f"{low:.0%} – {high:.0%}",
            count=int(count),
            yes=int(yes),
            mean=percent(float(mean), language),
            share=f"{share:.0%}",
        )
        for low, high, count, yes, mean, share in rows
        if count
    )


def _group(
    one: tuple[str, int, YesNoReport | None],
    wishes: Wishes,
    topics: Mapping[str, str],
    language: str,
) -> GroupLine:
    """Give one group's line."""
    name, count, report = one
    assert report is not None
    field = {"kind": "who", "forecaster": "who", "type": "type_"}.get(wishes.by, wishes.by)
    named: Mapping[str, str] = {"kind": VOICES, "type": TYPES, "topic": topics}.get(wishes.by, {})
    return GroupLine(
        id=name,
        name=translate(named.get(name, name), language),
        address=_address(replace(wishes, **{field: name})),
        count=count,
        brier=f"{report.brier:.3f}",
        mcb=f"{report.miscalibration:.3f}",
        null=f"{report.null.mean:.3f}",
        money="–" if report.e_value is None else money_in_words(report.e_value, language),
        verdict=_short_verdict(verdict(report), language),
    )


def _short_verdict(word: str, language: str) -> str:
    """Say a verdict in a few words."""
    words = {
        "off": "not calibrated",
        "signs": "signs against it",
        "few": "too early to tell",
        "fine": "nothing against it",
    }
    return translate(words[word], language)


def _who(who: str, language: str) -> str:
    """Name whose forecasts are shown."""
    return translate(VOICES.get(who, who), language)


def _side(side: str, language: str) -> str:
    """Name what is set side by side."""
    words = {
        "kind": "voice",
        "forecaster": "forecaster",
        "type": "question type",
        "topic": "topic",
        "period": "period",
    }
    return translate(words[side], language)


def _lists(
    wishes: Wishes, everybody: JudgedTable, names: Mapping[str, str], language: str
) -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
    """Give the lists of the form: name, label and choices."""
    every = translate("all", language)
    people = [
        name
        for name, kind in zip(everybody.forecasters, everybody.kinds, strict=True)
        if kind in ("person", "bot", "curator")
    ]
    others = [*people, *([] if wishes.who in (*VOICES, *people) else [wishes.who])]
    who = [(name, translate(label, language)) for name, label in VOICES.items()]
    topics = sorted({topic for facts in everybody.questions for topic in facts.topics})
    quarters = sorted({quarter_of(facts.known).name for facts in everybody.questions}, reverse=True)
    years = sorted({name[:4] for name in quarters}, reverse=True)
    moments = [
        ("first", translate("first forecast", language)),
        ("midway", translate("halfway through the window", language)),
    ]
    lists = (
        ("who", "Whose forecasts", [*who, *((name, name) for name in others)], wishes.who),
        (
            "type",
            "Type of question",
            [("", every), *((one, translate(TYPES[one], language)) for one in TYPES_ASKED)],
            wishes.type_,
        ),
        (
            "topic",
            "Topic",
            [("", every), *((one, names.get(one, one)) for one in topics)],
            wishes.topic,
        ),
        (
            "period",
            "Outcome known in",
            [("all", every), *((one, one) for one in (*years, *quarters))],
            wishes.period,
        ),
        ("moment", "Which forecast counts", moments, wishes.moment),
    )
    return tuple(
        (
            name,
            translate(label, language),
            tuple(Option(value, words, value == chosen) for value, words in choices),
        )
        for name, label, choices, chosen in lists
    )


def _address(wishes: Wishes) -> str:
    """Give the address of the page for wishes."""
    return f"/calibration?{wishes.query}"
