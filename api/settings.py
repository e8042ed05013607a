"""Settings: environment variables that begin with KIZASHI_, then the TOML file, then defaults."""

import os
from dataclasses import dataclass
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.config_file import NAMES_THE_FILE, PREFIX, config_path, read_config
from forecasts.errors import KizashiError

_ENVIRONMENT = "env"
#: What a secret is shown as.
MASK = "********"
#: The address of a platform, without a slash at its end.
_URL = r"^https?://[^\s?#]+[^\s?#/]$"


class UnknownSetting(KizashiError):
    """Something is set that is no setting."""

    message = "{key} ({place}) is no setting. The settings are: {known}."


class SettingDoesNotFit(KizashiError):
    """A setting has a value that it cannot have."""

    message = (
        "{key} ({place}) cannot be that: {reason}. What can be set stands in docs/settings.md."
    )


def _default_database() -> str:
    """A file in the user's data directory."""
    return f"sqlite:///{user_data_path('kizashi') / 'kizashi.db'}"


class Settings(BaseSettings):
    """All that an operator can choose; `docs/settings.md` says the same in a table."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", hide_input_in_errors=True
    )

    database: str = Field(default_factory=_default_database)
    server: str | None = None
    key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65_535)
    language: Literal["en", "ja"] | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "pretty"] = "auto"
    access_log: Literal["all", "notable", "none"] = "notable"
    slow_seconds: float = Field(1.0, ge=0, allow_inf_nan=False)
    stop_seconds: float = Field(30.0, ge=0, le=3_600)
    metrics: bool = True
    rate_per_minute: int = Field(6_000, ge=0, le=10**9)
    rate_strangers: int = Field(1_200, ge=0, le=10**9)
    trusted_proxies: str | None = None
    judging_every_seconds: float = Field(600.0, ge=0, le=86_400, allow_inf_nan=False)
    judging_kept: int = Field(16, ge=1, le=1_000)
    publish_reports: bool = True
    reports_after_hours: float = Field(24.0, ge=0, le=8_760, allow_inf_nan=False)
    fiscal_year_begins: Literal["january", "april", "july", "october"] = "january"
    most_streams: int = Field(500, ge=1, le=100_000)
    stream_seconds: float = Field(60.0, gt=0, le=3_600)
    data_licence: str = Field("CC-BY-4.0", pattern=r"^[A-Za-z0-9.+-]{1,60}$")
    webhook_allow_http: bool = False
    webhook_allow_private: bool = False
    public_url: str | None = Field(None, pattern=r"^https?://[^/\s]+$")
    smtp_host: str | None = None
    smtp_port: int = Field(587, ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str = "kizashi@localhost"
    github_client_id: str | None = None
    github_client_secret: SecretStr | None = None
    github_sign_up: bool = False
    github_url: str = "https://github.com"
    github_api_url: str = "https://api.github.com"
    market_sync_hours: float = Field(0.0, ge=0, le=8_760, allow_inf_nan=False)
    market_sync_platforms: str | None = Field(None, max_length=400)
    market_history: Literal["followed", "all"] = "followed"
    market_attempts: int = Field(8, ge=1, le=100)
    market_wait_seconds: float = Field(1.0, ge=0, le=600, allow_inf_nan=False)
    manifold_url: str = Field("https://api.manifold.markets", pattern=_URL)
    polymarket_url: str = Field("https://gamma-api.polymarket.com", pattern=_URL)
    polymarket_history_url: str = Field("https://clob.polymarket.com", pattern=_URL)
    kalshi_url: str = Field("https://api.elections.kalshi.com/trade-api/v2", pattern=_URL)
    metaculus_url: str = Field("https://www.metaculus.com", pattern=_URL)
    metaculus_token: SecretStr | None = None
    metaculus_accept_terms: bool = False
    forecastbench_url: str = Field(
        "https://raw.githubusercontent.com/forecastingresearch/forecastbench-datasets/main",
        pattern=_URL,
    )

    @property
    def first_month(self) -> int:
        """Month with which a year of reports begins."""
        return {"january": 1, "april": 4, "july": 7, "october": 10}[self.fiscal_year_begins]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Say what counts before what; no .env file is read, and no folder of secrets."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_config())


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting as it is in force; `value` is masked where it is a secret."""

    name: str
    value: str | float | None
    origin: str


def read_settings() -> Settings:
    """Read all settings.

    Raises:
        ConfigMissing, ConfigUnreadable: see there.
        UnknownSetting: the file, or the environment, sets something that is none.
        SettingDoesNotFit: a value is no such thing.
    """
    _refuse_unknown(_ENVIRONMENT, [PREFIX + name.upper() for name in _in_environment()])
    _refuse_unknown(str(config_path()), list(read_config()))
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        name = str(fault["loc"][0])
        in_environment = name in _in_environment()
        raise SettingDoesNotFit(
            place=_ENVIRONMENT if in_environment else config_path(),
            key=PREFIX + name.upper() if in_environment else name,
            reason=fault["msg"],
        ) from None


def settings_in_force() -> list[InForce]:
    """Give each setting with its value and where it came from."""
    settings, environment, written = read_settings(), _in_environment(), read_config()
    rows = []
    for name in Settings.model_fields:
        origin = str(config_path()) if name in written else "default"
        if name in environment:
            origin = PREFIX + name.upper()
        rows.append(InForce(name, _shown(getattr(settings, name)), origin))
    return rows


def _in_environment() -> set[str]:
    """Names that the environment sets, as the class writes them; an empty one counts as unset."""
    return {
        name[len(PREFIX) :].lower()
        for name, value in os.environ.items()
        if name.upper().startswith(PREFIX) and name.upper() != NAMES_THE_FILE and value
    }


def _refuse_unknown(place: str, keys: list[str]) -> None:
    """Refuse what is no setting: a typing error must not leave a default in force."""
    known = ", ".join(Settings.model_fields)
    for key in keys:
        if key.removeprefix(PREFIX).lower() not in Settings.model_fields:
            raise UnknownSetting(place=place, key=key[:80], known=known)


def _shown(value: Any) -> str | float | None:
    """Give a value as it may be shown: secrets, and passwords in addresses, are masked."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, str) and "://" in value:
        try:
            return make_url(value).render_as_string(hide_password=True)
        except ArgumentError:
            return MASK
    return value if value is None or isinstance(value, bool | int | float) else str(value)
