"""Feeds as feed readers and calendars read them."""

from datetime import date
from xml.etree import ElementTree as ET

import feedparser
import pytest
from icalendar import Calendar

from api.push.atom import Channel, write_atom
from api.push.calendars import Dated, write_calendar
from api.push.stories import MOST_STORIES, Story
from tests.api.asking import OPEN_DATE, OUTCOME, RECORD
from tests.conftest import NOW
from tests.data.writing import plain

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = f"/api/v1/questions/{OPEN_DATE}/feed.atom"


def read(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return feedparser.parse(answer.content)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("path", ["/api/v1/feed.atom", FEED])
def test_a_feed_has_what_the_rfc_requires(reader, path, language):
    answer = reader.get(f"{path}?lang={language}")
    root, parsed = ET.fromstring(answer.content), feedparser.parse(answer.content)
    entries = root.findall(f"{ATOM}entry")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert (parsed.version, parsed.bozo) == ("atom10", False)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert 0 < len(entries) <= MOST_STORIES
    for element in (root, *entries):
        for needed in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{needed}")) == 1
            assert element.findtext(f"{ATOM}{needed}")
    assert root.find(f"{ATOM}author/{ATOM}name").text
    assert {"self", "alternate"} == {link.get("rel") for link in root.findall(f"{ATOM}link")}
    assert all(entry.find(f"{ATOM}link[@rel='alternate']") is not None for entry in entries)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("urn:uuid:") for name in ids)
    updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert root.findtext(f"{ATOM}updated") == max(updated)


def test_a_record_is_told_with_its_fact_and_what_it_moved(client, key):
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    for path in ("/api/v1/feed.atom", FEED):
        newest = read(client, path).entries[0]

        assert newest.title == RECORD["fact"]["en"]
        assert " bits)" in newest.content[0].value
        assert newest.link.endswith(f"/questions/{OPEN_DATE}")


def test_ids_stay_while_new_stories_come(client, key):
    before = [entry.id for entry in read(client, FEED).entries]
    made = client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster")).json()
    name = made["evidence"]["id"]
    client.post(f"/api/v1/evidence/{name}/retraction", headers=key("admin"))
    client.post("/api/v1/resolutions", json=OUTCOME, headers=key("resolver"))
    after = [entry.id for entry in read(client, FEED).entries]

    assert after[-len(before) :] == before
    assert len(after) == len(before) + 3


def test_forecasts_of_people_stay_out(client, key):
    before = client.get("/api/v1/feed.atom").content
    body = {"question": "coding-arena-parity-2028", "probability": 0.3}
    client.post("/api/v1/forecasts", json=body, headers=key("forecaster"))

    assert client.get("/api/v1/feed.atom").content == before


def test_who_has_it_already_is_told_so_until_something_happens(client, key):
    first = client.get(FEED)
    by_tag = {"If-None-Match": first.headers["etag"]}
    by_date = {"If-Modified-Since": first.headers["last-modified"]}
    statuses = [client.get(FEED, headers=known).status_code for known in (by_tag, by_date)]
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    later = [client.get(FEED, headers=known).status_code for known in (by_tag, by_date)]

    assert statuses == [304, 304]
    assert later == [200, 200]


def test_whatever_a_text_holds_the_feed_can_be_read():
    channel = Channel("urn:uuid:x", "<&\x0b>", "http://a/?b&c", "http://a/", "http://a", "ja")
    story = Story("urn:uuid:y", "]]> \x00\ud800 <b>", ("&amp;", '"quoted"'), "2026-01-01", "/q")
    parsed = feedparser.parse(write_atom(channel, [story]))

    assert parsed.bozo is False
    assert parsed.entries[0].content[0].value == '&amp;\n"quoted"'
    assert ET.fromstring(write_atom(channel, [story])).findtext(f"{ATOM}title") == "<&>"


def test_pages_name_their_feeds(client):
    page = client.get(f"/questions/{OPEN_DATE}?lang=ja").text

    assert 'type="application/atom+xml" title="' in page
    assert f'href="{FEED}?lang=ja"' in page
    assert 'href="/api/v1/feed.atom?lang=ja"' in page


def test_no_such_question_has_no_feed(reader):
    assert reader.get("/api/v1/questions/no-such/feed.atom").status_code == 404


def test_the_calendar_has_the_days_that_are_to_come(reader):
    answer = reader.get("/api/v1/calendar.ics?lang=en")
    calendar = Calendar.from_ical(answer.content)
    asked = reader.get(f"/api/v1/questions/{OPEN_DATE}").json()["question"]
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    closing = events[f"{OPEN_DATE}.closes@deepseek-r2.kizashi"]

    assert answer.headers["content-type"].startswith("text/calendar")
    assert closing["dtstart"].dt == date.fromisoformat(asked["closes"])
    assert asked["title"]["en"] in str(closing["summary"])
    assert str(closing["url"]).endswith(f"/questions/{OPEN_DATE}")
    assert all(event["dtstart"].dt >= NOW.date() for event in events.values())
    assert all("dtstamp" in event and event["dtstamp"].dt.tzinfo for event in events.values())
    assert "METHOD" not in calendar
    assert reader.get("/api/v1/calendar.ics?lang=en").content == answer.content


def test_the_calendar_can_be_narrowed(reader):
    def names(query: str) -> set[str]:
        answer = reader.get(f"/api/v1/calendar.ics?{query}")
        found = Calendar.from_ical(answer.content).walk("VEVENT")
        return {str(event["uid"]).split(".")[0] for event in found}

    everything, dates = names(""), names("type=date")

    assert OPEN_DATE in dates < everything
    assert names("world=deepseek-r2") == everything
    assert reader.get("/api/v1/calendar.ics?world=no-such").status_code == 404
    assert reader.get("/api/v1/calendar.ics?type=no-such").status_code == 422


@pytest.mark.parametrize(
    "title",
    [
        "Commas, semicolons; and back\\slashes",
        "Two\nlines",
        "とても長い日本語の題名は、七十五オクテットで折り返されなければならない。" * 4,
        "Emoji 🎌 at any octet" * 8,
    ],
)
def test_texts_are_escaped_and_long_lines_are_folded(title):
    written = plain(title={"en": "T", "ja": title}).model_copy()
    body = write_calendar([Dated(written, "w", NOW)], date(2025, 1, 1), "http://a", "ja")
    lines = body.split(b"\r\n")
    (event, _) = Calendar.from_ical(body).walk("VEVENT")

    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)  # no character is cut
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert title in str(event["summary"])
