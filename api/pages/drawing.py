"""From Vega-Lite to SVG that a page may hold: no styles of its own, no script, few digits."""

import html
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

#: vl-convert bundles Vega-Lite 6.4; Altair's own default differs in the last digit.
_VEGA_LITE = "6.4"
#: Drawings that are kept: each holds some 30 kB.
_KEPT = 500

_ROOT = re.compile(r'^<svg [^>]*?viewBox="([^"]+)"[^>]*>')
_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_GEOMETRY = re.compile(r'(?<= )(?:d|transform|x2|y2|x|y)="[^"]*"')
_NOISE = re.compile(
    r' (?:aria-hidden|aria-roledescription|role|pointer-events|stroke-miterlimit|class)="[^"]*"'
    r'| opacity="1"|<path d="" display="none"/>|<g></g>'
)
_LINK = re.compile(
    r'<a [^>]*?(?:xlink:)?href="#ev-([^"]*)"[^>]*>(.*?)</a>',
    re.DOTALL,
)
_LABEL = re.compile(r' aria-label="([^"]*)"')


class Drawings:
    """Charts that were drawn; each is drawn once, by one thread, however many readers wait."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def get[T](self, key: tuple[Any, ...], draw: Callable[[], T]) -> T:
        """Give a drawing; draw it if it is new."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                self._kept[key] = draw()
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            drawing: T = self._kept[key]
            return drawing


def to_svg(specification: dict[str, Any], label: str, prefix: str) -> str:
    """Draw a chart.

    Args:
        specification: Vega-Lite.
        label: says what the chart shows, for who cannot see it.
        prefix: begins the ids of its markers. A chart with links is no picture but a group:
            inside a picture, no screen reader would find them.
    """
    import vl_convert  # noqa: PLC0415  # 84 MB that no other page need load

    drawn = vl_convert.vegalite_to_svg(specification, vl_version=_VEGA_LITE)
    root = _ROOT.match(drawn)
    assert root is not None
    body, links = _LINK.subn(lambda found: _link(found, prefix), drawn[root.end() :])
    body = _GEOMETRY.sub(lambda found: _LONG_NUMBER.sub(r"\1", found.group()), body)
    role = "group" if links else "img"
    described = f'role="{role}" aria-label="{html.escape(label)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{root.group(1)}" {described}>{body}'


def _link(found: re.Match[str], prefix: str) -> str:
    """Write a marker: an id to come back to, and its words as name and tooltip."""
    label = _LABEL.search(found.group(2))
    words = label.group(1) if label else ""
    mark = _LABEL.sub("", found.group(2)).replace("/>", f"><title>{words}</title></path>", 1)
    record = found.group(1)
    return (
        f'<a id="{prefix}{record}" class="marker" href="#ev-{record}" aria-label="{words}">{mark}</a>'
    )


def warm_up() -> None:
    """Load the libraries and draw once, so that the first reader need not wait."""
    import altair as alt  # noqa: PLC0415  # as above

    chart = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    to_svg(chart.to_dict(validate=False), "", "")
