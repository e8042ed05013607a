"""The deed of storing a scenario: from then on every event tells how likely it is."""

from datetime import datetime

from sqlalchemy import select

from api.workflows.unfolding import unfold
from data.facts import as_body
from data.formats.scenarios import ScenarioFormat
from data.ledger import Entry
from data.scenarios import decode_scenario, save_scenario
from data.tables import SCENARIOS
from data.writer import Transaction
from forecasts.errors import UnknownWorld
from forecasts.refusals import NameTaken
from forecasts.scenarios import suppose
from forecasts.times import instant_of


def store_scenario(
    transaction: Transaction, written: ScenarioFormat, author: str, now: datetime
) -> Entry:
    """Take a scenario into the ledger.

    Raises:
        UnknownWorld, NameTaken: see there.
        UnknownQuestion, UnknownDriver, ConditionDoesNotFit, ImpossibleScenario: see `suppose`.
    """
    timeline = transaction.timelines.get(written.world)
    if timeline is None:
        raise UnknownWorld
    taken = select(SCENARIOS.c.id).where(SCENARIOS.c.id == written.id)
    if transaction.connection.execute(taken).first() is not None:
        raise NameTaken(kind="scenario")
    suppose(timeline.world, decode_scenario(written, written.id))
    content = {name: value for name, value in as_body(written).items() if name != "world"}
    body = {"world": written.world, "author": author, "scenario": content}
    entry = transaction.append("scenario", body, now)
    save_scenario(transaction.connection, entry, instant_of(now))
    unfold(transaction, entry)
    return entry
