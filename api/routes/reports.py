"""Reports: all, one with its files, build and publish one; their schema, and a feed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from api.access import AdminDep, InstanceDep, LanguageDep
from api.asking import AsOfDep
from api.errors import problem_responses
from api.instance import Instance
from api.language import translate
from api.paging import PageDep
from api.push.atom import Channel, write_atom
from api.push.stories import feed_id
from api.report_answers import (
    ReportDetail,
    ReportList,
    ReportWish,
    report_answer,
    report_detail,
    report_schema,
)
from api.reporter import Reporter, get_reporter
from api.reports.stories import report_stories
from data.reports import read_file, read_file_names, read_report, read_reports
from forecasts.reports.quarters import read_quarter

router = APIRouter(prefix="/reports", tags=["reports"])
QuarterPath = Annotated[
    str, Path(pattern=r"^(FY)?[0-9]{4}Q[1-4]$", examples=["2025Q4"], description="2025Q4")
]
FileName = Annotated[str, Path(pattern=r"^[a-z0-9_.-]{1,80}$", examples=["report.json"])]
EditionQuery = Annotated[
    int | None, Query(ge=1, le=10_000, description="an edition; else the newest")
]
ReporterDep = Annotated[Reporter, Depends(get_reporter)]
_MEDIA = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, byte for byte as it was published",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/html": {"schema": {"type": "string"}},
            "application/pdf": _BINARY,
            "application/vnd.apache.parquet": _BINARY,
        },
    },
}
_ATOM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The feed",
        "content": {"application/atom+xml": {"schema": {"type": "string"}}},
    },
}


@router.get("", operation_id="list_reports", responses=problem_responses(409))
async def list_reports(instance: InstanceDep, page: PageDep, as_of: AsOfDep) -> ReportList:
    """List published reports with their headline numbers, the oldest entry of the ledger first."""
    with instance.database.read() as connection:
        rows = [row for row in read_reports(connection) if row.published_at <= as_of.until]
    shown, following = page.cut_whole(sorted(rows, key=lambda row: row.seq))
    items = tuple(report_answer(row) for row in shown)
    return ReportList(items=items, next_cursor=following)


@router.post(
    "",
    operation_id="publish_report",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 409, 503),
)
async def post_report(
    wish: ReportWish,
    response: Response,
    actor: AdminDep,
    instance: InstanceDep,
    reporter: ReporterDep,
) -> ReportDetail:
    """Build the report of a quarter that has ended, and publish it; answers when it is durable.

    It is built from the newest checkpoint of the ledger, by a process of its own, which takes as
    long as a replay. Where there is an edition already, one that says nothing new is refused.
    """
    quarter = read_quarter(wish.quarter, reporter.first_month)
    await reporter.publish(quarter, actor.id, wish.languages, plays=wish.scores == "all")
    response.headers["Location"] = f"/api/v1/reports/{quarter.name}"
    return _detail(instance, quarter.name, None)


@router.get("/schema.json", operation_id="get_report_schema", responses=problem_responses())
async def get_schema() -> dict[str, Any]:
    """Get the JSON schema of the file `report.json` of every report."""
    return report_schema()


@router.get(
    "/feed.atom",
    operation_id="get_report_feed",
    response_class=Response,
    responses={**_ATOM, **problem_responses()},
)
async def get_report_feed(
    request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Get the published reports as an Atom feed, each told in the sentences of its summary."""
    with instance.database.read() as connection:
        stories = report_stories(connection, language)
        name = feed_id(connection, "reports")
    base = str(request.base_url).rstrip("/")
    title = translate("Kizashi: calibration reports", language)
    channel = Channel(name, title, str(request.url), f"{base}/reports", base, language)
    return Response(write_atom(channel, stories), media_type="application/atom+xml")


@router.get("/{quarter}", operation_id="get_report", responses=problem_responses(404, 409))
async def get_report(
    quarter: QuarterPath,
    instance: InstanceDep,
    reporter: ReporterDep,
    edition: EditionQuery = None,
) -> ReportDetail:
    """Get an edition of a quarter's report: what it is, and where its files are."""
    return _detail(instance, read_quarter(quarter, reporter.first_month).name, edition)


@router.get(
    "/{quarter}/{name}",
    operation_id="get_report_file",
    response_class=Response,
    responses={**_FILE, **problem_responses(404, 409)},
)
async def get_report_file(
    quarter: QuarterPath,
    name: FileName,
    instance: InstanceDep,
    reporter: ReporterDep,
    edition: EditionQuery = None,
) -> Response:
    """Get a file of a report: `report.json`, `report.en.html`, `report.ja.pdf`, or a table."""
    with instance.database.read() as connection:
        place = read_quarter(quarter, reporter.first_month).name
        row = read_report(connection, place, edition)
        file = read_file(connection, row.id, name)
    told = f'attachment; filename="kizashi-{row.quarter}-{row.edition}-{name}"'
    return Response(
        file.body,
        media_type=_MEDIA[name.rpartition(".")[2]],
        headers={"Content-Disposition": told},
    )


def _detail(instance: Instance, quarter: str, edition: int | None) -> ReportDetail:
    """Read an edition with its files."""
    with instance.database.read() as connection:
        row = read_report(connection, quarter, edition)
        editions = [one.edition for one in read_reports(connection, quarter=quarter)]
        return report_detail(row, editions, read_file_names(connection, row.id))
