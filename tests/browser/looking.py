"""What is wrong with a page as a person meets it: on a screen, in a language, in light or dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

#: Every screen on which every page is looked at.
SCREENS = pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("en", "light", 390),
        ("en", "light", 1280),
        ("en", "dark", 390),
        ("en", "dark", 1280),
        ("ja", "light", 390),
        ("ja", "light", 1280),
        ("ja", "dark", 390),
        ("ja", "dark", 1280),
    ],
)
#: The signs of a page that its fonts do not have: each is drawn as a sign that nobody has is drawn.
_MISSING = """
() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const family = getComputedStyle(document.body).fontFamily;
  const drawn = (sign) => {
    pen.clearRect(0, 0, 24, 24);
    pen.font = `16px ${family}`;
    pen.fillText(sign, 2, 18);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  const none = drawn("\\u{10FFFD}");
  const signs = new Set([...document.documentElement.textContent].filter((s) => s.trim()));
  return [...signs].filter((sign) => drawn(sign) === none).join("");
}
"""


def new_page(browser: Browser, language: str, scheme: str, width: int, **options: Any) -> Page:
    """Open an empty page as a reader would have it."""
    return browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language, **options
    )


def faults_of(browser: Browser, url: str, language: str, scheme: str, width: int) -> list[str]:
    """Open a page and tell all that is wrong with it."""
    page = new_page(browser, language, scheme, width)
    told = watch(page)
    page.goto(url)
    faults = told + faults_in(page, scheme, width)
    page.close()
    return faults


def tip_of(page: Page, chart: str) -> str:
    """Point at a chart, which comes alive, and read what it says a third of the way along."""
    holder = page.locator(chart)
    holder.hover()
    page.locator(f"{chart} .live svg").wait_for()
    box = holder.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    return tip.inner_text()


def watch(page: Page) -> list[str]:
    """Give a list that fills with what the browser complains of from now on."""
    told: list[str] = []
    page.on("console", lambda message: told.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"script: {error}"))
    page.on("requestfailed", lambda request: told.append(f"failed: {request.url}"))
    page.on("response", lambda r: told.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    return told


def faults_in(page: Page, scheme: str, width: int) -> list[str]:
    """Tell what is wrong with a page that is open."""
    faults = []
    across = page.evaluate("document.documentElement.scrollWidth")
    if across != width:
        faults.append(f"{across} pixels wide")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(float, paper.strip("rgba()").split(",")[:3]))
    if (brightness < 3 * 128) is not (scheme == "dark"):
        faults.append(f"paper is {paper}")
    if missing := page.evaluate(_MISSING):
        faults.append(f"no font has {missing}")
    return faults + barriers(page)


def barriers(page: Page) -> list[str]:
    """Tell what keeps people out, of what axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"][:3]
    ]
