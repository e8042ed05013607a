"""Settings: environment variables that begin with KIZASHI_, then defaults."""

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_database() -> str:
    """A file in the user's data directory."""
    return f"sqlite:///{user_data_path('kizashi') / 'kizashi.db'}"


class Settings(BaseSettings):
    """Where the database is, where the server listens, and who it is called by the outside."""

    model_config = SettingsConfigDict(env_prefix="KIZASHI_", extra="ignore")

    database: str = Field(default_factory=_default_database)
    host: str = "127.0.0.1"
    port: int = 8000
    language: str | None = None  # for the command line; else the locale's
