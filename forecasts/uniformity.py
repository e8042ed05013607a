"""Whether numbers that should be uniform are: their ECDF beside a band for all of it at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.outcomes import Floats

#: Places at which the ECDF is looked at.
_PLACES = 100


@dataclass(frozen=True, slots=True, eq=False)
class Uniformity:
    """ECDF minus the uniform's at each place, and the band of uniform numbers; all (m,).

    Attributes:
        place: in (0, 1), ascending.
        difference: share of numbers up to the place, less the place.
        lower: uniform numbers stay above it everywhere, and below `upper`, at the level asked for.
        upper: see `lower`.
    """

    place: Floats
    difference: Floats
    lower: Floats
    upper: Floats

    @property
    def is_within(self) -> bool:
        """Whether the ECDF stays within the band everywhere."""
        return bool(np.all((self.lower <= self.difference) & (self.difference <= self.upper)))


def ecdf_difference(
    pit: ArrayLike, rng: np.random.Generator, level: float = 0.9, replicates: int = 1000
) -> Uniformity:
    """Compare PIT values with the uniform distribution that calibrated forecasts give them.

    A curve that first rises, then falls below 0: outcomes lie in the tails, the forecasts are too
    narrow; the other way round: too wide. All above 0: forecasts are too high; below: too low.

    Args:
        pit: probability integral transforms, in [0, 1], shape (n,), n at least 1.
        rng: for the simulations that make the band hold everywhere at once.
        level: share of sets of uniform numbers that stay within the band everywhere.
        replicates: how many sets are simulated.

    Raises:
        ImpossibleProbability: a value is outside [0, 1] or NaN.
        NumbersDoNotFit: there is no value, or they are not one list.

    Saeilynoja, Buerkner and Vehtari (2022), Statistics and Computing 32, 32.

    >>> ecdf_difference([0.1, 0.4, 0.6, 0.9] * 5, np.random.default_rng(1)).is_within
    True
    """
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415  # loads slowly
    from scipy.stats import binom  # noqa: PLC0415  # 1 s that few need pay

    values = np.asarray(pit, float)
    wrong = values.size - np.count_nonzero((values >= 0) & (values <= 1))
    if wrong:
        raise ImpossibleProbability(count=wrong, total=values.size)
    if values.ndim != 1 or not values.size:
        raise NumbersDoNotFit(
            what=f"values of shape {values.shape}", mend="at least one, in a list"
        )
    size, place = len(values), np.arange(1, _PLACES) / _PLACES
    cells = rng.multinomial(size, np.full(_PLACES, 1 / _PLACES), replicates)
    below = np.cumsum(cells, axis=1)[:, :-1]
    tails = np.minimum(bdtr(below, size, place), bdtrc(below - 1.0, size, place))
    rarest = np.quantile(tails.min(axis=1), 1 - level)  # so rare at one place, or rarer, nowhere
    lower = binom.ppf(rarest, size, place) / size - place
    upper = binom.isf(rarest, size, place) / size - place
    shares = np.searchsorted(np.sort(values), place, side="right") / size
    return Uniformity(place, shares - place, lower, upper)
