"""Every form proves that it is one of ours, and nothing is exempt."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.addresses import address_of
from tests.http.answers import Log, everything, refused
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person, enrol
from website.models.session import IDLE

# Fields that would do something at each address that takes a POST.
FIELDS = {
    "/sign-up": {"email": "eve@example.org", "password": "seven grey herons over Delft"},
    "/log-in": {"email": "alice@example.org", "password": PASSWORD},
    "/log-out": {},
    "/account/password": {"current": PASSWORD, "password": "seven grey herons over Delft"},
    "/set-password/<token:token>": {"password": "seven grey herons over Delft"},
    "/notes": {"title": "t", "body": "b"},
    "/notes/<id:note_id>": {"title": "t", "body": "b", "version": "1"},
}


def unsafe(app: Flask, note_id: str) -> list[tuple[str, dict[str, str]]]:
    """Every address of the site that takes a POST, with a form for it."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    assert set(FIELDS) <= rules
    found = []
    for rule in sorted(rules):
        address = address_of(rule, note_id)
        found.append((address, FIELDS.get(rule, {})))
    return found


@pytest.mark.attack(50)
def test_no_change_without_this_session_s_token(
    app: Flask, alice: Person, bob: Person, log: Log, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    alice.client.get("/notes/new")  # now her session has a secret
    with bob.client.session_transaction() as session:
        session["csrf_token"] = "of another session"
    mine, theirs = alice.client.csrf_token(), bob.client.csrf_token()
    ways: dict[str, dict[str, Any]] = {
        "none": {},
        "empty": {"data": {"csrf_token": ""}},
        "nonsense": {"data": {"csrf_token": "a.b.c"}},
        "not ASCII": {"data": {"csrf_token": "\u0416.🙂"}},
        "another session's": {"data": {"csrf_token": theirs}},
        "another session's in a header": {"headers": {"X-CSRFToken": theirs}},
        "in the query": {"query_string": {"csrf_token": mine}},
    }
    before = everything(alice)
    for how, sent in ways.items():
        for address, form in unsafe(app, note_id):
            with subtests.test(f"{how}: {address}"):
                log.clear()
                more = {**sent, "data": {**form, **sent.get("data", {})}}
                refused(alice.client.post(address, **more), 400)
                assert log.events == ["csrf_refused"]
    assert everything(alice) == before
    assert alice.client.get("/notes").status_code == 200  # and nobody was logged out


@pytest.mark.attack(50)
def test_the_token_from_before_a_log_in_is_of_no_use_after_it(
    client: Browser, alice: Person
) -> None:
    token = client.csrf_token()
    form = {"email": alice.email, "password": PASSWORD}
    assert client.submit("/log-in", form).status_code == 303
    refused(client.post("/notes", data={"csrf_token": token, "body": "b"}), 400)
    assert client.submit("/notes", {"body": "b"}).status_code == 303


@pytest.mark.attack(53)
def test_nothing_is_exempt(app: Flask) -> None:
    # Exempting one view exempts every one whose decorator forgot functools.wraps.
    protection = app.extensions["csrf"]
    assert protection._exempt_views == set()
    assert protection._exempt_blueprints == set()
    assert app.config["WTF_CSRF_ENABLED"] is True
    assert app.config["WTF_CSRF_CHECK_DEFAULT"] is True
    assert app.config["WTF_CSRF_METHODS"] == {"POST", "PUT", "PATCH", "DELETE"}
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None  # a form may stay open for days
    before = [function.__qualname__ for function in app.before_request_funcs[None]]
    assert any("csrf_protect" in name for name in before)


@pytest.mark.attack(54)
def test_a_body_that_is_no_form_does_nothing(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    body = f'{{"title": "t", "body": "b", "csrf_token": "{alice.client.csrf_token()}"}}'
    kinds = ["text/plain", "application/json", "", "application/x-www-form-urlencoded"]
    for kind in kinds:
        for address, _form in unsafe(app, note_id):
            with subtests.test(f"{kind}: {address}"):
                answer = alice.client.post(address, data=body, content_type=kind)
                assert refused(answer, answer.status_code).status_code in {400, 415}
    assert everything(alice) == before


@pytest.mark.attack(54)
def test_a_method_cannot_be_overridden(alice: Person) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    for method in ("DELETE", "PUT", "POST"):
        headers = {"X-HTTP-Method-Override": method, "X-Method-Override": method}
        answer = alice.client.get(f"/notes/{note_id}?_method={method}", headers=headers)
        assert answer.status_code == 200
        refused(alice.client.get(f"/log-out?_method={method}", headers=headers), 405)
    assert everything(alice) == before


@pytest.mark.parametrize("away", [timedelta(hours=3), timedelta(days=1), IDLE])
def test_a_form_saves_however_long_it_was_open_while_its_session_lives(
    app: Flask, away: timedelta
) -> None:
    """Interface 7; contentdb 437, ckan 8803. Also when the server's clock was only put right."""
    with time_machine.travel("2026-03-01 12:00 +0000", tick=False) as clock:
        alice = enrol(app, "alice@example.org")
        editor = Page(alice.client.get("/notes/new")).editor
        clock.shift(away)
        assert editor.send(alice.client, title="Long", body="a long post").status_code == 303
        editor = Page(alice.client.get("/notes/new")).editor
        clock.shift(-away)
        assert editor.send(alice.client, title="Back", body="in time").status_code == 303
