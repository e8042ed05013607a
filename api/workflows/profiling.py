"""The deed of changing a profile: what a forecaster is called, and what he says of himself."""

from data.forecasters import read_forecaster, save_profile
from data.writer import Transaction
from forecasts.errors import UnknownForecaster
from forecasts.refusals import NotYourProfile


def change_profile(
    transaction: Transaction,
    forecaster: str,
    actor: str,
    name: str | None,
    about: str | None,
    *,
    is_admin: bool,
) -> None:
    """Change a profile. Nothing of it enters the ledger, which holds ids only.

    Raises:
        UnknownForecaster: there is none of this id, or it was forgotten.
        NotYourProfile: it is somebody else's.
    """
    row = read_forecaster(transaction.connection, forecaster)
    if row is None or row.forgotten_at is not None:
        raise UnknownForecaster
    if forecaster != actor and not is_admin:
        raise NotYourProfile
    save_profile(transaction.connection, forecaster, name, about)
