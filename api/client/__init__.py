"""The Python client: `from api.client import Kizashi`."""

from api.client.connection import NoConnection, ProblemTold
from api.client.items import Items
from api.client.kizashi import Kizashi

__all__ = ["Items", "Kizashi", "NoConnection", "ProblemTold"]
