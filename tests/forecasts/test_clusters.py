"""Tests of means of linked values, worked by hand."""

import math

import pytest

from forecasts.clusters import clustered_mean
from forecasts.errors import NumbersDoNotFit


def test_a_cluster_counts_once():
    """Two blocks of means 1 and 3: the standard error is that of two values, not of six."""
    linked = clustered_mean([1, 1, 1, 3, 3, 3], list("aaabbb"))

    assert (linked.mean, linked.standard_error, linked.blocks) == (2, 1, 2)
    assert linked.effective_size == pytest.approx(1.2)  # variance 6/5 over 1


def test_blocks_that_cancel_within_count_for_more():
    linked = clustered_mean([0, 2, 0.5, 1.5, 0, 2.1], list("aabbcc"))

    assert linked.effective_size > 6


def test_one_block_has_no_standard_error():
    assert math.isnan(clustered_mean([1, 2], ["a", "a"]).standard_error)


def test_scores_that_do_not_fit_their_blocks_are_refused():
    for values, blocks in (([1.0], ["a", "b"]), ([math.nan], ["a"]), ([], [])):
        with pytest.raises(NumbersDoNotFit):
            clustered_mean(values, blocks)
