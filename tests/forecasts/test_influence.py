"""Tests of what evidence may and may not do, by search: null, copies, order, bounds, monotony."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.distributions import forecast_all
from forecasts.evidence import Record, Stance
from forecasts.worlds import (
    observe,
    retract,
)
from tests.forecasts import building as b
from tests.forecasts.speaking import after, likelihoods, moved, said

FULL = b.full_world()
NEWCOMERS = b.full_world(established=False)
BINARY = ("plain", "event", "by-early", "by-late", "at-least-60")
instants = st.floats(b.OPENS - 89, b.OPENS + 400)
weights = st.floats(0, 4.5)
stances = st.one_of(
    st.builds(Stance, st.sampled_from(BINARY), st.sampled_from(["yes", "no"]), weights),
    st.builds(Stance, st.just("date"), st.sampled_from(["sooner", "later"]), weights),
    st.builds(
        lambda direction, weight, start, length: Stance(
            "date", direction, weight, window=(start, start + length)
        ),
        st.sampled_from(["yes", "no"]),
        weights,
        st.integers(0, 300).map(lambda day: b.OPENS + day),
        st.integers(1, 64).map(float),
    ),
    st.builds(Stance, st.just("number"), st.sampled_from(["higher", "lower"]), weights),
    st.builds(
        lambda value, spread: Stance("number", measured=(value, spread)),
        st.floats(-50, 150),
        st.floats(0.1, 50),
    ),
    st.builds(lambda low: Stance("number", bound=(low, np.inf)), st.floats(-10, 110)),
    st.builds(lambda high: Stance("number", bound=(-np.inf, high)), st.floats(-10, 110)),
    st.builds(
        lambda option, weight: Stance("choice", "toward", weight, choice=option),
        st.integers(0, 2),
        st.floats(-4.5, 4.5),
    ),
)


@st.composite
def records(draw: st.DrawFn, most: int = 5) -> list[Record]:
    several = draw(st.lists(stances, min_size=1, max_size=most))
    return [
        b.record(
            f"r{place}",
            stance,
            published=draw(instants),
            submitter=draw(st.sampled_from(["curator", "ann", "bob"])),
            grade=draw(st.sampled_from("ABCDEF")),
            kind=draw(st.sampled_from(["fact", "report", "rumour"])),
            origin=draw(st.sampled_from(["o", "p"])),
            source=draw(st.sampled_from(["agency", "press"])),
        )
        for place, stance in enumerate(several)
    ]


@given(records())
def test_forecasts_are_distributions_whatever_is_said(taken: list[Record]) -> None:
    for forecast in forecast_all(after(FULL, *taken)).values():
        assert np.all(np.isfinite(forecast.cells)) and np.all(forecast.cells >= 0)
        assert forecast.cells.sum() == pytest.approx(1)
        assert np.isfinite(forecast.monte_carlo_error) and forecast.effective_draws >= 1
        if forecast.probability is not None:
            assert 0 <= forecast.probability <= 1


@given(records(most=4), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(taken: list[Record], random: object) -> None:
    shuffled = list(taken)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = after(FULL, *taken), after(FULL, *shuffled)

    assert likelihoods(one) == likelihoods(other)
    if one.moves == other.moves == 0:
        assert all(np.array_equal(one.terms[name], other.terms[name]) for name in one.terms)


@given(records())
def test_an_exact_copy_adds_nothing(taken: list[Record]) -> None:
    world = after(FULL, *taken)

    copied = after(world, *(replace(record, id=f"{record.id}-copy") for record in taken))

    assert likelihoods(copied) == likelihoods(world)


@given(records(), st.sampled_from(["no", "yes"]), instants, st.sampled_from(["curator", "ann"]))
def test_a_null_record_adds_nothing(
    taken: list[Record], direction: str, published: float, submitter: str
) -> None:
    world = after(FULL, *taken)
    said_nothing = tuple(
        Stance(question, direction if question != "date" else "sooner", 0.0)  # type: ignore[arg-type]
        for question in (*BINARY, "date")
    )

    record = b.record(
        "null", *said_nothing, published=published, submitter=submitter, origin="o", grade="A"
    )

    assert likelihoods(observe(world, record)) == likelihoods(world)


@given(records())
def test_retracting_a_record_gives_the_forecast_back_to_the_last_bit(taken: list[Record]) -> None:
    world = after(FULL, *taken[1:])
    with_it = observe(world, taken[0])
    if with_it.moves:
        return

    without = retract(with_it, taken[0].id)

    assert likelihoods(without) == likelihoods(world)
    assert np.array_equal(without.weights, world.weights)


def test_retracting_what_was_never_there_changes_nothing() -> None:
    assert likelihoods(retract(FULL, "nothing")) == likelihoods(FULL)


SURE = b.full_world(b.sure())


@given(weight=st.floats(0.05, 4.4), more=st.floats(0.05, 4.0), kind=st.sampled_from(BINARY))
@settings(max_examples=25)
def test_a_stronger_record_moves_further(weight: float, more: float, kind: str) -> None:
    weak = moved(SURE, kind, said("r", kind, weight=weight))
    strong = moved(SURE, kind, said("r", kind, weight=min(weight + more, 4.5)))

    assert 0 < weak < strong
    assert moved(SURE, kind, said("r", kind, "no", weight)) < 0


@given(first=st.floats(0.2, 4.5), share=st.floats(0.05, 1.0), kind=st.sampled_from(BINARY))
@settings(max_examples=25)
def test_a_near_copy_adds_less_than_the_first_and_never_weakens(
    first: float, share: float, kind: str
) -> None:
    record = said("a", kind, weight=first, origin="o")
    near = said("b", kind, weight=first * share, origin="o")

    alone, both = moved(SURE, kind, record), moved(SURE, kind, record, near)

    assert -1e-9 <= both - alone < alone


@pytest.mark.parametrize("count", [1, 2, 40])
def test_one_origin_never_moves_a_question_past_its_trust(count: int) -> None:
    """r = .9 under half and half: at most .95, log-odds ln(.95 / .05) = 2.944."""
    world = b.one_question(*b.plain(loadings=(0.0, 0.0)))
    taken = [said(f"r{place}", weight=4.5, origin="o") for place in range(count)]

    reached = moved(world, "plain", *taken)

    assert reached <= np.log(0.95 / 0.05) + 1e-9
    assert reached == pytest.approx(np.log(0.95 / 0.05), abs=0.25)  # S of 4.5 nats comes close


def test_two_origins_move_further_than_one_may() -> None:
    world = b.one_question(*b.plain(loadings=(0.0, 0.0)))

    assert moved(world, "plain", said("a", weight=4.5), said("b", weight=4.5)) > np.log(19)


NEWS = st.lists(st.tuples(st.sampled_from(["yes", "no"]), weights), min_size=1, max_size=12)


@given(news=NEWS, kind=st.sampled_from(["plain", "event"]))
@settings(max_examples=25)
def test_newcomers_together_never_move_a_question_beyond_their_bound(
    news: list[tuple[str, float]], kind: str
) -> None:
    taken = [
        said(f"r{place}", kind, direction, weight, submitter=f"new{place}")
        for place, (direction, weight) in enumerate(news)
    ]

    assert abs(moved(NEWCOMERS, kind, *taken)) <= 1.1 + 1e-9


def test_a_hundred_newcomers_on_a_number_never_move_it_beyond_their_bound() -> None:
    taken = [
        b.record(f"r{n}", Stance("number", measured=(95.0, 0.5)), submitter=f"new{n}")
        for n in range(50)
    ]
    taken += [said(f"s{n}", "number", "higher", 4.5, submitter=f"new{n}") for n in range(50)]

    assert 0.5 < moved(NEWCOMERS, "at-least-60", *taken) <= 1.1
