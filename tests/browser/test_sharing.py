"""Embeds in frames of other sites, and pages on paper."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.browser.looking import SCREENS, faults_of, new_page, watch

pytestmark = pytest.mark.browser
EVENT = "entity-list-deepseek-2026"


@SCREENS
def test_an_embed_fits_the_screen_and_lacks_nothing(browser, address, language, scheme, width):
    path = f"/embed/questions/{EVENT}"

    assert faults_of(browser, address + path, language, scheme, width) == []


def test_an_embed_takes_the_theme_of_its_page_against_the_readers_own(browser, address):
    page = new_page(browser, "en", "light", 560)
    page.goto(f"{address}/embed/questions/{EVENT}?theme=dark")
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.close()

    assert sum(map(int, paper.strip("rgb()").split(","))) < 3 * 60


@pytest.fixture
def elsewhere(address):
    """Give a page of another origin that holds an embed and, against its wish, a page."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            frames = (f"/embed/questions/{EVENT}", f"/questions/{EVENT}")
            for number, path in enumerate(frames):
                frame = f"<iframe name=f{number} src='{address}{path}' width=560></iframe>"
                self.wfile.write(frame.encode())

        def log_message(self, *said: object) -> None:
            """Keep still."""

    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_embed_shows_in_a_page_of_another_origin_and_no_other_page_does(browser, elsewhere):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(elsewhere)
    shown = page.frame_locator("iframe[name=f0]").locator("h1").inner_text()

    assert "Will the US Commerce Department" in shown
    assert page.frame_locator("iframe[name=f1]").locator(".brand").count() == 0
    assert any("frame-ancestors" in line for line in told)
    page.close()


@pytest.mark.parametrize("path", ["/", f"/questions/{EVENT}", "/questions", "/ledger"])
def test_on_paper_a_page_is_black_on_white_without_what_can_be_clicked(browser, address, path):
    page = new_page(browser, "en", "dark", 688)
    page.goto(address + path)
    page.emulate_media(media="print", color_scheme="dark")
    ink = page.evaluate("() => getComputedStyle(document.body).color")

    assert ink == "rgb(0, 0, 0)"
    assert page.locator("nav:visible, button:visible, input:visible, select:visible").count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") == 688
    if path == f"/questions/{EVENT}":
        assert page.locator(".chart svg:visible").count() >= 1
    page.close()
