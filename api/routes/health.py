"""For whoever watches the process: is it alive, is it ready, and its metrics. Outside the API."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from api.access import InstanceDep
from api.instance import Instance
from api.metrics import Metrics
from api.stopping import Gate
from data.ledger import read_checkpoint

router = APIRouter(include_in_schema=False)
_NOT_KEPT = {"Cache-Control": "no-store"}
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz")
async def get_health() -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"alive": True}, headers=_NOT_KEPT)


@router.get("/readyz")
async def get_readiness(request: Request, instance: InstanceDep) -> JSONResponse:
    """Say whether requests should be sent here, and why not."""
    reasons = _reasons_against(instance, request.app.state.gate)
    status = 503 if reasons else 200
    return JSONResponse({"ready": not reasons, "reasons": reasons}, status, headers=_NOT_KEPT)


@router.get("/metrics")
def get_metrics(request: Request) -> Response:
    """Give the metrics, in Prometheus' text format, unless they are switched off."""
    if not request.app.state.settings.metrics:
        raise HTTPException(404)
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.write(), headers=_NOT_KEPT, media_type=_METRICS_TYPE)


def _reasons_against(instance: Instance, gate: Gate) -> list[str]:
    """Name all that keeps this process from answering well."""
    reasons = ["stopping"] if gate.is_closed else []
    if not instance.writer.is_alive:
        reasons.append("the writer has stopped")
    if instance.writer.is_full:
        reasons.append("the writer's queue is full")
    try:
        with instance.database.read() as connection:
            read_checkpoint(connection)
    except SQLAlchemyError:
        reasons.append("the database cannot be read")
    return reasons
