"""Forecasts in words: what moved is seen to have moved, what did not says since when, in units."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from api.answers import ForecastAnswer, OptionForecast, forecast_answer
from api.comparisons import chances_apart, told_apart
from api.words import WORTH_SAYING
from data.facts import read_question
from data.standing import history_steps
from tests.api.asking import RECORD, set_clock
from tests.api.shown import page
from tests.conftest import NOW

NUMBER, DATE, CHOICE, CHANCE = (
    "deepseek-output-price-2028",
    "deepseek-v5-release-date",
    "lmarena-top-cn-2028",
    "eu-six-member-state-bans-2028",
)
UNIT = {"en": "USD per 1M output tokens", "ja": "米ドル(出力100万トークン当たり)"}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.62, 0.41, ("62%", "41%")),
        (0.851, 0.848, ("85.1%", "84.8%")),
        (0.99991, 0.99992, ("99.991%", "99.992%")),
        (0.5, 0.5, ("50%", "50%")),
    ],
)
def test_two_chances_have_as_few_digits_as_show_that_they_differ(before, after, words):
    assert chances_apart(before, after, "en") == words


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_movement_of_the_bank_that_is_worth_a_word_looks_like_none(shared_instance, language):
    alike = []
    with shared_instance.database.read() as connection:
        for question in (CHOICE.replace("2028", "end-2025"), "alibaba-capex-raise-2025", NUMBER):
            _, written = read_question(connection, question)
            steps = history_steps(connection, question, 1_000)
            answers = [forecast_answer(step.at, step.body) for step in steps]
            for old, new, step in zip(answers, answers[1:], steps[1:], strict=False):
                if abs(step.bits) >= WORTH_SAYING:
                    before, after = told_apart(old, new, written, language)
                    alike += [(question, before)] if before == after else []

    assert alike == []


def test_of_options_that_look_the_same_the_one_that_moved_most_is_told(shared_instance):
    with shared_instance.database.read() as connection:
        _, written = read_question(connection, CHOICE)
    first, second, third = (choice.id for choice in written.choices[:3])

    def said(*chances: float) -> ForecastAnswer:
        options = tuple(
            OptionForecast(option=name, probability=chance, low=0.0, high=1.0)
            for name, chance in zip((first, second, third), chances, strict=True)
        )
        return ForecastAnswer(
            at="2026-11-23T18:00:00Z", options=options, monte_carlo_error=0.0, effective_draws=1.0
        )

    title = written.choices[2].title.en
    before, after = told_apart(said(0.85, 0.14, 0.01), said(0.85, 0.13, 0.02), written, "en")

    assert (before, after) == (f"{title} 1.0%", f"{title} 2%")


@pytest.mark.parametrize(
    ("question", "language", "sentence"),
    [
        (CHANCE, "en", "It opened on November 23, 2026, and no evidence has moved it yet"),
        (CHANCE, "ja", "2026年11月23日に開始。まだどの証拠も動かしておらず"),
        (NUMBER, "en", "It opened on November 23, 2026, and no evidence has moved it yet"),
    ],
)
def test_what_never_moved_says_when_it_opened_and_that_nothing_moved_it(
    reader, question, language, sentence
):
    shown = page(reader, f"/questions/{question}", language)

    assert sentence in shown.text


@pytest.fixture
def later(instance, client):
    """Give a client some days later, when nothing but time has passed."""
    set_clock(instance, NOW + timedelta(days=6))
    instance.let_time_pass()
    return client


def test_a_chart_that_nothing_moved_says_so_on_its_line(later):
    shown = page(later, f"/questions/{CHANCE}")
    drawn = later.get(f"/questions/{CHANCE}").text

    assert drawn.count(">no evidence has moved it yet<") == 2  # wide and narrow
    assert "A marker is a record" not in shown.text  # there is none to be explained
    assert "Every record that moves it will stand on the line" in shown.text


def test_a_record_takes_that_word_back(later, key):
    record = {**RECORD, "grade": "A1", "kind": "fact"}
    told = later.post("/api/v1/evidence", json=record, headers=key("forecaster")).json()
    question = record["stances"][0]["question"]
    shown = page(later, f"/questions/{question}")

    assert any(abs(moved["bits"]) >= WORTH_SAYING for moved in told["movements"])
    assert "no evidence has moved it" not in shown.text and "No evidence has" not in shown.text
    assert "A marker is a record" in shown.text
    assert "points since it opened" in shown.text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_number_has_its_unit_wherever_its_forecast_stands(reader, language):
    unit, named = UNIT[language], f"/questions/{NUMBER}"
    badge = reader.get(f"/badges{named}.json?lang={language}").json()["message"]
    picture = reader.get(f"/badges{named}.svg?lang={language}").text
    (large,) = page(reader, named, language).all("span", **{"class": "unit"})

    assert large and unit in badge
    assert unit in ET.fromstring(picture).attrib["aria-label"]
    for path in (named, f"/embed{named}", "/questions?type=numeric&status=open", "/", "/what-if"):
        assert unit in page(reader, path, language).text, path


def test_the_chance_of_a_day_that_mostly_never_comes_says_of_what_it_is(reader):
    forecast = reader.get(f"/api/v1/questions/{DATE}").json()["forecast"]
    question = "r2-named-release-date" if forecast["median"] else DATE
    badge = reader.get(f"/badges/questions/{question}.json").json()["message"]

    assert "later than" in badge and "or never" in badge


def test_voices_that_say_the_same_need_no_chart_until_somebody_says_something_else(later, key):
    before = later.get(f"/questions/{CHANCE}").text
    said = {"question": CHANCE, "probability": 0.9}
    answer = later.post("/api/v1/forecasts", json=said, headers=key("forecaster"))
    after = later.get(f"/questions/{CHANCE}").text
    voices = [
        text[text.index('id="voices"') : text.index('id="evidence"')] for text in (before, after)
    ]

    assert answer.status_code == 201
    assert ["<figure" in part for part in voices] == [False, True]
    assert [part.count('class="stroke"') > 0 for part in voices] == [False, True]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_charts_of_a_number_say_their_unit(later, language):
    answer = later.get(f"/questions/{NUMBER}", headers={"Accept-Language": language}).text
    captions = [part.partition("</figcaption>")[0] for part in answer.split("<figcaption>")[1:]]

    assert len(captions) == 2 and all(UNIT[language] in caption for caption in captions)
