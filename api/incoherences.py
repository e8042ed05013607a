"""Linked prices that cannot all be right, and what they allow our questions to be."""

from sqlalchemy import Connection

from api.divergence_answers import AllowedAnswer, IncoherenceList, incoherence_answer
from data.linked_prices import nested_questions, standing_prices
from data.standing import standing_steps
from forecasts.coherence import Bound, all_bounds, allowed, incoherences


def incoherence_list(connection: Connection, at: float) -> IncoherenceList:
    """Give every contradiction among linked prices as known at an instant, and all bounds."""
    standing = standing_prices(connection, at)
    prices = {f"{one.priced.question} {one.priced.market}": one for one in standing}
    bounds = all_bounds([one.priced for one in standing], nested_questions(connection))
    steps = standing_steps(connection, at)
    ours = {name: steps[name].probability for name in bounds if name in steps}
    return IncoherenceList(
        items=tuple(incoherence_answer(one, prices) for one in incoherences(bounds)),
        allowed=tuple(_allowed(name, bounds[name], ours.get(name)) for name in sorted(bounds)),
    )


def _allowed(question: str, bounds: list[Bound], ours: float | None) -> AllowedAnswer:
    """Say what all bounds let a question be, and whether we stay inside."""
    at_least, at_most = allowed(bounds)
    is_crossed = at_least > at_most or ours is None
    outside = None
    if not is_crossed and ours is not None:
        outside = "below" if ours < at_least else "above" if ours > at_most else None
    return AllowedAnswer(
        question=question, at_least=at_least, at_most=at_most, ours=ours, outside=outside
    )
