"""Where we and the markets differ and why; and where linked prices contradict each other."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import InstanceDep, LanguageDep
from api.asking import AsOfDep
from api.divergence_answers import DivergenceList, IncoherenceList, divergence_answer
from api.divergences import all_divergences, question_divergence
from api.errors import problem_responses
from api.incoherences import incoherence_list
from data.facts import read_question

router = APIRouter(tags=["market_links"])


@router.get("/divergences", operation_id="list_divergences", responses=problem_responses(404, 409))
def list_divergences(
    instance: InstanceDep,
    as_of: AsOfDep,
    language: LanguageDep,
    *,
    question: Annotated[str | None, Query(max_length=80)] = None,
    alarming: Annotated[bool, Query(description="only those beyond noise")] = False,
) -> DivergenceList:
    """List how far our forecasts are from those of linked markets, and which records explain it.

    Only contracts on the same outcome or its complement speak; the others only bound.
    """
    with instance.database.read() as connection:
        if question is None:
            found = all_divergences(connection, as_of.at)
        else:
            read_question(connection, question, as_of.until)
            one = question_divergence(connection, question, as_of.at)
            found = [] if one is None else [one]
        chosen = [one for one in found if one.found.is_alarming or not alarming]
        items = tuple(divergence_answer(connection, one, language) for one in chosen)
    return DivergenceList(items=items)


@router.get("/incoherences", operation_id="list_incoherences", responses=problem_responses(409))
def list_incoherences(instance: InstanceDep, as_of: AsOfDep) -> IncoherenceList:
    """List linked prices that cannot all be right, after fees, spread and chances of mismatch.

    Prices older than 30 days are left out, and contracts and questions that have an outcome.
    """
    with instance.database.read() as connection:
        return incoherence_list(connection, as_of.at)
