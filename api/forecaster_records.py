"""The record of one forecaster as it stands: what it has submitted, and its place on the board."""

from api.asking import AsOf
from api.forecaster_answers import ForecasterAnswer, forecaster_answer, voice_answer
from api.instance import Instance
from api.judgements import Judgements, RowsWanted, entries_of
from data.forecasters import count_submitted, read_forecaster
from forecasts.board_entries import BoardEntry
from forecasts.errors import UnknownForecaster
from forecasts.judged_boards import board_of_table
from forecasts.voice_histories import VOICE_KINDS


async def forecaster_record(
    forecaster: str, instance: Instance, judgements: Judgements, as_of: AsOf
) -> ForecasterAnswer:
    """Give what a forecaster has submitted, and its skill on resolved questions.

    Raises:
        UnknownForecaster: there was none of this id.
    """
    entries_by_id = await board_entries(judgements, as_of)
    entry = entries_by_id.get(forecaster)
    if forecaster in VOICE_KINDS:
        return voice_answer(forecaster, VOICE_KINDS[forecaster], entry)
    with instance.database.read() as connection:
        row = read_forecaster(connection, forecaster)
        if row is None or (row.created_at is not None and row.created_at > as_of.at):
            raise UnknownForecaster
        entries = entries_of(connection, as_of)
        counts = count_submitted(connection, [forecaster], as_of.at, entries)
    return forecaster_answer(row, counts[forecaster], entry)


async def board_entries(judgements: Judgements, as_of: AsOf) -> dict[str, BoardEntry]:
    """Give everybody's entry on the board of all; voices too, where the judge has them."""
    people = await judgements.of_people(as_of)

    def board() -> dict[str, BoardEntry]:
        entries = board_of_table(people.table).entries
        return {entry.forecaster: entry for entry in entries}

    found = await judgements.result(people, ("entries",), board)
    everything = RowsWanted(None, None, None, None, None, "all")
    judged = await judgements.scores(as_of, everything)
    if judged.voices is None:
        return found

    def voices() -> dict[str, BoardEntry]:
        entries = board_of_table(judged.table).entries
        return {entry.forecaster: entry for entry in entries if entry.forecaster in VOICE_KINDS}

    return found | await judgements.result(judged, ("voices",), voices)
