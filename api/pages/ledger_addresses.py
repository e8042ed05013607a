"""The addresses of the ledger's pages, and the text behind an entry's hash."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response

from api.access import InstanceDep, LanguageDep, reader_of
from api.asking import AsOfDep, SlugQuery
from api.pages.entry import entry_page, entry_text
from api.pages.ledger import entry_filters, ledger_page, verdict_page
from api.pages.rendering import render
from api.paging import Page, decode_cursor
from api.public_address import public_base
from data.ledger import EntryKind

router = APIRouter(include_in_schema=False, default_response_class=Response)
_LARGEST = 2**31 - 1
EntryNumber = Annotated[int, Path(ge=1, le=_LARGEST)]


@router.get("/ledger")
def show_ledger(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    as_of: AsOfDep,
    *,
    kind: EntryKind | None = None,
    who: SlugQuery = None,
    question: SlugQuery = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Show entries, newest first."""
    del kind, who, question  # checked, and read from the query below
    query = {name: value for name, value in request.query_params.items() if name != "lang"}
    place = Page(1, decode_cursor(cursor) if cursor else None).after_entry()
    until = as_of.recorded_at if as_of.is_past else None
    filters = entry_filters(instance, reader_of(request, instance), until, query)
    page = ledger_page(instance, filters, place, query, public_base(request), language)
    return render(request, "ledger.html", page, language)


@router.get("/ledger/verification")
def show_verdict(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Compute the hashes anew, and say whether the chain holds."""
    return render(request, "verdict.html", verdict_page(instance, language), language)


@router.get("/ledger/{seq}.txt")
def give_hashed_text(seq: EntryNumber, request: Request, instance: InstanceDep) -> Response:
    """Give the text over which the hash of an entry is made, to the byte."""
    filters = entry_filters(instance, reader_of(request, instance), None, {})
    return PlainTextResponse(entry_text(instance, seq, filters))


@router.get("/ledger/{seq}")
def show_entry(
    seq: EntryNumber, request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Show one entry."""
    filters = entry_filters(instance, reader_of(request, instance), None, {})
    return render(request, "entry.html", entry_page(instance, seq, filters, language), language)
