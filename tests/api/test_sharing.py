"""What others put into their pages: embeds, badges, cards, oEmbed, and what they know it by."""

import struct
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from api.pages.cards import card_svg, drawable
from api.pages.glimpses import glimpse
from api.words import percent
from tests.api.shown import BROWSER, page

EVENT = "entity-list-deepseek-2026"
ENDED = "r2-by-2025-05-31"
BASE = "http://testserver"


def chance(client) -> str:
    forecast = client.get(f"/api/v1/questions/{EVENT}").json()["forecast"]
    return percent(forecast["probability"], "en")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_embed_says_what_the_question_says_and_may_stand_in_frames(reader, theme):
    answer = reader.get(f"/embed/questions/{EVENT}?theme={theme}", headers=BROWSER)
    shown = page(reader, f"/embed/questions/{EVENT}?theme={theme}")

    assert chance(reader) in shown.text
    assert shown.all("html", **{"data-theme": theme})
    assert shown.refused == []
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert all(a["rel"] == "noopener" for a in shown.all("a"))


def test_an_embed_without_a_theme_follows_the_reader_and_speaks_his_language(reader):
    shown = page(reader, f"/embed/questions/{EVENT}", "ja")

    assert shown.all("html") == [{"lang": "ja"}]
    assert "米商務省" in shown.text


def test_other_pages_may_not_stand_in_frames(reader):
    answer = reader.get(f"/questions/{EVENT}", headers=BROWSER)

    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("name", "label"), [(EVENT, "forecast"), (ENDED, "outcome")])
def test_a_badge_is_a_picture_and_the_same_for_shields(reader, name, label):
    drawn = reader.get(f"/badges/questions/{name}.svg")
    told = reader.get(f"/badges/questions/{name}.json").json()
    root = ET.fromstring(drawn.text)

    assert drawn.headers["content-type"] == "image/svg+xml"
    assert root.attrib["aria-label"] == f"{label}: {told['message']}"
    assert (told["schemaVersion"], told["label"]) == (1, label)
    assert told["message"] == (chance(reader) if name == EVENT else "No")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", [EVENT, ENDED, "deepseek-v5-release-date", "lmarena-top-cn-2028"])
def test_a_card_is_a_picture_of_the_size_that_is_shared(reader, name, language):
    answer = reader.get(f"/questions/{name}/card.png?lang={language}")

    assert answer.headers["content-type"] == "image/png"
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)


def test_a_card_speaks_english_where_no_font_has_japanese(reader, shared_instance):
    spoken = drawable("ja", "\U000ffffd")  # a letter that no font has, in the place of Japanese
    seen = glimpse(shared_instance, reader.app.state.drawings, EVENT, spoken)
    letters = set(card_svg(seen, spoken))

    assert spoken == "en"
    assert max(letters) < "\u2e80"
    assert "Commerce" in card_svg(seen, spoken)


def test_a_page_says_how_it_is_shared(reader):
    shown = page(reader, f"/questions/{EVENT}")
    told = {a["property"]: a["content"] for a in shown.all("meta") if "property" in a}
    (embedding,) = shown.all("link", type="application/json+oembed")

    assert told["og:title"].startswith("Will the US Commerce Department")
    assert told["og:url"] == f"{BASE}/questions/{EVENT}"
    assert told["og:image"] == f"{BASE}/questions/{EVENT}/card.png?lang=en"
    assert reader.get(told["og:image"]).status_code == 200
    assert reader.get(embedding["href"]).json()["title"] == told["og:title"]


def test_oembed_gives_a_frame_no_larger_than_asked(reader):
    url = quote(f"{BASE}/questions/{EVENT}", safe="")
    told = reader.get(f"/oembed?url={url}&maxwidth=300").json()

    assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 300)
    assert f'src="{BASE}/embed/questions/{EVENT}"' in told["html"]


@pytest.mark.parametrize(
    "path",
    [
        "/oembed?url=http%3A%2F%2Felsewhere.example%2Fquestions%2F" + EVENT,
        f"/oembed?url={quote(BASE, safe='')}%2Fsources",
        "/embed/questions/none",
        "/badges/questions/none.svg",
        "/questions/none/card.png",
    ],
)
def test_what_is_no_question_is_not_shared(reader, path):
    assert reader.get(path).status_code == 404
