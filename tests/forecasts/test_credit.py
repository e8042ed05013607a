"""Tests of credit: every bit is booked once, and only who moved the forecast is paid."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.credit import Credit, Ending, totals
from forecasts.credit_accounts import NEWCOMERS
from forecasts.evidence import Stance
from forecasts.outcomes import Outcome
from forecasts.resolutions import Resolution, Status
from forecasts.timeline import Event, Observed, Passed, Retracted
from forecasts.times import day_of
from tests.forecasts import building as b
from tests.forecasts import histories as h
from tests.forecasts.crediting import History, history

T = b.CLOSES - b.OPENS
LATER = b.OPENS + 200


def ended(
    question: str,
    outcome: Outcome | None,
    until: float = LATER,
    status: Status = "resolved",
    resolver: str = "judge",
) -> Ending:
    day = day_of(until)
    return Ending(until, Resolution(question, status, outcome, day, day), resolver)


def told(
    name: str, at: float, weight: float = 2.0, direction: str = "yes", **more: str
) -> tuple[Event, float]:
    stance = Stance("plain", direction, weight)  # type: ignore[arg-type]
    return Observed(b.record(name, stance, published=at, **more)), at


def of_plain(*events: tuple[Event, float]) -> History:
    return history(h.opened(b.sure()), [*events, (Passed(), LATER)], "plain")


def bits(credit: Credit, record: str) -> float:
    return next(r.bits for r in credit.records if r.record == record)


def booked(credit: Credit) -> float:
    return sum(credit.accounts.values()) + sum(credit.origins.values())


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("plain", True),
        ("event", False),
        ("date", b.LATE),
        ("number", 60.0),
        ("choice", "red"),
        ("by-early", True),
    ],
)
def test_every_bit_of_gain_is_booked_once(question: str, outcome: Outcome):
    events = [
        h.said("a", "plain", "yes", b.OPENS + 5),
        h.said("b", "event", "no", b.OPENS + 9),
        h.said("c", "date", "sooner", b.OPENS + 12),
        h.said("d", "number", "higher", b.OPENS + 15),
        h.said("e", "event", "yes", b.OPENS + 18, submitter="stranger"),
        h.resolved("plain", True, b.OPENS + 40),
        h.said("f", "date", "later", b.OPENS + 44),
        (Passed(), b.OPENS + 60),
    ]

    credit = history(h.opened(), events, question).credit(ended(question, outcome))

    assert abs(credit.gain - booked(credit)) < 1e-12
    assert abs(sum(r.bits for r in credit.records) - sum(credit.origins.values())) < 1e-12
    assert credit.gain != 0.0


def test_a_single_record_earns_what_the_forecast_gained_while_it_stood():
    # sure slopes: S = +-1, L = ln(.9 e^S / cosh 1 + .1); from day 10 to 200 of 365, prior .3
    read = told("a", b.OPENS + 10)
    credit = of_plain(read).credit(ended("plain", True))

    yes, no = (0.9 * np.exp(side) / np.cosh(1) + 0.1 for side in (1, -1))
    after = 0.3 * yes / (0.3 * yes + 0.7 * no)
    expected = np.log2(after / 0.3) * 190 / T
    assert bits(credit, "a") == pytest.approx(expected, rel=0.02)  # draws of the drivers
    assert credit.accounts["averaging"] == pytest.approx(0.0, abs=1e-4)
    assert credit.coverage == pytest.approx(199.5 / T)


def test_copies_and_null_records_get_exactly_nothing():
    credit = of_plain(
        told("a", b.OPENS + 5, origin="wire", fingerprint="same"),
        told("copy", b.OPENS + 6, origin="wire", fingerprint="same"),
        told("better-graded-copy", b.OPENS + 7, origin="wire", fingerprint="same", grade="A"),
        told("null", b.OPENS + 8, weight=0.0),
    ).credit(ended("plain", True))

    assert bits(credit, "a") > 0
    assert [bits(credit, n) for n in ("copy", "better-graded-copy", "null")] == [0.0, 0.0, 0.0]


def test_within_an_origin_the_first_earns_more_than_who_corroborates():
    credit = of_plain(
        told("a", b.OPENS + 5, origin="wire"), told("z", b.OPENS + 5, origin="wire")
    ).credit(ended("plain", True))

    assert bits(credit, "a") > 2 * bits(credit, "z") > 0
    assert credit.origins["wire"] == pytest.approx(bits(credit, "a") + bits(credit, "z"))


def test_a_record_against_the_outcome_pays():
    credit = of_plain(
        told("right", b.OPENS + 5), told("wrong", b.OPENS + 5, direction="no")
    ).credit(ended("plain", True))

    assert bits(credit, "right") > 0 > bits(credit, "wrong")


def test_a_superseded_outcome_turns_credit_round_and_leaves_no_trace():
    line = of_plain(told("a", b.OPENS + 5))
    first = line.credit(ended("plain", True))
    superseded = line.credit(ended("plain", False))

    assert bits(first, "a") > 0 > bits(superseded, "a")
    assert line.credit(ended("plain", True)) == first


def test_a_retracted_record_keeps_what_it_earned_until_then():
    half = of_plain(told("a", b.OPENS + 10), (Retracted("a"), b.OPENS + 105))
    whole = of_plain(told("a", b.OPENS + 10))
    outcome = ended("plain", True)

    share = bits(half.credit(outcome), "a") / bits(whole.credit(outcome), "a")
    assert share == pytest.approx(95 / 190)


def test_nothing_is_earned_after_the_outcome_was_fixed():
    late = of_plain(told("a", b.OPENS + 10)).credit(ended("plain", True, until=b.OPENS + 10))

    assert late.origins == {}
    assert late.records == ()


def test_who_resolves_a_question_is_not_paid_for_it():
    line = of_plain(told("mine", b.OPENS + 5), told("other", b.OPENS + 6, submitter="ann"))
    credit = line.credit(ended("plain", True, resolver="curator"))
    board = {total.name: total for total in totals([credit], "submitter")}
    sources = totals([credit], "source")

    assert credit.withheld == bits(credit, "mine") > 0
    assert board["curator"].final == 0.0
    assert board["curator"].withheld == credit.withheld
    assert board["ann"].final == bits(credit, "other")
    paid = sum(total.final for total in board.values())
    assert abs(paid + credit.withheld + sum(credit.accounts.values()) - credit.gain) < 1e-12
    assert sources[0].final == pytest.approx(sum(credit.origins.values()))


@pytest.mark.parametrize("status", ["annulled", "ambiguous"])
def test_nobody_earns_on_a_question_that_came_to_nothing(status: Status):
    credit = of_plain(told("a", b.OPENS + 5)).credit(ended("plain", None, status=status))

    assert credit.status == "void"
    assert credit.gain == booked(credit) == 0.0


def test_while_open_credit_is_what_the_forecast_expects_of_it():
    line = of_plain(told("a", b.OPENS + 5), told("c", b.OPENS + 9, direction="no"))
    open_now = line.credit()
    chance = line.moments[-1].served[1]
    yes, no = (line.credit(ended("plain", outcome, line.now)) for outcome in (True, False))

    assert open_now.status == "provisional"
    for name in ("a", "c"):
        expected = chance * bits(yes, name) + (1 - chance) * bits(no, name)
        assert bits(open_now, name) == pytest.approx(expected, abs=1e-12)
    assert abs(open_now.gain - booked(open_now)) < 1e-12


def test_newcomers_are_one_origin_and_share_it_by_arrival():
    credit = of_plain(
        *(told(f"n{i}", b.OPENS + 5 + i, 0.5, submitter=f"new{i}") for i in range(3))
    ).credit(ended("plain", True))

    assert set(credit.origins) == {NEWCOMERS}
    shares = [bits(credit, f"n{i}") for i in range(3)]
    assert sum(shares) == pytest.approx(credit.origins[NEWCOMERS], abs=1e-12)
    assert shares[0] > shares[1] > shares[2] > 0


def test_another_questions_evidence_goes_to_the_account_of_linked_questions():
    events = [h.said("far", "number", "higher", b.OPENS + 5, weight=4.0), (Passed(), LATER)]
    credit = history(h.opened(b.sure()), events, "plain").credit(ended("plain", True))

    assert credit.accounts["linked"] > 0.01
    assert credit.origins == {}


def test_days_that_pass_in_silence_are_an_account_of_their_own():
    days: list[tuple[Event, float]] = [(Passed(), b.OPENS + day) for day in range(1, 200)]
    credit = history(h.opened(b.sure()), days, "event").credit(ended("event", False))

    assert credit.accounts["time"] > 0.1
    assert abs(credit.gain - booked(credit)) < 1e-12


def test_beyond_eighteen_origins_random_orders_still_sum_exactly():
    many = [told(f"r{i}", b.OPENS + 5, weight=0.2 + 0.05 * i) for i in range(20)]
    credit = of_plain(*many).credit(ended("plain", True))

    assert len(credit.origins) == 20
    assert abs(credit.gain - booked(credit)) < 1e-12
    assert 0 < credit.standard_error < 0.05


def test_no_forecast_no_credit():
    line = replace(of_plain(), moments=[])

    assert line.credit(ended("plain", True)).gain == 0.0


def test_the_outcome_of_a_linked_question_is_no_credit_for_its_evidence():
    events = [told("a", b.OPENS + 5), h.resolved("event", True, b.OPENS + 50), (Passed(), LATER)]
    credit = history(h.opened(), events, "plain").credit(ended("plain", True))

    assert set(credit.origins) == {"a"}
    assert credit.accounts["linked"] != 0.0
