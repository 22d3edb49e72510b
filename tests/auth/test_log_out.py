"""Logging out: by a button, never by a link or a picture, and for this browser alone."""

import pytest
from flask import Flask

from tests.http.answers import Log, everything, refused, secure
from tests.http.page import Page
from tests.people import Browser, Person


@pytest.mark.attack(12)
def test_no_link_and_no_picture_logs_anyone_out(alice: Person, log: Log) -> None:
    before = everything(alice)
    for headers in ({}, {"Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "cross-site"}):
        answer = refused(alice.client.get("/log-out", headers=headers), 405)
        assert answer.headers["Allow"] == "POST"
        refused(alice.client.head("/log-out", headers=headers), 405)
    assert alice.client.get("/notes").status_code == 200
    assert everything(alice) == before


@pytest.mark.attack(12)
def test_another_site_s_form_logs_nobody_out(alice: Person) -> None:
    evil = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    refused(alice.client.submit("/log-out", headers=evil), 403)
    refused(alice.client.post("/log-out"), 400)
    assert alice.client.get("/notes").status_code == 200


def test_the_button_ends_this_browser_s_session_and_no_other(alice: Person, log: Log) -> None:
    other = alice.another_browser()
    (button,) = [
        form for form in Page(alice.client.get("/notes")).forms if form.address == "/log-out"
    ]
    answer = secure(button.send(alice.client))
    assert (answer.status_code, answer.location) == (303, "/")
    assert log.events == ["signed_out"]
    assert alice.client.get("/notes").status_code == 303
    assert other.get("/notes").status_code == 200


def test_logging_out_twice_does_no_harm(app: Flask, client: Browser) -> None:
    for _ in range(2):
        assert client.submit("/log-out").status_code == 303
