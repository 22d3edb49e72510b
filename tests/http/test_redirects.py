"""Wherever an address says to go next, it is a page of this site."""

import pytest
from flask import Flask

from tests.http.answers import refused
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person
from website.http.redirects import safe_next

ELSEWHERE = [
    "//e", "/\\e", "\\\\e", "\\/e", "///e", "////e", "/\\/e", "https:e", "https:/e", "https://e",
    "http:e", "/\t/e", "\t//e", "/%09/e", "/%2f/e", "/..//e", "/./\\e", "/.//e", "@e", "/@e", ".e",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//[::1",
    "//e\\@ok", "https://ok@e", "https://ok.e", "http://localhost@e", "//localhost/notes",
    "http://localhost/notes", "/notes\r\nSet-Cookie: a=b", "/notes%0d%0aSet-Cookie:a=b",
    "/notes\u2028", "/notes\x85", "/nötes", " /notes", "/notes ", "\x0b/notes", "/notes\x7f",
    "notes", "?x", "#x", "", "/nowhere", "/notes/", "//notes", "/notes/../account", "/notes#@e",
    # Nor to a page that would go round in a circle or do nothing useful.
    "/log-in", "/log-in?next=/log-in", "/log-out", "/sign-up", "/set-password/x", "/health",
    "/static/site.css", "/ready", "/", "/notes/0", f"/notes/{'0' * 26}/pin",
    "/" * 3_000, "/notes" + "x" * 9_000,
]  # fmt: skip
HERE = [
    "/notes", "/notes/new", "/trash", "/account", "/account/password", "/notes?tag=a%2Fb&x=//e",
    "/notes?next=https://e", f"/notes/{'0' * 26}", f"/notes/{'0' * 26}/edit", "/notes?",
]  # fmt: skip


@pytest.mark.attack(55)
def test_next_is_a_page_of_ours_or_the_list(app: Flask, subtests: pytest.Subtests) -> None:
    with app.test_request_context():
        for target in [*ELSEWHERE, "/notes\0", "\0", "\ud800"]:
            with subtests.test(repr(target[:60])):
                assert safe_next(target) == "/notes"
        for target in HERE:
            with subtests.test(target):
                assert safe_next(target) == target.rstrip("?")


@pytest.mark.attack(55)
def test_logging_in_lands_on_a_page_of_ours(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    form = {"email": alice.email, "password": PASSWORD}
    for target in (
        "//e",
        "/\\e",
        "https://e",
        "/notes\r\nSet-Cookie: a=b",
        "//[::1",
        "javascript:x",
    ):
        with subtests.test(repr(target)):
            client = app.test_client()
            assert isinstance(client, Browser)
            answer = client.submit("/log-in", {**form, "next": target})
            assert (answer.status_code, answer.location) == (303, "/notes")
            assert not [line for line in answer.headers.getlist("Set-Cookie") if "a=b" in line]
            # Someone who is signed in already is sent on from the page itself.
            answer = client.get("/log-in", query_string={"next": target})
            assert (answer.status_code, answer.location) == (303, "/notes")


@pytest.mark.attack(55)
def test_a_private_page_is_reached_after_logging_in(app: Flask, alice: Person) -> None:
    note_id = alice.write("Hers", "b", ("a/ü b",))
    for wanted in (
        f"/notes/{note_id}",
        f"/notes/{note_id}/edit",
        "/notes?tag=a%2F%C3%BC+b",
        "/trash",
    ):
        client = app.test_client()
        assert isinstance(client, Browser)
        sent = client.get(wanted)
        assert sent.status_code == 303
        form = Page(client.get(sent.location)).form("email", "password")
        answer = form.send(client, email=alice.email, password=PASSWORD)
        assert answer.status_code == 303
        assert client.get(answer.location).text.count("Hers") == client.get(wanted).text.count(
            "Hers"
        )


@pytest.mark.attack(55, 56)
def test_an_address_that_a_stranger_asked_for_comes_back_as_a_path(app: Flask) -> None:
    # The address of a request is the asker's word.
    for path in ("//e/notes", "/notes/\r\nLocation: //e", "/\\e", "//e", "///e", "/notes\\..\\e"):
        answer = app.test_client().get("/", environ_overrides={"PATH_INFO": path})
        refused(answer, 404)
        assert "Location" not in answer.headers
        answer = app.test_client().get("/notes", environ_overrides={"QUERY_STRING": path})
        assert answer.status_code == 303
        assert answer.location.startswith("/log-in?next=/notes")
