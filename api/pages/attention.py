"""What to watch next: the open questions whose outcomes would tell most about all the others."""

from dataclasses import dataclass

from forecasts.conditions import Scenario
from forecasts.information import watch_list
from forecasts.scenarios import suppose
from forecasts.timeline import Timeline

#: Below so many bits, on average over the others, there is nothing to be learned.
_NOTHING = 0.0005


@dataclass(frozen=True, slots=True)
class Told:
    """What the outcome of a question would tell.

    Attributes:
        information: bits about all other open questions together.
        about: the one of which it would tell most, and how many bits.
    """

    question: str
    information: float
    about: str
    most: float


def most_telling(timeline: Timeline) -> tuple[Told, ...]:
    """Rank open questions by what their outcomes would tell of the others, most first.

    Of questions on one curve each tells the other by what they mean: that counts for nothing here.
    """
    supposition = suppose(timeline.world, Scenario("now"))
    curves = {name: timeline.world.questions[name].curve for name in timeline.standing}
    told: dict[str, dict[str, float]] = {name: {} for name in curves}
    for target, curve in curves.items():
        others = [name for name, other in curves.items() if other != curve]
        for watched in watch_list(supposition, target, others):
            told[watched.axis.question][target] = watched.information
    found = [
        Told(name, sum(bits.values()), max(bits, key=lambda one: bits[one]), max(bits.values()))
        for name, bits in told.items()
        if bits and sum(bits.values()) > _NOTHING
    ]
    return tuple(sorted(found, key=lambda one: -one.information))
