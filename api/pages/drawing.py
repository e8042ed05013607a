"""From Vega-Lite to SVG that a page may hold: no styles of its own, no script, few digits."""

import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from api.files import shipped_file
from api.pages.canvas import Canvas, Look

#: vl-convert bundles Vega-Lite 6.4; Altair's own default differs in the last digit.
_VEGA_LITE = "6.4"
#: Drawings that are kept: each holds some 30 kB.
_KEPT = 500

_ROOT = re.compile(r'^<svg [^>]*?viewBox="([^"]+)"[^>]*>')
_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_GEOMETRY = re.compile(r'(?<= )(?:d|transform|x2|y2|x|y)="[^"]*"')
_NOISE = re.compile(
    r" (?:aria-hidden|aria-roledescription|role|pointer-events|stroke-miterlimit"
    r'|class|font-family)="[^"]*"| opacity="1"'
)
_LINK = re.compile(r'<a [^>]*?href="[^"]*#ev-([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
#: Vega's name of a mark becomes its tooltip, which a browser shows without a script.
_NAMED = re.compile(
    r'<path aria-label="([^"]*)"([^>]*?)/>|<path aria-label="([^"]*)"([^>]*)></path>'
)


class Drawings:
    """Charts that were drawn; each is drawn once, by one thread, however many readers wait."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._lock = threading.Lock()

    def get[T](self, key: tuple[Any, ...], draw: Callable[[], T]) -> T:
        """Give a drawing; draw it if it is new."""
        found: T | None = self._kept.get(key)
        if found is not None:
            return found
        with self._lock:
            drawing: T = self._kept.get(key) or draw()
            self._kept[key] = drawing
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]  # the oldest
            return drawing


def to_svg(
    specification: dict[str, Any],
    label: str,
    prefix: str = "",
    records: Mapping[str, str] | None = None,
) -> Markup:
    """Draw a chart.

    Args:
        specification: Vega-Lite.
        label: says what the chart shows, for who cannot see it.
        prefix: begins the ids of its markers, so that two sizes of a chart can share a page.
        records: what each marker says, by the id of its record. A chart with markers is no picture
            but a group: inside a picture, no screen reader would find their links.
    """
    import vl_convert  # noqa: PLC0415  # 84 MB that no other page need load

    drawn = vl_convert.vegalite_to_svg(specification, vl_version=_VEGA_LITE)
    root = _ROOT.match(drawn)
    assert root is not None
    plain = _NOISE.sub("", drawn[root.end() :])
    body = _LINK.sub(lambda found: _link(found, prefix, records or {}), plain)
    body = _GEOMETRY.sub(lambda found: _LONG_NUMBER.sub(r"\1", found.group()), body)
    described = f'role="{"group" if records else "img"}" aria-label="{escape(label)}"'
    return Markup(f'<svg viewBox="{root.group(1)}" {described}>{body}')  # noqa: S704  # escaped


def _link(found: re.Match[str], prefix: str, records: Mapping[str, str]) -> str:
    """Write a marker: an id to come back to, and its words as name and tooltip."""
    record, words = found.group(1), escape(records[found.group(1)])
    mark = found.group(2).replace("/>", f"><title>{words}</title></path>", 1)
    begin = f'<a id="{prefix}{record}" class="marker" href="#ev-{record}" aria-label="{words}">'
    return f"{begin}{mark}</a>"


def titled_marks(drawn: Markup) -> Markup:
    """Turn names of marks in a picture into tooltips, which a browser shows without a script."""
    return Markup(_NAMED.sub(_titled, drawn))  # noqa: S704  # was drawn here, escaped


def _titled(found: re.Match[str]) -> str:
    """Turn the name of a mark into its tooltip."""
    return f"<path{found[2] or found[4]}><title>{found[1] or found[3]}</title></path>"


def warm_up() -> None:
    """Load the libraries and draw once, so that the first reader need not wait."""
    canvas = Canvas()
    chart = canvas.chart([{"x": 1}]).mark_point().encode(x="x:Q")
    to_svg(canvas.finish(chart, Look(358, 100, "en")), "")


@cache
def charts_script() -> bytes:
    """Give the libraries that draw the same charts in a browser; they come with vl-convert."""
    import vl_convert  # noqa: PLC0415  # see above

    return str(vl_convert.javascript_bundle()).encode()  # type: ignore[call-arg]  # its stub is wrong


def standing_alone(svg: str) -> str:
    """Give a drawing that is a file of its own: the colours of the light page, on its paper."""
    root = shipped_file("static/kizashi.css").read_text(encoding="utf-8").partition("}")[0]
    colours = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]+);", root))
    opaque = svg.replace(">", '><rect width="100%" height="100%" fill="var(--paper)"/>', 1)
    return re.sub(r"var\((--[a-z0-9-]+)\)", lambda found: colours[found[1]], opaque)
