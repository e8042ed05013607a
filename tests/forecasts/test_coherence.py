import numpy as np
import pytest
from scipy.optimize import linprog

from forecasts.coherence import PricedLink, all_bounds, allowed, bounds_of, incoherences
from forecasts.errors import NumbersDoNotFit


def link(relation, low, high=None, market="m", question="q", mismatch=0.0):
    return PricedLink(question, market, relation, mismatch, low, low if high is None else high)


def crossed(*links, implied=()):
    return incoherences(all_bounds(links, implied))


@pytest.mark.parametrize(
    ("relation", "bounds"),
    [
        ("same", (0.28, 0.42)),  # a price of .30 to .40, less and plus a mismatch of .02
        ("complement", (0.58, 0.72)),
        ("implies", (0.0, 0.42)),
        ("implied_by", (0.28, 1.0)),
        ("excludes", (0.0, 0.72)),
        ("overlaps", (0.0, 1.0)),
    ],
)
def test_each_relation_bounds_as_frechet_says(relation, bounds):
    found = allowed(bounds_of(link(relation, 0.3, 0.4, mismatch=0.02)))

    assert found == pytest.approx(bounds)


def test_two_prices_of_one_contract_cross_beyond_their_spreads_and_mismatch():
    dear, cheap = link("same", 0.60, 0.62, "dear"), link("same", 0.50, 0.52, "cheap")
    (found,) = crossed(dear, cheap)

    assert (found.lower.link.market, found.upper.link.market) == ("dear", "cheap")
    assert found.gap == pytest.approx(0.08)
    wary = link("same", 0.50, 0.52, "cheap", mismatch=0.09)
    assert crossed(dear, wary) == []


def test_a_complement_must_sum_to_one():
    assert crossed(link("same", 0.6, market="a"), link("complement", 0.4, market="b")) == []
    (found,) = crossed(link("same", 0.7, market="a"), link("complement", 0.4, market="b"))
    assert found.gap == pytest.approx(0.1)


def test_what_implies_cannot_be_dearer_than_what_is_implied():
    # The later deadline of the same event, cheaper than the earlier one.
    (found,) = crossed(link("implied_by", 0.5, market="early"), link("same", 0.4, market="ours"))

    assert found.gap == pytest.approx(0.1)


def test_rivals_sum_to_one_at_most():
    assert crossed(link("same", 0.6, market="a"), link("excludes", 0.4, market="b")) == []
    assert len(crossed(link("same", 0.7, market="a"), link("excludes", 0.5, market="b"))) == 1


def test_nested_deadlines_of_ours_carry_bounds_from_one_to_the_other():
    may = link("same", 0.5, market="may", question="by-may")
    june = link("same", 0.3, market="june", question="by-june")

    assert crossed(may, june) == []  # as long as nothing says that they are nested
    (found,) = crossed(may, june, implied=[("by-may", "by-june")])
    assert found.gap == pytest.approx(0.2)
    assert (found.lower.through or found.upper.through) in ("by-may", "by-june")
    assert crossed(may, june, implied=[("by-june", "by-may")]) == []


def test_a_wide_spread_is_no_incoherence_with_itself():
    assert crossed(link("same", 0.2, 0.8)) == []


@pytest.mark.parametrize(
    ("low", "high", "mismatch"), [(0.6, 0.5, 0), (-0.1, 0.5, 0), (0.1, 0.2, 2)]
)
def test_what_is_no_price_is_refused(low, high, mismatch):
    with pytest.raises(NumbersDoNotFit):
        PricedLink("q", "m", "same", mismatch, low, high)


def test_pairs_find_an_incoherence_exactly_where_a_linear_program_finds_none_feasible():
    rng = np.random.default_rng(5)
    relations = ["same", "complement", "implies", "implied_by", "excludes"]
    agreed = 0
    for _ in range(300):
        names = rng.choice(relations, size=3)
        prices = rng.uniform(0, 1, size=3)
        links = [
            link(name, float(price), market=str(n), mismatch=0.0)
            for n, (name, price) in enumerate(zip(names, prices, strict=True))
        ]
        # Chances of the eight atoms (Q, A, B, C) that the relations leave possible.
        atoms = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1)
        fits = np.ones(atoms.shape[1], bool)
        for n, name in enumerate(names):
            ours, theirs = atoms[0], atoms[n + 1]
            fits &= {
                "same": ours == theirs,
                "complement": ours != theirs,
                "implies": ours <= theirs,
                "implied_by": ours >= theirs,
                "excludes": ours + theirs <= 1,
            }[str(name)]
        atoms = atoms[:, fits]
        rows = np.vstack([np.ones(atoms.shape[1]), atoms[1:]])
        solved = linprog(np.zeros(atoms.shape[1]), A_eq=rows, b_eq=np.append(1.0, prices))
        gaps = [one.gap for one in crossed(*links)]
        agreed += (solved.status == 2) == bool(gaps)
    assert agreed >= 295  # gaps below half a cent are let pass
