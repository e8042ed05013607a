"""Versions of questions: all, one, and amend."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response, status

from api.access import ForecasterDep, InstanceDep
from api.asking import AsOfDep
from api.changes import ChangingDep
from api.conditions import IfMatch
from api.errors import problem_responses
from api.proposal_answers import VersionAnswer, VersionList, version_answer
from api.workflows.amending import amend_question, version_tag
from data.formats.proposals import AmendmentFormat
from data.proposals import read_version, read_versions
from data.writer import Transaction
from forecasts.errors import UnknownQuestion, UnknownVersion

router = APIRouter(prefix="/questions", tags=["questions"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]
Version = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[1])]
_EXAMPLES: dict[str, Any] = {
    "fine_print": {
        "summary": "Fine print",
        "value": {
            "reason": "Two forecasters asked whether previews count.",
            "fine_print": {"en": "A preview behind a waiting list does not count."},
        },
    }
}


@router.get(
    "/{question}/versions", operation_id="list_versions", responses=problem_responses(404, 409)
)
async def list_versions(question: QuestionId, instance: InstanceDep, as_of: AsOfDep) -> VersionList:
    """List the versions of a question's words, oldest first; the last one holds."""
    with instance.database.read() as connection:
        rows = read_versions(connection, question)
    known = tuple(version_answer(row) for row in rows if row.recorded_at <= as_of.at)
    if not known:
        raise UnknownQuestion
    return VersionList(items=known)


@router.get(
    "/{question}/versions/{version}",
    operation_id="get_version",
    responses=problem_responses(404, 409),
)
async def get_version(
    question: QuestionId,
    version: Version,
    response: Response,
    instance: InstanceDep,
    as_of: AsOfDep,
) -> VersionAnswer:
    """Get one version of a question; the `ETag` of the newest is what an amendment names."""
    with instance.database.read() as connection:
        rows = [r for r in read_versions(connection, question) if r.recorded_at <= as_of.at]
        if not rows:
            raise UnknownQuestion
        row = read_version(connection, question, version)
    if row not in rows:
        raise UnknownVersion(newest=rows[-1].version)
    response.headers["ETag"] = version_tag(version)
    return version_answer(row)


@router.post(
    "/{question}/amendments",
    operation_id="amend_question",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 412, 503),
)
async def post_amendment(
    question: QuestionId,
    amendment: Annotated[AmendmentFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
    response: Response,
    if_match: IfMatch = None,
) -> VersionAnswer:
    """Amend the words of a question: as an admin, or as its proposer before it opens.

    `If-Match` must name the version that is amended, such as `"v1"`. Prior, times, loadings and
    options stay: what was forecast stays the same.
    """
    now, is_admin = changing.instance.clock(), actor.role == "admin"

    def change(transaction: Transaction) -> VersionAnswer:
        amend_question(transaction, question, amendment, actor.id, if_match, now, is_admin=is_admin)
        return version_answer(read_versions(transaction.connection, question)[-1])

    answer = await changing.do(VersionAnswer, actor.id, change)
    response.headers["ETag"] = version_tag(answer.version)
    return answer
