"""One's own pages: record, profile, drafts by the forms' button; private, and safe from others."""

import re

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.keys import create_key
from api.sessions import PLAIN_COOKIE
from api.workflows.signing_in import make_link
from tests.api.shown import BROWSER, Page
from tests.conftest import NOW

QUESTION = "entity-list-deepseek-2026"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def people(instance):
    """Browsers of two people who are signed in."""
    with TestClient(create_app(instance), raise_server_exceptions=False) as first:
        yield [_browser(instance, first, name) for name in ("ann", "bob")]


def _browser(instance, client, name):
    instance.writer.do(lambda change: create_key(change, name, "forecaster", NOW))
    link = instance.writer.do(lambda change: make_link(change, name, NOW))
    client.cookies.clear()
    client.post(f"/sign-in/link/{link.token}", headers=OURS, follow_redirects=False)
    session = client.cookies[PLAIN_COOKIE]

    def ask(method, path, **options):
        client.cookies.clear()
        client.cookies.set(PLAIN_COOKIE, session)
        headers = BROWSER | OURS | options.pop("headers", {})
        return client.request(method, path, headers=headers, follow_redirects=False, **options)

    return ask


def test_the_account_has_ones_record_and_is_kept_by_nobody(people):
    ann, _ = people
    ann("POST", f"/questions/{QUESTION}/forecast", data={"probability": "62", "do": "submit"})
    answer = ann("GET", "/account")
    shown = Page(answer.text)

    assert answer.headers["Cache-Control"] == "no-store" and shown.refused == []
    assert "1 forecasts on 1 questions" in shown.text and "62%" in shown.text


def test_a_draft_is_saved_gone_on_with_and_gone_once_it_is_sent(people):
    ann, _ = people
    form = f"/questions/{QUESTION}/evidence"
    typed = {"fact": "A draft\u202e <b>", "published": "2026-11", "source": "reuters"}
    saved = ann("POST", form, data=typed | {"do": "draft"})
    (address,) = re.findall(rf'href="(/questions/{QUESTION}\?draft=[^"]*)"', _drafts(ann))
    begun = ann("GET", address.partition("#")[0])
    (name,) = re.findall(r"draft=([\w-]+)", address)
    ann("POST", form, data=typed | {"fact": "Another", "do": "draft", "draft": name})
    changed = ann("GET", address.partition("#")[0]).text
    sent = typed | {"direction": "yes", "strength": "weak", "do": "submit", "draft": name}
    answer = ann("POST", form, data=sent)

    assert (saved.status_code, saved.headers["Location"]) == (303, "/account/drafts#content")
    assert "A draft\u202e &lt;b&gt;</textarea>" in begun.text
    assert begun.headers["Cache-Control"] == "no-store"
    assert "Another</textarea>" in changed
    assert answer.status_code == 303, answer.text
    assert "draft=" not in _drafts(ann)


def test_a_draft_of_a_forecast_is_deleted_by_its_owner_alone(people):
    ann, bob = people
    ann("POST", f"/questions/{QUESTION}/forecast", data={"probability": "6x", "do": "draft"})
    (name,) = re.findall(r"draft=([\w-]+)#own-forecast", _drafts(ann))
    theirs = bob("GET", f"/questions/{QUESTION}?draft={name}").text
    refused = bob("POST", f"/account/drafts/{name}/deletion")
    crossed = ann(
        "POST", f"/account/drafts/{name}/deletion", headers={"Sec-Fetch-Site": "cross-site"}
    )
    mine = ann("GET", f"/questions/{QUESTION}?draft={name}").text
    gone = ann("POST", f"/account/drafts/{name}/deletion")

    assert 'value="6x"' in mine and 'value="6x"' not in theirs
    assert (refused.status_code, crossed.status_code, gone.status_code) == (404, 403, 303)
    assert "draft=" not in _drafts(ann) + _drafts(bob)


def test_the_profile_changes_and_says_what_is_wrong(people):
    ann, _ = people
    kept = {"name": "Ada \u661f", "about": "\u3042" * 2_000, "email": "ada@example.org"}
    choices = {"language": "ja", "zone": "Asia/Tokyo"}
    answer = ann("POST", "/account/profile", data=kept | choices)
    shown = ann("GET", "/account").text
    wrong = ann("POST", "/account/profile", data=kept | {"email": "no address"})

    assert answer.status_code == 303 and "zone=Asia/Tokyo" in _cookies(answer)
    assert "lang=ja" in _cookies(answer)
    assert "Ada \u661f" in shown and "ada@example.org" in shown
    assert wrong.status_code == 422 and "ada@example.org or none" in wrong.text


def test_signing_out_everywhere_ends_every_session_of_ones_own(people, instance):
    ann, bob = people
    client = TestClient(create_app(instance))
    other = _browser(instance, client, "cyd")
    crossed = ann("POST", "/account/sign-out-everywhere", headers={"Sec-Fetch-Site": "cross-site"})
    answer = ann("POST", "/account/sign-out-everywhere")

    assert (crossed.status_code, answer.status_code) == (403, 303)
    assert ann("GET", "/account").headers["Location"] == "/sign-in"
    assert bob("GET", "/account").status_code == other("GET", "/account").status_code == 200


def test_who_is_not_signed_in_is_led_to_it(client):
    for path in ("/account", "/account/drafts"):
        answer = client.get(path, headers=BROWSER, follow_redirects=False)
        assert answer.headers["Location"] == "/sign-in"


def _drafts(ask):
    answer = ask("GET", "/account/drafts")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def _cookies(answer):
    return " ".join(answer.headers.get_list("set-cookie")).replace('"', "")
