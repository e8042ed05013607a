"""Tests of written forms: what cannot mean anything is refused, with the reason."""

from typing import Any

import pytest
from pydantic import ValidationError

from data.formats.evidence import StanceFormat
from data.formats.resolutions import ResolutionFormat
from tests.data import writing as w

STANCES: list[tuple[dict[str, Any], str]] = [
    ({"direction": "yes"}, "give exactly one of strength"),
    ({"direction": "yes", "strength": "weak", "likelihood_ratio": 2}, "give exactly one of"),
    ({"strength": "weak"}, "`direction` goes with strength"),
    ({"direction": "higher", "measured": {"value": 1, "spread": 1}}, "`direction` goes with"),
    ({"direction": "toward", "strength": "weak"}, "`choice` goes with direction toward"),
    ({"direction": "yes", "choice": "red", "strength": "weak"}, "`choice` goes with"),
    ({"bound": {}}, "exactly one of `at_least` and `at_most`"),
    ({"bound": {"at_least": 1, "at_most": 2}}, "exactly one of `at_least` and `at_most`"),
    ({"measured": {"value": 1, "spread": 0}}, "greater than 0"),
    (
        {
            "direction": "yes",
            "strength": "weak",
            "window": {"first": "2025-02-01", "last": "2025-01-01"},
        },
        "the window ends on 2025-01-01, before it begins",
    ),
]


@pytest.mark.parametrize(("said", "reason"), STANCES)
def test_a_stance_that_says_too_little_or_too_much_is_refused(
    said: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        StanceFormat.model_validate({"question": "plain", **said})


def test_two_stances_on_one_question_are_refused_but_not_on_two_options() -> None:
    yes = {"question": "plain", "direction": "yes", "strength": "weak"}
    toward = {"question": "plain", "direction": "toward", "strength": "weak"}

    with pytest.raises(ValidationError, match="two stances on one question"):
        w.record(yes, yes)
    assert len(w.record({**toward, "choice": "red"}, {**toward, "choice": "green"}).stances) == 2


CHOICES = [{"id": name, "title": w.WORDS} for name in ("red", "green")]
RANGE = {"min": 1, "max": 9, "unit": w.WORDS}
QUESTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("binary", {"opens": "2025-12-31", "prior": {"probability": 0.5}}, "opens < closes"),
    ("binary", {"choices": CHOICES, "prior": {"probability": 0.5}}, "`choices` .two or more"),
    ("multiple_choice", {"prior": {"probability": 0.5}}, "`choices` .two or more"),
    ("numeric", {"prior": {"quantiles": {"50": 3}}}, "`range` belongs to type numeric"),
    ("date", {"event": True, "prior": {"quantiles": {"50": "2025-05-01"}}}, "are for type binary"),
    ("binary", {}, "give `prior`, or `derived_from`"),
    ("binary", {"derived_from": {"question": "other"}}, "exactly one of `by` and `at_least`"),
    ("binary", {"prior": {}}, "gives `probability` or `base_rate`: keep one"),
    (
        "binary",
        {"prior": {"probability": 0.5, "base_rate": {"happened": 1, "of": 2}}},
        "gives `probability` or `base_rate`: keep one",
    ),
    (
        "binary",
        {"prior": {"probability": 0.5, "quantiles": {"50": 3}}},
        "gives `probability` or `base_rate`: keep one",
    ),
    (
        "binary",
        {"prior": {"base_rate": {"happened": 3, "of": 2}}},
        "`happened` may be at most `of`: mend either",
    ),
    ("binary", {"prior": {"base_rate": {"happened": 0, "of": 0}}}, "greater than 0"),
    ("binary", {"prior": {"base_rate": {"happened": -1, "of": 2}}}, "greater than or equal to 0"),
    ("binary", {"prior": {"base_rate": {"happened": True, "of": 2}}}, "valid integer"),
    ("binary", {"prior": {"base_rate": {"happened": 1.5, "of": 2}}}, "valid integer"),
    ("date", {"prior": {"base_rate": {"happened": 1, "of": 2}}}, "type date gives `quantiles`"),
    (
        "numeric",
        {
            "range": RANGE,
            "prior": {"quantiles": {"10": 2, "50": 3, "90": 4}, "reference_class_id": "prices"},
        },
        "`reference_class_id` is not for type numeric: leave it out",
    ),
    (
        "multiple_choice",
        {
            "choices": CHOICES,
            "prior": {"probabilities": {"red": 0.5, "green": 0.5}, "reference_class_id": "hues"},
        },
        "`reference_class_id` is not for type multiple_choice: leave it out",
    ),
    ("binary", {"prior": {"probability": 0.5, "reference_class_id": "A b"}}, "match pattern"),
    ("date", {"prior": {"probability": 0.5}}, "type date gives `quantiles`"),
    (
        "multiple_choice",
        {"choices": CHOICES, "prior": {"probabilities": {"red": 0.5}}},
        "must name every choice once",
    ),
    (
        "multiple_choice",
        {"choices": CHOICES, "prior": {"probabilities": {"red": 0.5, "green": 0.4}}},
        "sum to 0.9, not 1",
    ),
    ("date", {"prior": {"quantiles": {"50": 3}, "after_close": 0.1}}, "must be days"),
    ("date", {"prior": {"quantiles": {"50": "2025-05-01"}}}, "a date needs at least two"),
    (
        "numeric",
        {"range": RANGE, "prior": {"quantiles": {"10": "2025-05-01"}}},
        "must be numbers",
    ),
    ("numeric", {"range": RANGE, "prior": {"quantiles": {"50": 3}}}, "given at 10, 50 and 90"),
    (
        "numeric",
        {"range": RANGE, "prior": {"quantiles": {"10": 3, "50": 3, "90": 4}}},
        "must rise: 3.0, 3.0, 4.0",
    ),
    ("numeric", {"range": {**RANGE, "max": 1}}, "min 1.0 must be below max 1.0"),
    ("numeric", {"range": {**RANGE, "min": 0, "scale": "log"}}, "a log scale needs min above 0"),
    (
        "binary",
        {"prior": {"probability": 0.5}, "loadings": [{**w.LOADING, "choice": "red"}]},
        "`choice` is for multiple choice only",
    ),
    (
        "multiple_choice",
        {
            "choices": CHOICES,
            "prior": {"probabilities": {"red": 0.5, "green": 0.5}},
            "loadings": [w.LOADING],
        },
        "`choice` must be one of",
    ),
]


@pytest.mark.parametrize(("kind", "more", "reason"), QUESTIONS)
def test_a_question_whose_parts_do_not_fit_is_refused(
    kind: str, more: dict[str, Any], reason: str
) -> None:
    if "prior" in more:
        more = {**more, "prior": {**w.PRIOR, **more["prior"]}}

    with pytest.raises(ValidationError, match=reason):
        w.question("some", kind, **more)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "`outcome` goes with status resolved"),
        ({"outcome": True, "status": "annulled"}, "`outcome` goes with status resolved"),
        ({"outcome": True, "known_by": "2025-04-30"}, "known_by 2025-04-30 is before"),
    ],
)
def test_an_outcome_that_does_not_hold_together_is_refused(
    more: dict[str, Any], reason: str
) -> None:
    days = {"resolved_at": "2025-05-01", "known_by": "2025-05-01"}

    with pytest.raises(ValidationError, match=reason):
        ResolutionFormat.model_validate({"question": "plain", "basis": w.WORDS, **days, **more})
