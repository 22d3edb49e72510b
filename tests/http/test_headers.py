"""Every answer, errors included, has the headers that keep a browser from harm."""

import pytest
from flask import Flask

from tests.addresses import address_of
from tests.http.answers import nonce, policy, secure
from tests.http.page import Page
from tests.people import Browser, Person, enrol


@pytest.mark.attack(81, 82, 83)
@pytest.mark.parametrize("settings", [{}, {"PUBLIC_URL": "https://notes.example.org"}])
def test_every_address_has_every_header(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    https = app.config["PUBLIC_URL"].startswith("https:")
    for rule in app.url_map.iter_rules():
        address = address_of(rule.rule, note_id)
        for client in (alice.client, app.test_client()):
            for method in ("GET", "HEAD", "POST", "DELETE"):
                with subtests.test(f"{method} {address}"):
                    answer = secure(client.open(address, method=method))
                    assert answer.status_code < 500
                    strict = answer.headers.get("Strict-Transport-Security")
                    assert strict == ("max-age=31536000; includeSubDomains" if https else None)
                    if rule.endpoint != "static":
                        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.attack(81)
def test_a_nonce_is_new_on_each_page_and_on_errors(app: Flask, alice: Person) -> None:
    seen = set()
    for client in (alice.client, app.test_client()):
        for address in ("/notes", "/notes", "/log-in", "/nowhere", "/notes/0", "/log-out", "/"):
            answer = secure(client.get(address))
            found = nonce(answer)
            if answer.status_code == 303:
                continue  # a redirect has no script
            assert found is not None
            assert found not in seen
            seen.add(found)
            scripts = [item for item in Page(answer).elements if item.tag == "script"]
            assert [item.attributes.get("nonce") for item in scripts] == [found, None]
            assert scripts[1].attributes["src"].startswith("/static/js/site.")
    assert len(seen) > 8


@pytest.mark.attack(81)
def test_what_a_browser_keeps_has_no_nonce(app: Flask, alice: Person) -> None:
    page = Page(alice.client.get("/notes"))
    links = [item.attributes["href"] for item in page.elements if item.tag == "link"]
    for address in links:
        answer = secure(alice.client.get(address))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert nonce(answer) is None
        assert "Set-Cookie" not in answer.headers


@pytest.mark.attack(81)
def test_nothing_that_is_sent_gets_into_the_policy(app: Flask) -> None:
    evil = "'unsafe-inline'; script-src *; report-uri //evil.example"
    for answer in (
        app.test_client().get("/log-in", query_string={"nonce": evil, "next": evil}),
        app.test_client().get(f"/{evil}"),
        app.test_client().post("/log-in", data={"body": evil}, headers={"Origin": evil}),
        app.test_client().get("/log-in", headers={"Host": f"localhost; {evil}"}),
    ):
        assert "evil" not in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        secure(answer)


@pytest.mark.attack(82, 83)
def test_the_policy_leaves_a_page_no_way_out(alice: Person) -> None:
    directives = policy(alice.client.get("/notes"))
    assert directives["default-src"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert directives["img-src"] == "'self' data:"
    assert directives["frame-ancestors"] == "'none'"
    assert not [value for value in directives.values() if "unsafe" in value or "*" in value]


@pytest.mark.attack(84)
def test_no_page_of_a_person_stays_in_the_browser(
    client: Browser, alice: Person, bob: Person
) -> None:
    note_id = alice.write("Hers", "alone")
    for address in ("/notes", f"/notes/{note_id}", f"/notes/{note_id}/edit", "/account", "/trash"):
        answer = alice.client.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        # The page that comes back from memory asks whose it is.
        body = next(item for item in Page(answer).elements if item.tag == "body")
        mark = body.attributes["data-whose"]
        assert alice.client.get(body.attributes["data-whose-url"]).text == mark
    # It is a mark of the person: whoever logged in again is still the same.
    assert alice.another_browser().get("/account/whose").text == mark
    assert enrol(alice.app, "eve@example.org").client.get("/account/whose").text not in {"", mark}
    answer = alice.client.submit("/log-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert secure(alice.client.get("/account/whose")).text == ""
    assert "no-store" in alice.client.get("/notes").headers["Cache-Control"]


def test_the_server_is_given_no_origin_to_share_with(alice: Person) -> None:
    for origin in ("https://evil.example", "null"):
        answer = secure(alice.client.get("/notes", headers={"Origin": origin}))
        assert "Access-Control-Allow-Origin" not in answer.headers
