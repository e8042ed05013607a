"""The addresses of the pages of reports: all, one, and the methods behind them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.access import InstanceDep, LanguageDep
from api.pages.rendering import render
from api.pages.reports import methods_page, report_page, reports_page

router = APIRouter(include_in_schema=False, default_response_class=Response)
QuarterPath = Annotated[str, Path(max_length=10)]


@router.get("/reports")
def show_reports(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Show all reports."""
    page = reports_page(instance, request.app.state.reporter.first_month, language)
    return render(request, "reports.html", page, language)


@router.get("/reports/{quarter}")
def show_report(
    quarter: QuarterPath,
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    edition: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:
    """Show a report."""
    state = request.app.state
    page = report_page(
        instance, state.drawings, (quarter, edition), state.reporter.first_month, language
    )
    return render(request, "report.html", page, language)


@router.get("/methods")
def show_methods(request: Request, language: LanguageDep) -> Response:
    """Show how all this is computed, in plain words."""
    return render(request, "methods.html", methods_page(language), language)
