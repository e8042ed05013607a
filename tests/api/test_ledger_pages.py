"""The pages of the ledger: every entry, what it moved, and whether the chain holds."""

import hashlib
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import text

from api.pages.ledger import ENTRIES_SHOWN
from data.ledger import verify_newest
from forecasts.errors import LedgerBroken
from tests.api.paging import every
from tests.api.shown import BROWSER, Page, page
from tests.api.test_disputes import dispute, rule, submit
from tests.api.test_hiding import QUESTION, hide, submitted
from tests.conftest import NOW

CURATOR = "curator-deepseek-r2"


def numbers(shown: Page) -> list[int]:
    """Give the numbers of the entries of a list."""
    return [int(a["data-seq"]) for a in shown.all("tr") if "data-seq" in a]


def test_the_pages_of_the_ledger_are_all_entries_newest_first(reader):
    address, seen, counts = "/ledger", [], []
    for _ in range(20):
        shown = page(reader, address)
        seen += numbers(shown)
        counts.append(len(numbers(shown)))
        following = shown.all("a", rel="next")
        if not following:
            break
        address = f"/ledger{following[0]['href']}"

    assert seen == list(range(220, 0, -1))
    assert set(counts[:-1]) == {ENTRIES_SHOWN}


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "resolution"},
        {"question": "r2-named-release-date"},
        {"who": CURATOR, "kind": "scenario"},
        {"as_of": "2025-01-31"},
    ],
)
def test_filters_of_the_page_are_those_of_the_api(reader, asked):
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    found = every(reader, "/ledger/entries", **asked, sort="-seq")

    assert numbers(page(reader, f"/ledger?{query}")) == [e["seq"] for e in found][:ENTRIES_SHOWN]
    assert found


def test_entries_about_a_question_are_those_that_name_it(reader):
    name = "r2-named-release-date"
    whole = every(reader, "/ledger/entries", limit=500)
    naming = [
        e["seq"]
        for e in whole
        if (e["kind"] == "question" and e["body"]["question"]["id"] == name)
        or (e["kind"] == "resolution" and e["body"]["resolution"]["question"] == name)
        or any(s["question"] == name for s in e["body"].get("record", {}).get("stances", ()))
    ]

    assert [e["seq"] for e in every(reader, "/ledger/entries", question=name)] == naming
    assert len(naming) > 10


def test_the_text_of_an_entry_has_its_hash(reader):
    for entry in every(reader, "/ledger/entries", limit=500)[::20]:
        hashed = reader.get(f"/ledger/{entry['seq']}.txt").content
        shown = page(reader, f"/ledger/{entry['seq']}")

        assert hashlib.sha256(hashed).hexdigest() == entry["hash"]
        assert entry["hash"] in shown.text
        assert entry["previous"] in shown.text


def test_the_page_of_an_outcome_says_what_it_moved_and_how_far(reader):
    outcome = every(reader, "/ledger/entries", after=180)[0]["body"]["resolution"]["question"]
    steps = every(reader, "/questions/entity-list-deepseek-2026/history", limit=500)
    (moved,) = [step["bits"] for step in steps if step["cause_id"] == outcome]
    shown = page(reader, "/ledger/181")

    assert shown.all("a", href="/questions/entity-list-deepseek-2026")
    assert f"+{moved:.2f}" in shown.text


def test_every_kind_of_entry_has_its_words(client, key, instance):
    record = submit(client, key("forecaster"))
    other = dispute(client, key("forecaster"), record["id"]).json()["id"]
    rule(client, key("admin"), other)
    made = submitted(client, key("forecaster"))
    client.delete(f"/api/v1/forecasts/{made['id']}", headers=key("forecaster"))
    for language in ("en", "ja"):
        shown = page(client, "/ledger", language)
        assert shown.refused == []
        for seq in numbers(shown)[:6]:
            assert page(client, f"/ledger/{seq}", language).refused == []
    words = page(client, "/ledger").text

    for told in ("Disputed: Two people", "Ruled on: Two people", "Forecast of: Will DeepSeek's"):
        assert told in words


def test_a_hidden_forecast_shows_its_hash_alone(client, key, instance):
    hide(instance, forecasts_hidden_until=(NOW + timedelta(days=30)).isoformat())
    submitted(client, key("forecaster"))
    newest = every(client, "/ledger/entries", sort="-seq", limit=500)[0]
    shown = page(client, f"/ledger/{newest['seq']}")

    assert newest["withheld"] is True
    assert newest["hash"] in shown.text
    assert "someone" not in shown.text
    assert client.get(f"/ledger/{newest['seq']}.txt").status_code == 409
    assert "A forecast that its question hides for now." in page(client, "/ledger").text
    for asked in ({"who": "someone"}, {"question": QUESTION}):
        found = every(client, "/ledger/entries", **asked, sort="-seq")
        assert newest["seq"] not in [e["seq"] for e in found]


def test_the_server_says_that_the_chain_holds_and_where_it_does_not(client, instance):
    good = page(client, "/ledger/verification").text
    with instance.database.writing.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS ledger_is_never_updated"))
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE ledger SET body = body || ' ' WHERE seq = 200"))
    bad = page(client, "/ledger/verification").text

    assert "It holds. The server computed the SHA-256 of entries 1 to 220" in good
    assert "The ledger is broken at entry 200: its content does not match its hash." in bad
    with instance.database.read() as connection:
        assert verify_newest(connection, 20)[0] == 201
        with pytest.raises(LedgerBroken):
            verify_newest(connection, 21)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ledger/0", 404),
        ("/ledger/221", 404),
        ("/ledger/221.txt", 404),
        ("/ledger/nonsense", 404),
        ("/ledger?kind=nonsense", 422),
        ("/ledger?cursor=WyJhIiwyXQ", 409),
    ],
)
def test_what_is_no_entry_is_answered_with_a_page(reader, path, status):
    answer = reader.get(path, headers=BROWSER)

    assert answer.status_code == status
    assert "<h1>" in answer.text
