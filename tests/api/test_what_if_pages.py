"""The pages of what-ifs and scenarios: the address is the scenario, and each word is told apart."""

from urllib.parse import urlencode

import pytest

from api.keys import create_key
from api.pages.movements import _chance, points_in_words
from api.workflows.signing_in import make_link
from tests.api.asking import OPEN_DATE, get
from tests.api.shown import BROWSER, Page, page
from tests.conftest import NOW

ENTITY, LICENCE = "entity-list-deepseek-2026", "h20-licence-by-2025-06-30"
CUT = "make=chip_access:-1.5"
BAN = "/scenarios/us-bans-and-chips-are-cut"
SITE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


def rows(shown: Page, prefix: str) -> list[str]:
    return [a["id"].removeprefix(prefix) for a in shown.all("tr") if "id" in a]


def test_without_a_supposition_the_page_shows_the_forecasts_as_they_stand(reader):
    shown = page(reader, "/what-if")

    assert "Nothing is supposed yet" in shown.text
    assert len(shown.all("input", type="range")) == 9
    assert all("checked" not in a for a in shown.all("input", name="set"))
    assert shown.text.count("no change") == len(rows(shown, "moved-")) == 12
    assert shown.refused == []


def test_a_form_leads_to_the_address_that_says_the_same(reader):
    sent = [
        ("world", "deepseek-r2"),
        ("set", "chip_access"),
        ("slider.chip_access", "-1.5"),
        ("slider.lab_capability", "0.2"),
        (f"says.{ENTITY}", "yes"),
        ("says.eu-six-member-state-bans-2028", ""),
        (f"says.{OPEN_DATE}", "by"),
        (f"amount.{OPEN_DATE}", "2027-06-30"),
        ("amount.deepseek-output-price-2028", "2"),
        ("target", ""),
        ("first", "coding-arena-parity-2028"),
        ("second", "lmarena-top-cn-2028"),
        ("third", ""),
    ]
    answer = reader.get(f"/what-if?{urlencode(sent)}", headers=BROWSER, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == (
        f"/what-if?world=deepseek-r2&{CUT}&learn={ENTITY}:yes&learn={OPEN_DATE}:by=2027-06-30"
        "&together=coding-arena-parity-2028,lmarena-top-cn-2028"
    )
    by_htmx = reader.get(f"/what-if?{urlencode(sent)}", headers=BROWSER | {"HX-Request": "true"})
    assert by_htmx.status_code == 200
    assert by_htmx.headers["hx-replace-url"] == answer.headers["location"]


def test_an_address_gives_back_its_switches_and_sliders(reader):
    shown = page(
        reader, f"/what-if?{CUT}&learn={ENTITY}:no&learn=deepseek-output-price-2028:at-least=3"
    )

    assert [a["value"] for a in shown.all("input", name="set") if "checked" in a] == ["chip_access"]
    assert shown.all("input", name="slider.chip_access")[0]["value"] == "-1.5"
    chosen = [a["value"] for a in shown.all("option") if "selected" in a and a["value"]]
    assert sorted(chosen) == ["at-least", "no"]
    assert shown.all("input", name="amount.deepseek-output-price-2028")[0]["value"] == "3.0"


def test_what_the_api_says_stands_on_the_page_with_points_largest_first(reader):
    body = {"make": [{"driver": "chip_access", "value": -1.5}]}
    answer = reader.post("/api/v1/worlds/deepseek-r2/what-if", json=body).json()
    moved = {
        one["question"]: 100 * (one["after"]["probability"] - one["before"]["probability"])
        for one in answer["questions"]
        if one["after"]["probability"] is not None
    }
    shown = page(reader, f"/what-if?{CUT}")

    for points in moved.values():
        assert points_in_words(points, "en") in shown.text
    order = [name for name in rows(shown, "moved-") if name in moved]
    sizes = [abs(moved[name]) if abs(moved[name]) >= 0.05 else 0 for name in order]
    assert sizes == sorted(sizes, reverse=True)


def test_to_learn_moves_the_drivers_along_and_to_make_does_not(reader):
    still = page(reader, "/what-if").all("input", type="range")
    made = page(reader, "/what-if?make=regulatory_pressure_us:2").all("input", type="range")
    learned = page(reader, f"/what-if?learn={ENTITY}:yes").all("input", type="range")
    values = [{a["name"]: a["value"] for a in ranges} for ranges in (still, made, learned)]
    name = "slider.regulatory_pressure_us"

    assert {k for k in values[0] if values[0][k] != values[1][k]} == {name}
    assert float(values[2][name]) > float(values[0][name])


def test_both_readings_have_their_own_words(reader):
    made = page(reader, f"/what-if?{CUT}").text
    learned = page(reader, f"/what-if?learn={ENTITY}:yes").text
    both = page(reader, f"/what-if?{CUT}&learn={ENTITY}:yes").text

    assert "What is made so has no chance of its own" in made
    assert "What is learned here has a chance of" in learned
    assert "Once it is made so, what is learned here has a chance of" in both


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"learn={LICENCE}:no", "This cannot be, given what is known."),
        (f"learn={OPEN_DATE}:by=2027-01-31&learn={OPEN_DATE}:after=2027-06-30", "This cannot be"),
        (f"learn={OPEN_DATE}:by=1999-01-01", "a day from"),
        ("learn=nobody:yes", "question"),
        ("make=nobody:1", "question"),
        ("make=chip_access:nan", "A condition is written"),
        ("make=chip_access:99", "A condition is written"),
        ("&".join(["learn=" + ENTITY + ":yes"] * 33), "A condition is written"),
    ],
)
def test_what_cannot_be_is_told_on_the_page(reader, query, words):
    shown = page(reader, f"/what-if?{query}")

    assert "Impossible." in shown.text and words in shown.text
    assert rows(shown, "moved-") == []


