"""The page of links: pairs side by side, decided by form, and only by who may."""

import pytest

from api.keys import create_key
from api.workflows.signing_in import make_link
from data.link_tables import MARKET_LINKS
from tests.api.asking import get
from tests.api.test_market_links import LINK, QUESTION, SAME, add_markets
from tests.conftest import NOW

HERE = {"Sec-Fetch-Site": "same-origin"}
PAGE = f"/markets/candidates?question={QUESTION}"


@pytest.fixture
def stocked(client, instance):
    add_markets(instance)
    return client


def decided(instance) -> list[tuple[str, str]]:
    with instance.database.read() as connection:
        rows = connection.execute(MARKET_LINKS.select().order_by(MARKET_LINKS.c.seq)).all()
    return [(row.market, row.decision) for row in rows]


def form(client, path, fields, headers):
    return client.post(
        f"/markets/candidates{path}", data=fields, headers=headers, follow_redirects=False
    )


def test_a_reader_sees_pairs_side_by_side_without_forms_in_both_languages(stocked):
    english, japanese = stocked.get(PAGE), stocked.get(f"{PAGE}&lang=ja")

    assert english.status_code == japanese.status_code == 200
    assert "by January 31, 2028?" in english.text and "✓ agrees" in english.text
    assert "判断待ちの組" in japanese.text and "✓ 一致" in japanese.text
    assert 'action="/markets/candidates/link"' not in english.text
    assert stocked.get("/markets/candidates").status_code == 200


def test_an_unknown_question_is_not_found(stocked):
    answer = stocked.get("/markets/candidates?question=none", headers={"Accept": "text/html"})

    assert answer.status_code == 404


def test_a_resolver_links_declines_and_removes_by_form(stocked, key, instance):
    headers = key("resolver") | HERE
    fields = {name: str(value) for name, value in LINK.items()}
    made = form(stocked, "/link", fields, headers)
    declined = form(
        stocked, "/declination", {"question": QUESTION, "market": "polymarket:0x2"}, headers
    )
    link = get(stocked, "/market-links?state=confirmed")["items"][0]["id"]
    without = form(stocked, "/removal", {"link": link, "question": QUESTION}, headers)
    removed = form(
        stocked, "/removal", {"link": link, "question": QUESTION, "reason": "Changed."}, headers
    )

    assert (made.status_code, made.headers["location"]) == (303, PAGE)
    assert declined.status_code == 303
    assert decided(instance) == [(SAME, "confirmed"), ("polymarket:0x2", "declined")]
    assert without.status_code == 409
    assert removed.status_code == 303
    assert get(stocked, "/market-links?state=confirmed")["items"] == []


def test_who_may_not_decide_is_refused_and_a_broken_form_stores_nothing(stocked, key, instance):
    fields = {name: str(value) for name, value in LINK.items()}
    headers = key("resolver") | HERE
    for given, who, status in (
        (fields, HERE, 401),
        (fields, key("forecaster") | HERE, 403),
        (fields | {"mismatch": "much"}, headers, 409),
        (fields | {"relation": "similar"}, headers, 409),
        (fields | {"market": "polymarket:none"}, headers, 404),
    ):
        assert form(stocked, "/link", given, who).status_code == status

    assert decided(instance) == []


def test_who_is_signed_in_sees_forms_and_no_other_site_can_send_them(stocked, instance):
    instance.writer.do(lambda change: create_key(change, "ann", "resolver", NOW))
    link = instance.writer.do(lambda change: make_link(change, "ann", NOW))
    stocked.post(f"/sign-in/link/{link.token}", headers=HERE, follow_redirects=False)
    fields = {name: str(value) for name, value in LINK.items()}
    strange = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    assert 'action="/markets/candidates/link"' in stocked.get(PAGE).text
    assert form(stocked, "/link", fields, strange).status_code == 403
    assert decided(instance) == []
    assert form(stocked, "/link", fields, HERE).status_code == 303
