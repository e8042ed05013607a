"""Voices, forecasters and the trail on a question's page: what the API says, and hides."""

from api.words import percent
from tests.api.asking import OPEN_DATE, OUTCOME, get
from tests.api.shown import page
from tests.api.test_disputes import dispute, rule, submit
from tests.api.test_hiding import LATER, QUESTION, hide, submitted


def voice(shown, name: str) -> str:
    """The row of a voice, as words."""
    _, _, rest = shown.text.partition("Voice Says 90% interval From")
    return rest.partition(name)[2][:160].strip()


def test_every_voice_is_shown_with_what_the_api_says_of_it(client, key):
    submitted(client, key("forecaster"), 0.3)
    submitted(client, key("forecaster"), 0.6)
    shown = page(client, f"/questions/{QUESTION}")
    house = get(client, f"/questions/{QUESTION}/house")
    crowd = get(client, f"/questions/{QUESTION}/crowd")["aggregates"]["recency_weighted_log_odds"]
    prior = voice(shown, "The opening prior").partition("%")[0]

    assert voice(shown, "The house").startswith(percent(house["forecast"]["probability"], "en"))
    assert voice(shown, "The crowd").startswith(percent(crowd["probability"], "en"))
    assert "2 forecasters" in voice(shown, "The crowd")
    assert "No market follows this question." in voice(shown, "The markets")
    assert "before any record" in voice(shown, "The opening prior")
    assert voice(shown, "The naive sum").startswith(f"{prior}%"), "there is no record yet"


def test_who_forecasts_what_is_listed_with_reasons(client, key):
    said = {"question": QUESTION, "probability": 0.3, "rationale": "<b>Because</b>"}
    client.post("/api/v1/forecasts", json=said, headers=key("forecaster"))
    shown = page(client, f"/questions/{QUESTION}")

    assert "someone person 30% Why <b>Because</b>" in shown.text


def test_what_a_question_hides_of_others_is_not_on_its_page(client, key, instance):
    submitted(client, key("forecaster"), 0.123)
    hide(instance, forecasts_hidden_until=LATER.isoformat())
    for language, words in (("en", "hides what others forecast until"), ("ja", "予測")):
        shown = page(client, f"/questions/{QUESTION}", language)

        assert words in shown.text
    shown = page(client, f"/questions/{QUESTION}")
    assert voice(shown, "The house").startswith("–") and voice(shown, "The crowd").startswith("–")
    assert "someone" not in shown.text.partition("Who forecasts what")[2]


def test_amended_words_are_shown_with_what_they_were(client, key):
    words = {"reason": "Asked twice.", "fine_print": {"en": "A preview does not count."}}
    headers = key("admin") | {"If-Match": '"v1"'}
    answer = client.post(f"/api/v1/questions/{QUESTION}/amendments", json=words, headers=headers)
    shown = page(client, f"/questions/{QUESTION}")

    assert answer.status_code == 201
    assert "nothing was changed" in page(client, f"/questions/{OPEN_DATE}").text
    assert "Asked twice." in shown.text and shown.all("ins")
    assert shown.all("li", value="2") and shown.all("li", value="1")


def test_a_dispute_is_told_beside_its_record_and_with_its_ruling(client, key):
    record = submit(client, key("forecaster"))
    made = dispute(client, key("forecaster"), record["id"])
    waiting = page(client, f"/questions/{OPEN_DATE}")
    rule(client, key("admin"), made.json()["id"])
    ruled = page(client, f"/questions/{OPEN_DATE}")

    assert "disputed, awaits a ruling" in waiting.text
    assert waiting.all("a", href="#disputes")
    assert "asks that it should not count The page was withdrawn." in waiting.text
    assert "a dispute was upheld" in ruled.text and "So it was." in ruled.text


def test_a_superseded_outcome_stays_with_its_reason(client, key):
    headers, question = key("resolver"), OUTCOME["question"]
    client.post("/api/v1/resolutions", json=OUTCOME, headers=headers)
    again = OUTCOME | {"supersedes_reason": "A page was misread."}
    tag = client.get(f"/api/v1/questions/{question}/resolution").headers["ETag"]
    later = client.post("/api/v1/resolutions", json=again, headers=headers | {"If-Match": tag})
    shown = page(client, f"/questions/{question}")

    assert later.status_code == 201, later.text
    assert "How it was resolved" in shown.text and "(superseded)" in shown.text.replace(" )", ")")
    assert "Why it was changed: A page was misread." in shown.text
