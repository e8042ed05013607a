"""Tests of what a word is worth, against sums by hand, and of how sources met the outcomes."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.evidence import Stance
from forecasts.reliability import Reliability
from forecasts.timeline import Event, Observed, Passed, Retracted
from forecasts.worth import (
    Estimate,
    TrackRecord,
    believed_ratio,
    shared_parameters,
    track_records,
    worth_of_grade,
    worth_of_source,
    worth_of_submitter,
)
from tests.forecasts import building as b
from tests.forecasts.histories import opened, resolved, run
from tests.forecasts.speaking import moved


def theta(deviation: float = 1.0) -> Reliability:
    """Slope .5 for a perfect source; grade B .8; sources spread by .5; one is known."""
    every = np.ones(4)
    return replace(
        b.sure(slope=0.5),
        grades=np.tile([1.0, 0.8, 0.6, 0.4, 0.2, 0.5], (4, 1)),
        source_spread=0.5 * every,
        sources={"agency": deviation * every},
        submitters={"ann": np.log(2) * every},
    )


def left_of(claimed: float, slope: float, trust: float = 0.9) -> float:
    """r p / (1/2) + 1 - r on either side, where p are the odds claimed ** slope as a chance."""
    chance = claimed**slope / (1 + claimed**slope)
    return (trust * 2 * chance + 1 - trust) / (trust * 2 * (1 - chance) + 1 - trust)


def test_the_worth_of_a_source_is_worked_by_hand() -> None:
    """.5 (.8 + .5 x 1) = .65; 3 ** .65 = 2.0423, a chance of .6713, so 1.3083 / .6917 = 1.8916."""
    worth = worth_of_source(theta(), "agency", "B")

    assert worth.slope == Estimate(*[pytest.approx(0.65)] * 3)
    assert worth.chance_negative == 0.0
    assert worth.believed[3.0].median == pytest.approx(1.8916, abs=1e-4)
    assert worth.believed[10.0].median == pytest.approx(left_of(10, 0.65))


def test_a_liars_word_counts_for_its_opposite() -> None:
    """.5 (.8 - .5 x 2) = -.1."""
    worth = worth_of_source(theta(-2.0), "agency", "B")

    assert worth.slope.median == pytest.approx(-0.1)
    assert worth.chance_negative == 1.0
    assert worth.believed[3.0].median == pytest.approx(left_of(3, -0.1))
    assert worth.believed[3.0].median < 1


def test_a_chance_of_lying_is_the_share_of_draws_that_do() -> None:
    half = replace(theta(), sources={"agency": np.array([1.0, 1.0, 1.0, -2.0])})

    assert worth_of_source(half, "agency", "B").chance_negative == 0.25


def test_a_grade_is_worth_what_its_average_source_is() -> None:
    worth = worth_of_grade(theta(), "C")

    assert worth.slope.median == pytest.approx(0.5 * 0.6)
    assert worth.believed[10.0].median == pytest.approx(left_of(10, 0.3))


def test_a_source_that_no_fit_has_met_spreads_as_sources_do() -> None:
    """.5 (.8 + .5 z): the middle 90% of z reach 1.645 either way, so .4 +- .411."""
    many = b.sure(draws=20_000, slope=0.5)
    wide = replace(many, grades=0.8 * many.grades, source_spread=0.5 * np.ones(20_000))
    worth = worth_of_source(wide, "unheard", "B")

    assert worth.slope.median == pytest.approx(0.4, abs=0.01)
    assert worth.slope.low == pytest.approx(0.4 - 0.411, abs=0.02)
    assert worth.slope.high == pytest.approx(0.4 + 0.411, abs=0.02)
    assert worth.chance_negative == pytest.approx(0.0548, abs=0.006)  # z below -1.6


def test_trust_bounds_the_boldest_claim() -> None:
    """One report never lifts the odds above (2 r + 1 - r) / (1 - r): 19 at r = .9."""
    bold = believed_ratio(np.array([1e9]), np.array([0.9]))

    assert bold == pytest.approx(19.0)


def test_the_bias_of_claims_is_taken_off_first() -> None:
    """.65 (ln 3 - ln 1.5) = .65 ln 2: as much as a claim of 2 would be without bias."""
    biased = replace(theta(), claim_bias=np.log(1.5) * np.ones(4))

    assert worth_of_source(biased, "agency", "B").believed[3.0].median == pytest.approx(
        left_of(2, 0.65)
    )


def test_a_loud_source_is_worth_less_where_loudness_is_damped() -> None:
    """.65 x 4 ** -.5."""
    damped = replace(theta(), damping=0.5 * np.ones(4), loudness={"agency": 4.0})

    assert worth_of_source(damped, "agency", "B").slope.median == pytest.approx(0.325)


@pytest.mark.parametrize("bias", [0.0, 0.2])
def test_a_forecast_of_even_odds_moves_by_what_is_told(bias) -> None:
    """The same record, read by the world itself."""
    known = replace(theta(), claim_bias=bias * np.ones(4), submitters={"curator": np.zeros(4)})
    world = b.one_question(*b.plain(probability=0.5, loadings=(0.0, 0.0)), known)
    claim = b.record("r1", Stance("plain", "yes", float(np.log(3))), source="agency", grade="B")
    told = worth_of_source(known, "agency", "B").believed[3.0].median

    assert moved(world, "plain", claim) == pytest.approx(np.log(told), abs=1e-6)


def test_a_submitter_multiplies_by_the_exponent_of_what_was_learned() -> None:
    assert worth_of_submitter(theta(), "ann").median == pytest.approx(2.0)
    assert worth_of_submitter(theta(), "unheard").median == pytest.approx(1.0)  # no spread


def test_shared_parameters_are_told_by_name() -> None:
    shared = shared_parameters(theta())

    assert shared["trust"] == Estimate(*[pytest.approx(0.9)] * 3)
    assert shared["correlation"].median == pytest.approx(0.7)
    assert shared["source_spread"].median == pytest.approx(0.5)
    assert shared["submitter_spread"].median == 0.0
    assert (shared["half_life_report"].median, shared["half_life_rumour"].median) == (365, 90)


def told(name: str, stance: Stance, source: str = "agency", **more: str) -> tuple[Event, float]:
    found = b.record(name, stance, published=b.OPENS + 0.6, source=source, **more)
    return Observed(found), b.OPENS + 0.6


def track(*events: tuple[Event, float]) -> dict[str, TrackRecord]:
    return track_records(run(opened(b.sure()), list(events))[0])


def test_who_said_yes_before_a_yes_was_right() -> None:
    found = track(
        told("r1", Stance("plain", "yes", 1.0)),
        told("r2", Stance("plain", "no", 1.0), "press"),
        resolved("plain", True, b.OPENS + 60),
    )

    assert found == {
        "agency": TrackRecord(frozenset({"r1"}), 1, 1),
        "press": TrackRecord(frozenset({"r2"}), 1, 0),
    }


def test_nothing_is_held_against_what_has_no_outcome_yet() -> None:
    said = told("r1", Stance("plain", "yes", 1.0))

    assert track(said) == {}
    assert track(said, resolved("plain", None, b.OPENS + 60, "annulled")) == {}


def test_a_retracted_record_has_no_track() -> None:
    taken_back = (Retracted("r1"), b.OPENS + 1)
    found = track(
        told("r1", Stance("plain", "yes", 1.0)), taken_back, resolved("plain", True, b.OPENS + 60)
    )

    assert found == {}


@pytest.mark.parametrize(("direction", "right"), [("higher", 1), ("lower", 0)])
def test_numbers_go_by_the_side_of_the_prior_median(direction, right) -> None:
    found = track(
        told("r1", Stance("number", direction, 1.0)),
        resolved("number", 80.0, b.OPENS + 60),
    )

    assert found["agency"] == TrackRecord(frozenset({"r1"}), 1, right)


def test_an_old_rumour_of_a_date_still_pointed_one_way() -> None:
    """Its weight decays towards later cells, but which side it took does not."""
    late = resolved("date", b.LATE, b.OPENS + 243)
    for direction, right in (("later", 1), ("sooner", 0)):
        said = told("r1", Stance("date", direction, 1.0), kind="rumour")

        assert track(said, late)["agency"].right == right


def test_a_missed_deadline_is_an_outcome_on_the_curve_that_it_reads() -> None:
    found = track(
        told("r1", Stance("date", "later", 1.0)),
        resolved("by-early", False, b.OPENS + 91),
        (Passed(), b.OPENS + 92),
    )

    assert found["agency"] == TrackRecord(frozenset({"r1"}), 1, 1)


def test_a_measured_value_is_counted_but_takes_no_side() -> None:
    found = track(
        told("r1", Stance("number", measured=(70.0, 5.0))),
        resolved("number", 80.0, b.OPENS + 60),
    )

    assert found["agency"] == TrackRecord(frozenset({"r1"}), 0, 0)
