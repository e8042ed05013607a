import re
import socket
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import open_instance
from api.settings import Settings
from tests.api.test_forecasting import BINARY
from tests.api.test_keys import ADMIN, Clock, made
from tests.conftest import NOW

pytestmark = pytest.mark.slow

SAME = {"Sec-Fetch-Site": "same-origin"}
PLAIN, SECURE = "kizashi_session", "__Host-kizashi"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def instance(database, clock):
    with open_instance(f"sqlite:///{database}", clock, {"token": "t", "url": ""}) as running:
        yield running


def browser(instance, base="http://testserver", **settings):
    app = create_app(instance, Settings.model_construct(**settings))
    return TestClient(app, base_url=base, follow_redirects=False, raise_server_exceptions=False)


def link_for(client, who, **more):
    answer = client.post("/api/v1/sign-in-links", json={"actor": who, **more}, headers=ADMIN)
    assert answer.status_code == 201, answer.text
    return answer.json()


def signed_in(client, who="Aki"):
    path = urlsplit(link_for(client, who)["link"]).path
    answer = client.post(path, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account"), answer.text
    return answer


def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(instance):
    client = browser(instance)
    shown, _ = made(client, name="Aki", role="resolver")
    path = urlsplit(link_for(client, shown["actor"])["link"]).path

    looks = [client.get(path) for _ in range(3)]
    first = client.post(path, headers=SAME)
    client.cookies.clear()
    second = client.post(path, headers=SAME)

    assert {look.status_code for look in looks} == {200}
    assert 'method="post"' in looks[0].text and looks[0].headers["cache-control"] == "no-store"
    assert first.status_code == 303
    assert (second.status_code, second.json()["type"]) == (404, "/problems/link-used-up")
    assert "set-cookie" not in second.headers


def test_a_link_ends_after_a_quarter_of_an_hour(instance, clock):
    client = browser(instance)
    made(client, name="Aki")
    path = urlsplit(link_for(client, "Aki")["link"]).path

    clock.now = NOW + timedelta(minutes=15)

    assert client.post(path, headers=SAME).status_code == 404


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [("http://testserver", PLAIN, False), ("https://testserver", SECURE, True)],
)
def test_the_cookie_is_for_no_script_and_no_other_site(instance, base, name, secure):
    client = browser(instance, base)
    made(client, name="Aki")

    cookie = signed_in(client).headers["set-cookie"]

    assert cookie.startswith(f"{name}=")
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert ("Secure" in cookie) is secure and "Domain" not in cookie
    assert client.get("/api/v1/me").json()["name"] == "Aki"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://testserver"}, 201),
        (SAME, 201),
    ],
)
def test_a_cookie_changes_nothing_from_another_site(instance, headers, status):
    client = browser(instance)
    made(client, name="Aki")
    signed_in(client)

    answer = client.post("/api/v1/forecasts", json=BINARY, headers=headers)

    assert answer.status_code == status
    assert client.get("/api/v1/me").status_code == 200


def test_nobody_is_signed_in_by_a_page_of_another_site(instance):
    client = browser(instance)
    made(client, name="Aki")
    path = urlsplit(link_for(client, "Aki")["link"]).path

    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, headers=SAME).status_code == 303


def test_a_session_ends_by_signing_out_by_time_and_by_another_role(instance, clock):
    client = browser(instance)
    shown, _ = made(client, name="Aki", role="resolver")

    def who():
        return client.get("/api/v1/me").status_code

    signed_in(client)
    text = client.cookies[PLAIN]
    client.post("/sign-out", headers=SAME)
    assert PLAIN not in client.cookies
    client.cookies[PLAIN] = text
    assert who() == 401
    client.cookies.clear()

    signed_in(client)
    pending = urlsplit(link_for(client, "Aki")["link"]).path
    assert who() == 200
    role = f"/api/v1/actors/{shown['actor']}/role"
    client.post(role, json={"role": "forecaster"}, headers=ADMIN)
    assert who() == 401
    assert client.post(pending, headers=SAME).status_code == 404

    signed_in(client)
    clock.now = NOW + timedelta(days=13)
    assert who() == 200
    clock.now = NOW + timedelta(days=14)
    assert who() == 401


