"""Forecasters: all, one, and change a profile."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query

from api.access import ForecasterDep, InstanceDep
from api.asking import AsOf, AsOfDep
from api.changes import ChangingDep
from api.errors import problem_responses
from api.forecaster_answers import (
    ForecasterAnswer,
    ForecasterList,
    ProfileWanted,
    forecaster_answer,
    voice_answer,
)
from api.forecaster_records import board_entries, forecaster_record
from api.judgements import (
    JudgementsDep,
    KindOfForecaster,
    entries_of,
)
from api.paging import PageDep
from api.workflows.profiling import change_profile
from data.forecasters import count_submitted, read_forecaster, read_forecasters
from data.writer import Transaction
from forecasts.voice_histories import VOICE_KINDS

router = APIRouter(prefix="/forecasters", tags=["forecasters"])
ForecasterId = Annotated[str, Path(max_length=80, examples=["model"])]
_PROFILES: dict[str, Any] = {
    "name": {
        "summary": "A name, and a line about oneself",
        "value": {"name": "Ada", "about": "Follows chip exports."},
    }
}


@router.get("", operation_id="list_forecasters", responses=problem_responses(409))
async def list_forecasters(
    instance: InstanceDep,
    judgements: JudgementsDep,
    page: PageDep,
    as_of: AsOfDep,
    kind: Annotated[KindOfForecaster | None, Query(description="only of this kind")] = None,
) -> ForecasterList:
    """List people, bots and curators, and the voices of Kizashi itself, by id."""
    after = page.after_name()
    entries_by_id = await board_entries(judgements, as_of)
    with instance.database.read() as connection:
        rows = read_forecasters(connection, kind, after, page.to_read, as_of.at)
        ids = [row.id for row in rows]
        counts = count_submitted(connection, ids, as_of.at, entries_of(connection, as_of))
    found = [forecaster_answer(row, counts[row.id], entries_by_id.get(row.id)) for row in rows]
    found += [
        voice_answer(voice, of_kind, entries_by_id.get(voice))
        for voice, of_kind in VOICE_KINDS.items()
        if kind in (None, of_kind) and (after is None or voice > after) and voice not in ids
    ]
    found = sorted(found, key=lambda answer: answer.id)[: page.to_read]
    shown, following = page.cut(found, lambda answer: (answer.id,))
    return ForecasterList(items=tuple(shown), next_cursor=following)


@router.get("/{forecaster}", operation_id="get_forecaster", responses=problem_responses(404, 409))
async def get_forecaster(
    forecaster: ForecasterId, instance: InstanceDep, judgements: JudgementsDep, as_of: AsOfDep
) -> ForecasterAnswer:
    """Get one forecaster: what it has submitted, and its skill on resolved questions."""
    return await forecaster_record(forecaster, instance, judgements, as_of)


@router.patch(
    "/{forecaster}",
    operation_id="update_forecaster",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def patch_forecaster(
    forecaster: ForecasterId,
    wanted: Annotated[ProfileWanted, Body(openapi_examples=_PROFILES)],
    actor: ForecasterDep,
    changing: ChangingDep,
    judgements: JudgementsDep,
) -> ForecasterAnswer:
    """Change your profile; an admin may change anybody's. It never enters the ledger."""
    now = changing.instance.clock_instant()
    as_of = AsOf(now, is_past=False, recorded_at="")
    entry = (await board_entries(judgements, as_of)).get(forecaster)

    def change(transaction: Transaction) -> ForecasterAnswer:
        is_admin = actor.role == "admin"
        change_profile(
            transaction, forecaster, actor.id, wanted.name, wanted.about, is_admin=is_admin
        )
        connection = transaction.connection
        counts = count_submitted(connection, [forecaster], now, None)
        row = read_forecaster(connection, forecaster)
        return forecaster_answer(row, counts[forecaster], entry)

    return await changing.do(ForecasterAnswer, actor.id, change)
