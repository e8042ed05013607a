"""Badges: a forecast in the space of two words, as SVG, and as JSON for shields.io."""

from markupsafe import Markup

from api.language import translate
from api.pages.glimpses import Glimpse

#: Width of letters at 11 px, and the room beside them.
_LATIN, _JAPANESE, _BESIDE = 6.7, 11.3, 8.0
#: Letters of a forecast that a badge has room for.
_MOST_LETTERS = 40
#: Colours that white letters can be read on: a forecast, and an outcome.
_FORECAST, _OUTCOME = "2f55a4", "0b6b52"
_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" '
    'aria-label="{label}: {message}"><title>{title}</title>'
    '<clipPath id="c"><rect width="{width}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#c)"><rect width="{left}" height="20" fill="#454b52"/>'
    '<rect x="{left}" width="{right}" height="20" fill="#{colour}"/></g>'
    '<g fill="#fff" text-anchor="middle" font-size="11" '
    'font-family="Verdana,DejaVu Sans,Noto Sans CJK JP,sans-serif">'
    '<text x="{left_middle}" y="14">{label}</text>'
    '<text x="{right_middle}" y="14">{message}</text></g></svg>'
)


def badge_words(seen: Glimpse, language: str) -> tuple[str, str, str]:
    """Give the two words of a badge, and its colour."""
    is_ended = bool(seen.line.outcome)
    label = translate("outcome" if is_ended else "forecast", language)
    said = seen.headline.whole if seen.headline else "–"
    if len(said) > _MOST_LETTERS:
        said = f"{said[:_MOST_LETTERS]}…"
    return label, said, _OUTCOME if is_ended else _FORECAST


def badge_svg(seen: Glimpse, language: str) -> str:
    """Draw a badge."""
    label, message, colour = badge_words(seen, language)
    left, right = _width(label), _width(message)
    return str(
        _SVG.format(
            width=left + right,
            left=left,
            right=right,
            left_middle=left / 2,
            right_middle=left + right / 2,
            label=label,
            message=message,
            colour=colour,
            title=seen.line.title.text,
        )
    )


def badge_json(seen: Glimpse, language: str) -> dict[str, object]:
    """Give a badge as the endpoint of shields.io wants it."""
    label, message, colour = badge_words(seen, language)
    return {"schemaVersion": 1, "label": label, "message": message, "color": colour}


def _width(text: str) -> int:
    """Give the width of a word with room beside it."""
    letters = sum(_LATIN if letter < "\u2e80" else _JAPANESE for letter in text)
    return round(letters + 2 * _BESIDE)