def test_a_forgotten_person_is_signed_out(instance):
    client = browser(instance)
    shown, headers = made(client, name="Aki")
    signed_in(client)

    forget = "UPDATE actor SET forgotten_at = 1, name = '' WHERE id = ?"
    instance.writer.do(
        lambda change: change.connection.exec_driver_sql(forget, (shown["actor"],)) and None
    )
    made(client, name="Bo")  # any change of who may come in

    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_session_is_no_key_and_a_key_is_no_session(instance):
    client = browser(instance)
    shown, headers = made(client, name="Aki")
    signed_in(client)
    text = client.cookies[PLAIN]
    client.cookies.clear()

    as_key = client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    client.get("/api/v1/me", headers=headers)
    as_cookie = client.get("/api/v1/me", headers={"Cookie": f"{PLAIN}={shown['key']}"})

    assert (as_key.status_code, as_cookie.status_code) == (401, 401)


def test_no_secret_of_signing_in_is_stored(instance):
    client = browser(instance)
    made(client, name="Aki")
    token = link_for(client, "Aki")["link"].rsplit("/", 1)[1]
    signed_in(client)

    with instance.database.read() as connection:
        rows = [
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            for table in ("sign_in_link", "session")
        ]

    assert all(rows)
    assert token not in str(rows) and client.cookies[PLAIN] not in str(rows)


def test_a_name_of_several_asks_for_an_id(instance):
    client = browser(instance)
    ids = {made(client, name="Aki")[0]["actor"] for _ in range(2)}
    ask = {"actor": "Aki"}

    answer = client.post("/api/v1/sign-in-links", json=ask, headers=ADMIN)

    assert answer.status_code == 409
    assert all(name in answer.json()["detail"] for name in ids)
    nobody = client.post("/api/v1/sign-in-links", json={"actor": "nobody"}, headers=ADMIN)
    assert nobody.status_code == 404


def test_the_account_makes_a_key_and_ends_it(instance):
    client = browser(instance)
    made(client, name="Aki <b>")
    signed_in(client, "Aki <b>")

    page = client.post(
        "/account/keys", data={"label": "night<b>"}, headers={**SAME, "Accept": "text/html"}
    )
    key = re.search(r"kz_([0-9a-f]{8})_[0-9a-f]{64}", page.text)
    bearer = {"Authorization": f"Bearer {key.group(0)}"}

    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert "<b>" not in page.text and "night&lt;b&gt;" in page.text
    assert client.get("/api/v1/me", headers=bearer).json()["key"] == key.group(1)
    assert key.group(0) not in client.get("/account").text
    ended = client.post(f"/account/keys/{key.group(1)}/revocation", headers=SAME)
    assert ended.status_code == 303
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    client.cookies.clear()
    assert client.get("/account").headers["location"] == "/sign-in"


class Box:
    def __init__(self):
        self.mails = []

    async def handle_DATA(  # noqa: N802  # the library's own name
        self, _server, _session, envelope
    ):
        self.mails.append(envelope)
        return "250 taken"


@pytest.fixture
def box():
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def test_a_link_is_mailed_and_not_shown(instance, box):
    client = browser(
        instance,
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_security="none",
        public_url="https://kizashi.example",
    )
    shown, _ = made(client, name="Aki")
    contact = f"/api/v1/actors/{shown['actor']}/contact"
    client.post(contact, json={"email": "aki@example.org"}, headers=ADMIN)

    told = link_for(client, "Aki", mail=True)

    (mail,) = box.mails
    text = message_from_bytes(mail.content, policy=default).get_content()
    assert (told["link"], told["mailed"]) == (None, True)
    assert mail.rcpt_tos == ["aki@example.org"]
    link = re.search(r"https://kizashi\.example(/sign-in/link/[0-9a-f]{64})\s", text)
    assert client.post(link.group(1), headers=SAME).status_code == 303


def test_mail_that_cannot_be_sent_says_why(instance, box):
    client = browser(instance)
    shown, _ = made(client, name="Aki")
    ask, contact = {"actor": "Aki", "mail": True}, f"/api/v1/actors/{shown['actor']}/contact"

    no_address = client.post("/api/v1/sign-in-links", json=ask, headers=ADMIN)
    client.post(contact, json={"email": "aki@example.org"}, headers=ADMIN)
    no_server = client.post("/api/v1/sign-in-links", json=ask, headers=ADMIN)
    shut = browser(instance, smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")
    refused = shut.post("/api/v1/sign-in-links", json=ask, headers=ADMIN)
    injected = client.post(contact, json={"email": "a@b\r\nBcc: c@d"}, headers=ADMIN)

    assert (no_address.status_code, no_server.status_code) == (409, 409)
    assert "smtp_host" in no_server.json()["detail"]
    assert (refused.status_code, injected.status_code) == (502, 422)
