"""The written form of a fit: where its draws came from, and how good the runs of NUTS were."""

from typing import Annotated

from pydantic import Field, StringConstraints

from data.formats.base import Format, Line, Number, Slug

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=2**53)]
#: Worlds have ids of 80 characters at most; a number and a part of a hash follow in a fit's.
FitSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]


class FitDiagnostics(Format):
    """What one run of NUTS says about itself; `models.diagnostics` says when it is good enough."""

    r_hat: Number
    bulk_sample: Number
    tail_sample: Number
    divergences: Count
    draws: Count
    tune: Count
    chains: Count
    seed: Count
    seconds: Number
    versions: dict[Line, Line]


class BothDiagnostics(Format):
    """Of the two runs that a fit takes."""

    reliability: FitDiagnostics
    world: FitDiagnostics


class FitCheckpoint(Format):
    """How far the ledger went when the fit read it."""

    entries: Count
    hash: Sha256


class FitFormat(Format):
    """A fit without its draws, as the ledger keeps it."""

    id: FitSlug
    world: Slug
    draws_sha256: Sha256
    seed: Count
    versions: dict[Line, Line]
    diagnostics: BothDiagnostics
    checkpoint: FitCheckpoint
