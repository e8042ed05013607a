"""Exports: every collection whole, as JSON, CSV or Parquet; a data package; a modelling hub."""

import inspect
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from api.access import InstanceDep, OptionalActorDep
from api.asking import AsOf, AsOfDep
from api.errors import problem_responses
from api.hiding import hidden_questions, is_withheld, shown_forecasts
from api.instance import Instance
from api.roles import Actor
from api.workflows.exporting import export_hub, export_package, notes_of, spaces_of, zipped
from data.exports.columns import Asked, ExportTable
from data.exports.packages import descriptor
from data.exports.tables import EXPORTS
from data.exports.writing import MEDIA_TYPES, Form, write_table

router = APIRouter(tags=["exports"])
FormPath = Annotated[Form, PathParameter(description="json, csv or parquet")]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The whole table",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": _BINARY,
        },
    },
}
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {"description": "A zip archive", "content": {"application/zip": _BINARY}},
}


def _asked(instance: Instance, as_of: AsOf, reader: Actor | None, where: dict[str, str]) -> Asked:
    """Say what of the tables a reader wants, and may see."""
    actor, now = reader.id if reader else None, instance.clock_instant()
    with instance.database.read() as connection:
        hidden = hidden_questions(connection, actor, now)
    return Asked(
        holds=as_of.holds,
        at=as_of.at,
        shown=shown_forecasts(actor, now),
        withholds=lambda entry: is_withheld(entry, hidden, actor),
        where=where,
    )


def _notes(request: Request, instance: Instance, as_of: AsOf) -> dict[str, str]:
    """Say what an export is."""
    licence = request.app.state.settings.data_licence
    with instance.database.read() as connection:
        return notes_of(connection, as_of.at, instance.clock_instant(), licence)


def _headers(name: str, notes: dict[str, str]) -> dict[str, str]:
    """Say beside a file what its licence is, and how it is cited."""
    return {
        "Content-Disposition": f'inline; filename="{name}"',
        "Link": f'<https://spdx.org/licenses/{notes["licence"]}>; rel="license"',
        "Citation": notes["citation"],
    }


def _exporter(table: ExportTable) -> Callable[..., Any]:
    """Give the operation that exports one table, with the filters that the table has."""

    async def export(
        form: Form,
        request: Request,
        instance: Instance,
        as_of: AsOf,
        reader: Actor | None,
        **where: str | None,
    ) -> StreamingResponse:
        chosen = {name: value for name, value in where.items() if value is not None}
        asked, notes = _asked(instance, as_of, reader, chosen), _notes(request, instance, as_of)

        def pieces() -> Iterator[bytes]:
            with instance.database.read() as connection:
                yield from write_table(table, table.rows(connection, asked), form, notes)

        headers = _headers(f"{table.name}.{form}", notes)
        return StreamingResponse(pieces(), media_type=MEDIA_TYPES[form], headers=headers)

    export.__doc__ = f"""Export {table.name.replace("_", " ")} whole: a row is this: {table.en}"""
    annotations = {
        "form": FormPath,
        "request": Request,
        "instance": InstanceDep,
        "as_of": AsOfDep,
        "reader": OptionalActorDep,
    }
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(n, kind, annotation=a) for n, a in annotations.items()]
    for name in table.filters:
        wanted = Annotated[str | None, Query(max_length=80, description=f"only this {name}")]
        parameters.append(inspect.Parameter(name, kind, annotation=wanted, default=None))
    export.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by FastAPI
        parameters, return_annotation=StreamingResponse
    )
    return export


for _table in EXPORTS.values():
    router.add_api_route(
        f"/{_table.name}.{{form}}",
        _exporter(_table),
        operation_id=f"export_{_table.name}",
        response_class=StreamingResponse,
        responses={**_FILES, **problem_responses(401, 404, 409)},
    )


@router.get(
    "/datapackage.json",
    operation_id="get_data_package",
    responses=problem_responses(409),
)
async def get_data_package(
    request: Request, instance: InstanceDep, as_of: AsOfDep
) -> dict[str, Any]:
    """Describe every exported table and column, as a Frictionless data package (version 2)."""
    return descriptor("parquet", _notes(request, instance, as_of))


@router.get(
    "/datapackage.zip",
    operation_id="export_data_package",
    response_class=StreamingResponse,
    responses={**_ARCHIVE, **problem_responses(401, 409)},
)
def get_data_package_zip(
    request: Request,
    instance: InstanceDep,
    as_of: AsOfDep,
    reader: OptionalActorDep,
    form: Annotated[Form, Query(description="of the tables")] = "parquet",
) -> StreamingResponse:
    """Export every table and the description of them, as one archive."""
    asked, notes = _asked(instance, as_of, reader, {}), _notes(request, instance, as_of)

    def write(folder: Path) -> None:
        with instance.database.read() as connection:
            export_package(folder, connection, asked, form, notes)

    return _archive("kizashi-datapackage.zip", notes, write)


@router.get(
    "/hub.zip",
    operation_id="export_hub",
    response_class=StreamingResponse,
    responses={**_ARCHIVE, **problem_responses(401, 409)},
)
def get_hub_zip(
    request: Request, instance: InstanceDep, as_of: AsOfDep, reader: OptionalActorDep
) -> StreamingResponse:
    """Export forecasts as a modelling hub (hubverse): what stood at the end of every month."""
    asked, notes = _asked(instance, as_of, reader, {}), _notes(request, instance, as_of)

    def write(folder: Path) -> None:
        with instance.database.read() as connection:
            export_hub(folder, connection, asked, spaces_of(instance.writer.timelines), notes)

    return _archive("kizashi-hub.zip", notes, write)


def _archive(name: str, notes: dict[str, str], write: Callable[[Path], None]) -> StreamingResponse:
    """Send a folder as an archive."""

    def pieces() -> Iterator[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder))
            yield from zipped(Path(folder))

    return StreamingResponse(pieces(), media_type="application/zip", headers=_headers(name, notes))
