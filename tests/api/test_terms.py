"""The prior on the question page: base rates are shown as the counts that they are."""

import pytest

from api.pages.terms import terms_of
from tests.api.asking import get
from tests.data import writing as w

RATE = {"base_rate": {"happened": 3, "of": 40}}


@pytest.mark.parametrize(
    ("language", "label", "counts"), [("en", "Base rate", "3 of 40"), ("ja", "基準率", "40件中3件")]
)
def test_a_base_rate_is_shown_with_its_counts_and_its_chance(
    shared_instance, language, label, counts
):
    written = w.question("rated", "binary", prior={**w.PRIOR, **RATE})
    with shared_instance.database.read() as connection:
        prior = terms_of(connection, "deepseek-r2", written, language).prior

    rate, chance = prior.rows
    assert (rate.label, rate.value) == (label, counts)
    assert chance.value == "9%"  # 3.5 / 41 = 0.085


def test_questions_tell_the_class_that_they_share(reader):
    shared = ("eu-three-member-state-bans-2025", "eu-six-member-state-bans-2028")
    priors = [get(reader, f"/questions/{name}")["question"]["prior"] for name in shared]

    assert {prior["reference_class_id"] for prior in priors} == {"eu-member-state-bans"}
