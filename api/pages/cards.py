"""Cards: the picture of a question that is shown where its address is shared."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup, escape

from api.language import translate
from api.pages.glimpses import Glimpse
from api.pages.network import broken
from api.pages.sparklines import Sparkline
from api.pages.wording import Headline

#: As most places that show cards want them, in pixels.
WIDTH, HEIGHT = 1200, 630
#: Fonts that hold Japanese: of the system, and those that come with the reports.
_FAMILY = "Noto Sans CJK JP, Noto Sans JP, sans-serif"
_FONT_PACKAGES = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
#: A letter that no font has: it is drawn as every missing letter is.
_NOBODY_HAS = "\U0010fffd"
#: Room of a line of the title, in Latin letters, and lines.
_ROOM, _MOST_LINES = 42.0, 3
#: The sparkline's own size, and where it stands on the card.
_SPARK_SCALE, _SPARK_PLACE = 4.2, (630, 372)
#: A headline of more letters is written smaller.
_LONG = 9
_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    'font-family="{family}"><rect width="100%" height="100%" fill="#fcfcfa"/>'
    '<rect width="100%" height="14" fill="#2f55a4"/>'
    '<text x="70" y="92" font-size="32" font-weight="700" fill="#2f55a4">Kizashi</text>'
    '<text x="1130" y="92" font-size="26" text-anchor="end" fill="#5b646e">{at}</text>'
    '{title}<text x="70" y="{large_y}" font-size="{large_size}" font-weight="700" '
    'fill="#1b1f24">{large}</text>'
    '<text x="70" y="545" font-size="26" fill="#5b646e">{small}</text>'
    '<text x="70" y="592" font-size="24" fill="#5b646e">{status}</text>{spark}</svg>'
)
_LINE = Markup(
    '<text x="70" y="{y}" font-size="46" font-weight="700" fill="#1b1f24">{words}</text>'
)
_SPARK = Markup(
    '<g transform="translate({x} {y}) scale({scale})"><polyline points="{points}" fill="none" '
    'stroke="#2f55a4" stroke-width="1.2"/><circle cx="{end_x}" cy="{end_y}" r="2.2" '
    'fill="#2f55a4"/></g>'
)


def card_svg(seen: Glimpse, language: str) -> str:
    """Draw the card of a question, in a language that can be drawn (see `drawable`)."""
    title = seen.titles.ja if language == "ja" and seen.titles.ja else seen.titles.en
    large = seen.headline.large if seen.headline else translate("not open yet", language)
    is_long = len(large) > _LONG
    lines = enumerate(broken(title, _ROOM, _MOST_LINES))
    return str(
        _SVG.format(
            width=WIDTH,
            height=HEIGHT,
            family=_FAMILY,
            at=seen.at,
            title=Markup().join(_LINE.format(y=178 + 62 * n, words=words) for n, words in lines),
            large=large,
            large_size=54 if is_long else 112,
            large_y=480,
            small=_small(seen.headline) if seen.headline else "",
            status=f"{seen.line.kind} · {seen.line.status_words}",
            spark=_spark(seen.line.sparkline) if not is_long else Markup(),
        )
    )


def _small(headline: Headline) -> str:
    """Give what stands below the forecast: first its unit."""
    return " · ".join(filter(None, (headline.unit, headline.small)))


def card_png(seen: Glimpse, language: str) -> bytes:
    """Draw the card of a question as a picture."""
    import vl_convert  # noqa: PLC0415  # 84 MB that no other page need load

    drawn: bytes = vl_convert.svg_to_png(card_svg(seen, language), scale=1)
    return drawn


@cache
def drawable(language: str, sample: str = "兆") -> str:
    """Give the language in which a card can be drawn: English where no font has Japanese.

    Args:
        sample: a letter of Japanese.
    """
    if language != "ja":
        return language
    _register_fonts()
    return "ja" if _picture(sample) != _picture(_NOBODY_HAS) else "en"


@cache
def _register_fonts() -> None:
    """Use the fonts that come with the reports, where they are installed."""
    import vl_convert  # noqa: PLC0415  # see above

    for name in _FONT_PACKAGES:
        spec = find_spec(name)
        if spec is not None and spec.origin:
            vl_convert.register_font_directory(str(Path(spec.origin).parent))


def _picture(letter: str) -> bytes:
    """Draw a letter, to see whether some font has it."""
    import vl_convert  # noqa: PLC0415  # see above

    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" font-family="{_FAMILY}">'
        f'<text x="4" y="32" font-size="28">{escape(letter)}</text></svg>'
    )
    drawn: bytes = vl_convert.svg_to_png(svg, scale=1)
    return drawn


def _spark(line: Sparkline | None) -> Markup:
    """Draw how the forecast moved."""
    if line is None:
        return Markup()
    x, y = _SPARK_PLACE
    return _SPARK.format(
        x=x, y=y, scale=_SPARK_SCALE, points=line.points, end_x=line.end_x, end_y=line.end_y
    )
