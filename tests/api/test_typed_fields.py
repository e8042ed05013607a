"""What is typed into a question's forms becomes a record or a forecast, or is mended."""

from typing import Any

import pytest

from api.pages.evidence_forms import record_of
from api.pages.fields import Typed
from api.pages.forecast_forms import forecast_of, typed_of
from data.banks import bank_directory
from data.banks import load_bank as read_bank

DATE, NUMBER, CHOICE, YES = (
    "deepseek-v5-release-date",
    "deepseek-output-price-2028",
    "lmarena-top-cn-2028",
    "deepseek-v5-by-2028-01-31",
)
FACT = {
    "fact": "Two people said that V5 is planned for the first quarter.",
    "published": "2026-11-23",
    "source": "Reuters",
    "reliability": "B",
    "credibility": "2",
}
SOONER = FACT | {"direction": "sooner", "strength": "strong"}


def asked(name: str) -> Any:
    bank = read_bank(bank_directory())
    return next(question for question in bank.questions if question.id == name)


@pytest.mark.parametrize(
    ("fields", "stance"),
    [
        ({"direction": "yes", "strength": "weak"}, {"direction": "yes", "strength": "weak"}),
        (
            {"direction": "later", "likelihood_ratio": "１２．５"},
            {"direction": "later", "likelihood_ratio": 12.5},
        ),
        (
            {"direction": "no", "stated": "40%", "before": "25"},
            {"direction": "no", "source_probability": {"stated": 0.4, "before": 0.25}},
        ),
        (
            {"choice": "alibaba", "strength": "moderate"},
            {"direction": "toward", "choice": "alibaba", "strength": "moderate"},
        ),
        ({"value": "1,234.5", "spread": ".5"}, {"measured": {"value": 1234.5, "spread": 0.5}}),
        ({"at_least": "3"}, {"bound": {"at_least": 3.0}}),
        (
            {
                "direction": "yes window",
                "first": "2027-01-01",
                "last": "2027-03-31",
                "strength": "weak",
            },
            {
                "direction": "yes",
                "strength": "weak",
                "window": {"first": "2027-01-01", "last": "2027-03-31"},
            },
        ),
    ],
)
def test_every_way_of_saying_it_becomes_the_records_stance(fields, stance):
    typed = Typed(FACT | fields, "en")
    record = record_of(typed, DATE)

    assert typed.errors == {}
    assert record is not None
    said = record.stances[0].model_dump(mode="json", exclude_none=True)
    assert said == {"question": DATE, **stance}
    assert (record.source, record.grade) == ("reuters", "B2")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"strength": "weak"}, {"direction", "choice"}),
        ({"direction": "sooner"}, {"strength"}),
        ({"direction": "sooner", "strength": "weak", "likelihood_ratio": "2"}, {"strength"}),
        ({"direction": "sooner", "likelihood_ratio": "twice"}, {"likelihood_ratio"}),
        ({"direction": "sooner", "likelihood_ratio": "-2"}, {"likelihood_ratio"}),
        ({"direction": "yes", "stated": "40"}, {"before"}),
        ({"direction": "yes", "stated": "140", "before": "20"}, {"stated"}),
        ({"direction": "higher", "value": "3", "spread": "1"}, {"direction"}),
        ({"value": "3"}, {"spread"}),
        ({"value": "3", "spread": "0"}, {"spread"}),
        ({"at_least": "1", "at_most": "2"}, {"strength", "at_least"}),
        ({"first": "2027-01-01", "strength": "weak", "direction": "sooner"}, {"direction"}),
        ({"direction": "sooner", "strength": "huge"}, {"strength"}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(fields, wrong):
    typed = Typed(FACT | fields, "en")

    assert record_of(typed, DATE) is None
    assert set(typed.errors) == wrong


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"fact": " "}, {"fact"}),
        ({"fact": "x" * 10_001}, {"fact"}),
        ({"fact": "", "fact_ja": "日本語だけ"}, {"fact"}),
        ({"published": "last week"}, {"published"}),
        ({"source": "Reuters & co"}, {"source"}),
        ({"url": "reuters.com"}, {"url"}),
        ({"note_ja": "注"}, {"note"}),
        ({"observed": "2026-13-01"}, {"observed"}),
        ({"origin": "?"}, {"origin"}),
    ],
)
def test_what_is_wrong_with_a_fact_is_said_beside_its_field(changed, wrong):
    typed = Typed(SOONER | changed, "ja")

    assert record_of(typed, DATE) is None
    assert set(typed.errors) == wrong
    assert all(
        ord(words[0]) > 0x2E7F or "2025" in words or "https" in words or "10,000" in words
        for words in typed.errors.values()
    )


@pytest.mark.parametrize(
    ("question", "fields", "stated"),
    [
        (YES, {"probability": "62.5"}, {"probability": 0.625}),
        (NUMBER, {"q10": "0.4", "q90": "3"}, {"quantiles": {"10": 0.4, "90": 3.0}}),
        (DATE, {"q50": "2027-06-01"}, {"quantiles": {"50": "2027-06-01"}}),
        (DATE, {"day1": "2027-06-01", "chance1": "40"}, {"by": {"2027-06-01": 0.4}}),
    ],
)
def test_a_forecast_is_read_from_its_form_and_put_back_into_it(question, fields, stated):
    forecast = forecast_of(Typed(fields, "en"), asked(question))

    assert forecast is not None
    said = forecast.model_dump(mode="json", exclude_none=True)
    assert said == {"question": question, **stated}
    assert {n: v for n, v in typed_of(said).items() if v} == fields


@pytest.mark.parametrize(
    ("question", "fields", "wrong"),
    [
        (YES, {}, {"probability"}),
        (YES, {"probability": "0"}, {"probability"}),
        (YES, {"probability": "many"}, {"probability"}),
        (NUMBER, {}, {""}),
        (NUMBER, {"q50": "x"}, {"q50"}),
        (DATE, {"day1": "2027-06-01"}, {"chance1"}),
        (DATE, {"q50": "2027-06-01", "day1": "2027-06-01", "chance1": "40"}, {""}),
        (CHOICE, {}, {""}),
        (CHOICE, {"p.alibaba": "x"}, {"p.alibaba"}),
    ],
)
def test_what_is_wrong_with_a_forecast_is_said_beside_its_field(question, fields, wrong):
    typed = Typed(fields, "en")

    assert forecast_of(typed, asked(question)) is None
    assert set(typed.errors) == wrong
