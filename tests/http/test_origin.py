"""A change comes from the site's own pages, or it is not made, whatever token it holds."""

import pytest

from tests.http.answers import Log, everything, refused
from tests.people import PASSWORD, Browser, Person

HTTPS = {"PUBLIC_URL": "https://notes.example.org"}
NOTE = {"title": "t", "body": "b", "tags": "x"}

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "https://localhost.evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://[::1"},
    {"Origin": "http://localhost:99999"},
    {"Origin": "http://me@localhost"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
]


HTTPS_FOREIGN = [
    {"Origin": "http://notes.example.org"},
    {"Origin": "https://notes.example.org:444"},
    {"Origin": "https://other.example.org"},
    {"Origin": "https://example.org"},
    {"Origin": "https://localhost"},
    {"Origin": "https://notes.example.org.evil.example"},
    # A client that says nothing of where it comes from needs a referrer.
    {},
    {"Referer": "https://evil.example/"},
    {"Referer": "http://notes.example.org/"},
]


@pytest.mark.attack(51, 52)
@pytest.mark.parametrize(("settings", "foreign"), [({}, FOREIGN), (HTTPS, FOREIGN + HTTPS_FOREIGN)])
def test_another_site_changes_nothing_even_with_a_valid_token(
    alice: Person, foreign: list[dict[str, str]], log: Log, subtests: pytest.Subtests
) -> None:
    before = everything(alice)
    for headers in foreign:
        with subtests.test(str(headers)):
            log.clear()
            refused(alice.client.submit("/notes", NOTE, headers=headers), 403)
            assert log.events == ["origin_refused"]
    assert everything(alice) == before


@pytest.mark.attack(51, 52)
@pytest.mark.parametrize(
    ("settings", "own"),
    [
        (
            {},
            [
                {},
                {"Origin": "http://localhost"},
                {"Sec-Fetch-Site": "same-origin"},
                {"Sec-Fetch-Site": "none"},
                {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
                {"Host": "127.0.0.1:5000", "Origin": "http://127.0.0.1:5000"},
                {"Host": "[::1]:5000", "Origin": "http://[::1]:5000"},
            ],
        ),
        (
            HTTPS,
            [
                {"Origin": "https://notes.example.org"},
                {"Referer": "https://notes.example.org/notes/new"},
                {"Sec-Fetch-Site": "same-origin"},
            ],
        ),
        ({"PUBLIC_URL": "https://notes.example.org:8443"}, [{"Origin": "https://notes.example.org:8443"}]),
        # No browser names the port that goes without saying.
        ({"PUBLIC_URL": "https://notes.example.org:443"}, [{"Origin": "https://notes.example.org"}]),
    ],
)  # fmt: skip
def test_the_site_s_own_pages_may(
    alice: Person, own: list[dict[str, str]], subtests: pytest.Subtests
) -> None:
    name = alice.app.config["SESSION_COOKIE_NAME"]
    token = alice.client.csrf_token()
    cookie = alice.client.get_cookie(name)
    assert cookie is not None
    client = alice.app.test_client(use_cookies=False)
    for headers in own:
        with subtests.test(str(headers)):
            sent = {**headers, "Cookie": f"{name}={cookie.value}"}
            answer = client.post("/notes", data={**NOTE, "csrf_token": token}, headers=sent)
            assert answer.status_code == 303


@pytest.mark.attack(52)
def test_a_client_that_says_nothing_of_itself_still_needs_the_token(alice: Person) -> None:
    before = everything(alice)
    refused(alice.client.post("/notes", data=NOTE), 400)
    assert everything(alice) == before


@pytest.mark.attack(11)
@pytest.mark.parametrize("settings", [{}, HTTPS])
def test_another_site_cannot_log_a_browser_in(client: Browser, bob: Person, log: Log) -> None:
    before = everything(bob)
    form = {"email": bob.email, "password": PASSWORD}
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        log.clear()
        refused(client.submit("/log-in", form, headers=headers), 403)
        assert log.events == ["origin_refused"]
    assert client.get("/notes").status_code == 303
    assert everything(bob) == before


@pytest.mark.attack(11)
def test_a_log_in_needs_a_token_that_another_site_cannot_read(bob: Person) -> None:
    form = {"email": bob.email, "password": PASSWORD}
    client = bob.app.test_client()
    refused(client.post("/log-in", data=form), 400)
    assert client.get("/notes").status_code == 303


def test_reading_is_free_from_anywhere(alice: Person) -> None:
    # A link in a mail, or on another site, opens the note.
    headers = {"Sec-Fetch-Site": "cross-site", "Referer": "https://mail.example/"}
    assert alice.client.get("/notes", headers=headers).status_code == 200
