"""How sure it is that two questions are one contract or its complement: a learned score."""

import math
from collections.abc import Mapping

from forecasts.matching import Comparison, names_conflict, relation_of

#: Features in their order; each is in [0, 1], or 0 where it does not apply.
FEATURES = (
    "similarity",
    "meaning",
    "crossing",
    "crossing meaning",
    "name share",
    "names conflict",
    "names on one side",
    "versions differ",
    "periods same",
    "periods apart",
    "amounts agree",
    "amounts differ",
    "amounts on one side",
    "events same",
    "events differ",
)
_INTERCEPT = "intercept"


def features(found: Comparison) -> dict[str, float]:
    """Give what the score is computed from."""
    meaning = max(found.meaning or 0.0, 0.0)
    one_sided = bool(found.names.left) != bool(found.names.right)
    values = (
        0.0 if found.crossing else found.similarity,
        meaning,
        float(found.crossing),
        meaning * found.crossing,
        found.names.share,
        float(names_conflict(found.names)),
        float(one_sided),
        float(found.names.versions_differ),
        float(found.periods == "same"),
        float(found.periods not in ("same", "unclear")),
        float(found.amounts in ("same", "opposite")),
        float(found.amounts in ("inside", "around", "apart", "open", "other")),
        float(found.amounts == "one_sided"),
        float(found.events == "same"),
        float(found.events in ("different", "alternatives")),
    )
    return dict(zip(FEATURES, values, strict=True))


def match_score(found: Comparison) -> float:
    """Give the chance that both are one contract, or one and its complement, in (0, 1).

    Learned on the development pairs of `benchmarks/matching_pairs.csv` by ridge logistic
    regression; as a chance it holds for pairs as mixed as those, elsewhere it ranks.
    """
    weights = WITHOUT_MEANING if found.meaning is None else WITH_MEANING
    return 1.0 / (1.0 + math.exp(-linear_score(features(found), weights)))


def linear_score(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Give the log-odds of a match."""
    return weights[_INTERCEPT] + sum(weights.get(name, 0.0) * v for name, v in values.items())


#: From `python -m benchmarks.matching --learn`.
WITH_MEANING: Mapping[str, float] = {
    _INTERCEPT: -3.79,
    "similarity": 0.0,
    "meaning": 0.47,
    "crossing": 0.13,
    "crossing meaning": 1.05,
    "name share": 1.7,
    "names conflict": -2.1,
    "names on one side": 0.06,
    "versions differ": -0.31,
    "periods same": 1.8,
    "periods apart": -1.75,
    "amounts agree": 0.79,
    "amounts differ": -2.32,
    "amounts on one side": -0.94,
    "events same": 1.25,
    "events differ": -1.23,
}
WITHOUT_MEANING: Mapping[str, float] = {
    _INTERCEPT: -3.46,
    "similarity": 0.0,
    "crossing": 0.46,
    "name share": 1.8,
    "names conflict": -2.15,
    "names on one side": 0.08,
    "versions differ": -0.32,
    "periods same": 1.79,
    "periods apart": -1.75,
    "amounts agree": 0.79,
    "amounts differ": -2.3,
    "amounts on one side": -0.97,
    "events same": 1.29,
    "events differ": -1.23,
}
#: Scores from which pairs are proposed: 95% of the development pairs that match reach them.
PROPOSED_WITH_MEANING = 0.411
PROPOSED_WITHOUT_MEANING = 0.426
#: Shared names from which a bound is shown: half of all that are named.
SHARED_NAMES = 0.5


def bounds(found: Comparison) -> bool:
    """Tell whether one seems to bound the other: another deadline or threshold of one event."""
    is_related = relation_of(found) in ("implies", "implied_by", "excludes")
    return is_related and found.names.share >= SHARED_NAMES


def is_match(found: Comparison) -> bool:
    """Tell whether a pair seems to be one contract, or one and its complement."""
    least = PROPOSED_WITHOUT_MEANING if found.meaning is None else PROPOSED_WITH_MEANING
    return match_score(found) >= least


def is_proposed(found: Comparison) -> bool:
    """Tell whether a pair is shown to a person: a match, or one that bounds the other."""
    return is_match(found) or bounds(found)
