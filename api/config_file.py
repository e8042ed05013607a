"""The settings file: where it is, and what it says. Imports nothing slow."""

import os
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from forecasts.errors import KizashiError

#: What the names of environment variables begin with.
PREFIX = "KIZASHI_"
#: Names another file than the user's own; it is no setting itself.
NAMES_THE_FILE = f"{PREFIX}CONFIG"


class ConfigMissing(KizashiError):
    """A settings file is named that is not there."""

    message = "KIZASHI_CONFIG names {file}, which is not there. Make it, or unset the variable."


class ConfigUnreadable(KizashiError):
    """The settings file is no TOML, or may not be read."""

    message = "The settings file {file} cannot be read ({reason}). Mend it: it is TOML."


def config_path() -> Path:
    """Give the settings file: the one that KIZASHI_CONFIG names, else the user's own."""
    named = os.environ.get(NAMES_THE_FILE)
    return Path(named) if named else user_config_path("kizashi") / "config.toml"


def read_config() -> dict[str, Any]:
    """Read the settings file; nothing where there is none.

    Raises:
        ConfigMissing: KIZASHI_CONFIG names a file that is not there.
        ConfigUnreadable: it is no TOML, or may not be read.
    """
    path = config_path()
    if not path.exists():
        if os.environ.get(NAMES_THE_FILE):
            raise ConfigMissing(file=path)
        return {}
    import tomllib  # noqa: PLC0415  # seldom needed

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigUnreadable(file=path, reason=str(error).replace("\n", " ")) from None
    except OSError as error:
        raise ConfigUnreadable(file=path, reason=error.strerror) from None


def wanted_language() -> str | None:
    """Give the language that was set, if any; a file that cannot be read is told of later."""
    try:
        named = os.environ.get(f"{PREFIX}LANGUAGE") or read_config().get("language")
    except KizashiError:
        return None
    return str(named) if named else None
