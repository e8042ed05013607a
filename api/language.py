"""English and Japanese: which one a reader wants, and what a text is in it."""

import locale
import os
from functools import cache

from api.files import shipped_file
from data.unreadable import Unreadable
from forecasts.errors import KizashiError

LANGUAGES = ("en", "ja")


def translate(text: str, language: str) -> str:
    """Give a text in a language; English, or untranslated, it stays as it is.

    >>> translate("Questions", "ja")
    '質問'
    """
    return _catalogue(language).get(text, text) if language != "en" else text


def say(error: KizashiError, language: str) -> str:
    """Give an error's message in a language."""
    facts = error.facts
    if isinstance(error, Unreadable):  # what is wrong is a text of its own
        facts = facts | {"fault": translate(str(facts["fault"]), language).format(**facts)}
    return translate(error.message, language).format(**facts)


def wanted_language(accepted: str | None) -> str:
    """Choose the first language of an Accept-Language header that we speak; else English.

    >>> wanted_language("fr, ja;q=0.9, en;q=0.8")
    'ja'
    """
    weighted = [_weighted(part) for part in (accepted or "").split(",")]
    ranked = sorted(weighted, key=lambda pair: -pair[1])
    spoken = [language for language, weight in ranked if language in LANGUAGES and weight > 0]
    return spoken[0] if spoken else "en"


def shell_language(setting: str | None = None) -> str:
    """Choose the language of the command line: the setting, else the locale's."""
    names = [setting, os.environ.get("LC_ALL"), os.environ.get("LC_MESSAGES")]
    names += [os.environ.get("LANG"), locale.getlocale()[0]]
    named = next((name for name in names if name), "en")
    return "ja" if named.lower().startswith("ja") else "en"


def _weighted(part: str) -> tuple[str, float]:
    """Give one entry of Accept-Language as (language, weight); what makes no sense weighs 0."""
    name, _, quality = part.strip().partition(";q=")
    try:
        return name.split("-")[0].lower(), float(quality or 1)
    except ValueError:
        return "", 0.0


@cache
def _catalogue(language: str) -> dict[str, str]:
    """Read the translations of a language; Babel loads only when one is wanted."""
    from babel.messages.pofile import read_po  # noqa: PLC0415  # 80 ms that English need not pay

    with shipped_file(f"locales/{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
