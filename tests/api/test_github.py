from urllib.parse import parse_qs, urlsplit

import httpx2
from pydantic import SecretStr

from tests.api.answering import answering
from tests.api.github_server import CLIENT, SECRET, github
from tests.api.test_keys import ADMIN, made
from tests.api.test_signing_in import PLAIN, browser


def through_github(client):
    """Go to GitHub and come back, as a browser does."""
    sent = client.get("/sign-in/github")
    assert sent.status_code == 303, sent.text
    back = httpx2.get(sent.headers["location"], follow_redirects=False)
    address = urlsplit(back.headers["location"])
    return f"{address.path}?{address.query}"


def github_settings(address, **more):
    return {
        "github_client_id": CLIENT,
        "github_client_secret": SecretStr(SECRET),
        "github_url": address,
        "github_api_url": address,
        **more,
    }


def test_a_known_github_login_signs_in_and_stays_known_by_its_number(instance):
    user = {"id": 583231, "login": "Octocat"}
    with answering(github(user)) as address:
        client = browser(instance, **github_settings(address))
        shown, _ = made(client, name="Aki")
        contact = f"/api/v1/actors/{shown['actor']}/contact"
        client.post(contact, json={"github": "octoCat"}, headers=ADMIN)

        first = client.get(through_github(client))
        me = client.get("/api/v1/me").json()
        user["login"] = "renamed"
        client.cookies.clear()
        again = client.get(through_github(client))
        user.update(id=1, login="octocat")  # somebody else takes the name
        client.cookies.clear()
        other = client.get(through_github(client))

    assert (first.status_code, first.headers["location"]) == (303, "/account")
    assert me["actor"] == shown["actor"]
    assert again.status_code == 303
    assert (other.status_code, other.json()["type"]) == (409, "/problems/not-invited")


def test_an_unknown_github_login_comes_in_only_where_that_is_set(instance):
    with answering(github({"id": 7, "login": "newcomer"})) as address:
        closed = browser(instance, **github_settings(address))
        opened = browser(instance, **github_settings(address, github_sign_up=True))

        refused = closed.get(through_github(closed))
        taken = opened.get(through_github(opened))

    assert refused.status_code == 409 and "set-cookie" not in refused.headers
    assert taken.status_code == 303
    me = opened.get("/api/v1/me").json()
    assert (me["name"], me["role"], me["kind"]) == ("newcomer", "forecaster", "person")


def test_who_comes_back_from_github_must_be_who_went(instance):
    with answering(github({"id": 7, "login": "newcomer"})) as address:
        settings = github_settings(address, github_sign_up=True)
        client, victim = browser(instance, **settings), browser(instance, **settings)
        forged = through_github(client)

        assert victim.get(forged).status_code == 404  # went nowhere
        victim.get("/sign-in/github")
        assert victim.get(forged).status_code == 404  # went with another state
        assert PLAIN not in victim.cookies
        state = parse_qs(urlsplit(forged).query)["state"][0]
        wrong = client.get(f"/sign-in/github/callback?code=wrong&state={state}")
        assert (wrong.status_code, wrong.json()["type"]) == (502, "/problems/github-failed")
        assert client.get(forged).status_code == 303


def test_github_needs_its_settings(instance):
    client = browser(instance)

    assert client.get("/sign-in/github").status_code == 404
    assert "/sign-in/github" not in client.get("/sign-in").text
    assert SECRET not in client.get("/sign-in").text
