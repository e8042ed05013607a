"""Fits: all, one, and land one that was sampled elsewhere."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from sqlalchemy import select

from api.access import AdminDep, InstanceDep
from api.answers import Answer, PageAnswer, iso
from api.asking import AsOfDep, SlugQuery
from api.bodies import WrongContentType
from api.errors import problem_responses
from api.instance import Instance
from api.paging import PageDep
from api.workflows.landing import land_fit
from api.workflows.refitting import Fit
from data.formats.fits import FitFormat
from data.standing import ALWAYS
from data.tables import FITS
from forecasts.errors import FitTooLarge, UnknownFit

router = APIRouter(prefix="/fits", tags=["fits"])
FitId = Annotated[str, Path(max_length=120, examples=["deepseek-r2-284-0a1b2c3d4e5f"])]
#: A fit of 1,000 sources has 10 MB of draws.
LARGEST_MIB = 64
_OCTETS = "application/octet-stream"
_LARGEST_BYTES = LARGEST_MIB * 2**20
_COLUMNS = (FITS.c.id, FITS.c.seq, FITS.c.world, FITS.c.landed_at, FITS.c.body)
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One line of JSON (UTF-8, ended by a newline): id, world, draws_sha256, "
        "seed, versions, diagnostics and checkpoint, as the ledger will keep them. After it the "
        f"draws, an uncompressed .npz. At most {LARGEST_MIB} MiB. `kizashi fit` makes both.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FitAnswer(Answer):
    """A fit as the ledger holds it, without its draws."""

    entry: int = Field(description="its number in the ledger")
    landed_at: str
    fit: FitFormat


class FitList(PageAnswer):
    """A page of fits, newest entry first; the first of a world is the one in force."""

    items: tuple[FitAnswer, ...]


class FitLanded(FitAnswer):
    """A fit that landed."""

    repeated: bool = Field(description="it was there already; nothing was stored twice")
    moved: int = Field(description="number of forecasts that it moved")


async def read_fit(request: Request, _admin: AdminDep) -> Fit:
    """Read a fit from a body, once it is known that its sender may land one.

    Raises:
        WrongContentType: it says that it is something else.
        FitTooLarge: it has more bytes than are taken; the rest is not read.
        RequestValidationError: its first line is not a fit.
    """
    if request.headers.get("content-type", _OCTETS).partition(";")[0].strip().lower() != _OCTETS:
        raise WrongContentType(wanted=_OCTETS)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BYTES:
            raise FitTooLarge(most=LARGEST_MIB)
    line, _, draws = bytes(body).partition(b"\n")
    try:
        written = FitFormat.model_validate_json(line)
    except ValidationError as error:
        # Any bytes are what the schema asks for, so these are faults of their meaning.
        faults = [
            {**fault, "type": "value_error", "loc": ("body", *fault["loc"])}
            for fault in error.errors()
        ]
        raise RequestValidationError(faults) from error
    return Fit(written.model_dump(mode="json"), draws)


@router.get("", operation_id="list_fits", responses=problem_responses(409))
async def list_fits(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    world: SlugQuery = None,
) -> FitList:
    """List the fits that landed, newest entry of the ledger first."""
    query = select(*_COLUMNS).where(FITS.c.landed_at <= as_of.until)
    if world is not None:
        query = query.where(FITS.c.world == world)
    with instance.database.read() as connection:
        rows = connection.execute(page.newest(query, FITS.c.seq)).all()
    shown, following = page.cut(rows)
    items = tuple(_answer(row) for row in shown)
    return FitList(items=items, next_cursor=following)


@router.get("/{fit}", operation_id="get_fit", responses=problem_responses(404, 409))
async def get_fit(fit: FitId, instance: InstanceDep, as_of: AsOfDep) -> FitAnswer:
    """Get one fit."""
    return _read(instance, fit, as_of.until)


@router.post(
    "",
    operation_id="land_fit",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=_UPLOAD,
    responses={
        200: {"model": FitLanded, "description": "It was there already"},
        **problem_responses(401, 403, 404, 409, 413, 503),
    },
)
def post_fit(
    sent: Annotated[Fit, Depends(read_fit)], instance: InstanceDep, response: Response
) -> FitLanded:
    """Land a fit: it moves every forecast of its world. The server never samples.

    Evidence keeps being taken meanwhile. It is durable when this answers.
    """
    landed = land_fit(instance.writer, sent, instance.clock)
    if landed.repeated:
        response.status_code = status.HTTP_200_OK
    told = _read(instance, landed.fit)
    return FitLanded(**dict(told), repeated=landed.repeated, moved=len(landed.steps))


def _read(instance: Instance, fit: str, at: float = ALWAYS) -> FitAnswer:
    """Read a fit that had landed by an instant.

    Raises:
        UnknownFit: there was none of this id.
    """
    query = select(*_COLUMNS).where(FITS.c.id == fit, FITS.c.landed_at <= at)
    with instance.database.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise UnknownFit
    return _answer(row)


def _answer(row: Any) -> FitAnswer:
    """Give a row as an answer."""
    written = FitFormat.model_validate_json(row.body)
    return FitAnswer(entry=row.seq, landed_at=iso(row.landed_at), fit=written)