def test_an_impossible_combination_names_questions_by_their_titles(reader):
    shown = page(reader, f"/what-if?learn={LICENCE}:no")
    title = get(reader, f"/questions/{LICENCE}")["question"]["title"]["en"]

    assert f"What cannot come out so: {title}" in shown.text


def test_a_small_change_is_seen_in_both_chances():
    assert [_chance(one, 0.2, "en") for one in (0.0801, 0.0821)] == ["8.0%", "8.2%"]
    assert _chance(0.0801, 3.0, "en") == "8%"


def test_few_draws_are_told(reader):
    shown = page(reader, "/what-if?learn=chip_access:at-least=2")

    assert "Unsure." in shown.text and "take these numbers as a guess" in shown.text


def test_conditions_without_a_control_can_be_left_out(reader):
    shown = page(reader, f"/what-if?learn={LICENCE}:yes&make={ENTITY}:yes")
    kept = [(a["name"], a["value"]) for a in shown.all("input", type="checkbox") if "checked" in a]

    assert kept == [("make", f"{ENTITY}:yes"), ("learn", f"{LICENCE}:yes")]
    assert "Known by now: Yes" in shown.text


def test_a_joint_table_sums_to_all_of_it(reader):
    tables = [["coding-arena-parity-2028", ENTITY]]
    body = {"tables": tables}
    answer = reader.post("/api/v1/worlds/deepseek-r2/what-if", json=body).json()
    shown = page(reader, f"/what-if?together={','.join(tables[0])}")
    flat = [cell for row in answer["tables"][0]["probabilities"] for cell in row]

    assert len([a for a in shown.all("td") if a.get("class", "").startswith("warm-")]) == 4
    assert sum(flat) == pytest.approx(1)
    assert f"{max(flat):.0%}" in shown.text


def test_three_questions_have_a_layer_for_each_outcome_of_the_third(reader):
    shown = page(reader, f"/what-if?together=coding-arena-parity-2028,{ENTITY},{OPEN_DATE}")

    assert len(shown.all("table", **{"class": "heat"})) == 2


def test_a_target_has_its_watch_list_and_its_tornado(reader):
    shown = page(reader, f"/what-if?target={OPEN_DATE}")

    assert "Bits to be learned" in shown.text
    assert "DeepSeek's capability" in shown.text
    assert "Drivers that do not move it:" in shown.text


def test_an_unknown_world_is_not_found(reader):
    assert reader.get("/what-if?world=nowhere", headers=BROWSER).status_code == 404


def test_scenarios_are_listed_with_those_that_cannot_be_any_more_apart(reader):
    shown = page(reader, "/scenarios")

    assert "Still possible 2" in shown.text and "No longer possible 1" in shown.text
    assert shown.refused == []


def test_a_scenario_shows_its_chance_its_assumptions_and_what_moved_it(reader):
    shown = page(reader, BAN)
    answer = get(reader, "/scenarios/us-bans-and-chips-are-cut")

    assert f"{answer['chance']['probability']:.0%}" in shown.text
    assert "set to −1.5 (lower than 93% of its prior)" in shown.text
    assert "an outcome that became known" in shown.text
    markers = {a["href"].removeprefix("#ev-") for a in shown.all("a", **{"class": "marker"})}
    assert markers == {a["id"].removeprefix("ev-") for a in shown.all("tr") if "ev-" in str(a)}
    assert shown.refused == []


@pytest.mark.parametrize("as_of", ["", "?as_of=2025-06-30"])
def test_the_chart_of_a_scenario_is_had_live_with_the_chances_of_the_api(reader, as_of):
    holders = [a for a in page(reader, BAN + as_of, "ja").all("div") if "data-spec" in a]
    chance = get(reader, f"/scenarios/us-bans-and-chips-are-cut{as_of}")["chance"]["probability"]

    assert [a["class"] for a in holders] == ["wide", "narrow"]
    for holder in holders:
        specification = reader.get(holder["data-spec"]).json()
        rows = [row for rows in specification["datasets"].values() for row in rows]
        drawn = max((row for row in rows if "y" in row and "n" in row), key=lambda row: row["n"])
        assert drawn["y"] == pytest.approx(chance)
        assert any("出来事" in row for row in rows)  # what a marker says under the pointer


@pytest.mark.parametrize("scenario", ["nowhere", "us-bans-and-chips-are-cut"])
def test_a_scenario_without_a_history_has_no_chart(reader, scenario):
    assert reader.get(f"/scenarios/{scenario}/history.vl.json?as_of=2025-02-27").status_code == 404


def test_a_scenario_that_cannot_be_says_so(reader):
    assert "It cannot be any more" in page(reader, "/scenarios/r2-keeps-its-promise").text


def test_a_scenario_is_shown_as_it_stood(reader):
    shown = page(reader, f"{BAN}?as_of=2025-06-30")
    answer = get(reader, "/scenarios/us-bans-and-chips-are-cut?as_of=2025-06-30")

    assert "As it stood at Jun 30, 2025" in shown.text
    assert f"{answer['chance']['probability']:.0%}" in shown.text


def test_a_scenario_leads_to_its_what_if(reader):
    link = next(a["href"] for a in page(reader, BAN).all("a") if "/what-if?" in a["href"])

    assert link == f"/what-if?world=deepseek-r2&{CUT}&learn={ENTITY}:yes&learn={LICENCE}:yes"


def test_who_is_signed_in_keeps_a_what_if_as_a_scenario(client, instance):
    instance.writer.do(lambda change: create_key(change, "ann", "forecaster", NOW))
    link = instance.writer.do(lambda change: make_link(change, "ann", NOW))
    client.post(f"/sign-in/link/{link.token}", headers=SITE)
    address = f"/what-if?world=deepseek-r2&{CUT}&learn={ENTITY}:yes"
    assert 'name="title"' in client.get(address, headers=BROWSER).text
    form = {"what_if": address, "title": "Listed & cut <off>", "title_ja": ""}

    kept = client.post("/what-if/scenarios", data=form, headers=SITE, follow_redirects=False)
    shown = page(client, kept.headers["location"])

    assert kept.status_code == 303
    assert kept.headers["location"].startswith("/scenarios/listed-cut-off-")
    assert "Listed & cut <off>" in shown.text
    stored = get(client, kept.headers["location"])["scenario"]
    assert stored["make"][0]["value"] == -1.5 and stored["learn"][0]["outcome"] is True
    again = client.post("/what-if/scenarios", data=form, headers=SITE)
    assert again.status_code == 409


def test_a_scenario_is_kept_by_nobody_else(client, instance):
    address = f"/what-if?world=deepseek-r2&{CUT}"
    form = {"what_if": address, "title": "Mine"}

    assert client.post("/what-if/scenarios", data=form, headers=SITE).status_code == 401
    instance.writer.do(lambda change: create_key(change, "ann", "forecaster", NOW))
    link = instance.writer.do(lambda change: make_link(change, "ann", NOW))
    client.post(f"/sign-in/link/{link.token}", headers=SITE)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/what-if/scenarios", data=form, headers=elsewhere).status_code == 403
    nameless = form | {"title": " "}
    assert client.post("/what-if/scenarios", data=nameless, headers=SITE).status_code == 409
    empty = form | {"what_if": "/what-if"}
    assert client.post("/what-if/scenarios", data=empty, headers=SITE).status_code == 409


def test_a_what_if_is_had_as_json_and_as_csv(reader):
    body = {"make": [{"driver": "chip_access", "value": -1.5}]}
    answer = reader.post("/api/v1/worlds/deepseek-r2/what-if", json=body).json()
    links = [a["href"] for a in page(reader, f"/what-if?{CUT}").all("a") if ".csv" in a["href"]]
    rows = reader.get(links[0]).text.splitlines()

    assert reader.get(f"/what-if.json?{CUT}").json() == answer
    assert rows[0] == "question,title,event,before,after,points,supposed"
    assert len(rows) == 1 + len(answer["questions"])
    assert reader.get(f"/what-if.json?learn={LICENCE}:no").status_code == 409
    assert get(reader, BAN)["id"] == reader.get(f"{BAN}.json").json()["id"]
