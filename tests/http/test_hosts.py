"""A request names exactly one host, and it is ours."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.http.answers import Log, refused, secure
from tests.people import Browser, Person

FOREIGN = [
    "", "evil.example", "localhost,evil.example", "localhost, localhost", "[::1", "a b",
    "localhost@evil.example", "localhost.evil.example", "evil.example#localhost", "évil",
    "notes.example.org.evil.example", "localhost\\@evil.example", "0x7f.1", "/", ":", "@", "\0",
    "localhost:5000:1", "evil.example:5000", "localhost/../evil", "localhost?evil",
    "localhost#evil", "localhost:evil", "localhost:99999", "me@localhost", "localhost.",
    "[::ffff:203.0.113.9]",
]  # fmt: skip


@pytest.mark.attack(42, 58)
@pytest.mark.parametrize("settings", [{}, {"PUBLIC_URL": "https://notes.example.org"}])
def test_another_host_is_refused(
    app: Flask, alice: Person, log: Log, subtests: pytest.Subtests
) -> None:
    for host in FOREIGN:
        with subtests.test(repr(host)):
            log.clear()
            answer = app.test_client().get("/log-in", environ_overrides={"HTTP_HOST": host})
            refused(answer, 400)
            assert log.events == ["host_refused"]
            assert "evil" not in str(answer.headers)
            assert "evil" not in answer.text


@pytest.mark.attack(58)
def test_no_host_at_all_is_refused(app: Flask) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/log-in", "SERVER_NAME": "evil.example"}
    client = app.test_client()
    refused(client.get("/log-in", environ_overrides={**environ, "HTTP_HOST": ""}), 400)


@pytest.mark.parametrize(
    ("settings", "hosts"),
    [
        ({}, ["localhost", "localhost:5000", "127.0.0.1", "[::1]:5000", "LOCALHOST", "127.0.0.2"]),
        (
            {"PUBLIC_URL": "https://notes.example.org"},
            ["notes.example.org", "notes.example.org:443", "Notes.Example.ORG", "127.0.0.1:8000"],
        ),
    ],
)
def test_our_own_names_are_answered(app: Flask, hosts: list[str]) -> None:
    for host in hosts:
        answer = app.test_client().get("/log-in", headers={"Host": host})
        assert secure(answer).status_code == 200, host


@pytest.mark.attack(42, 43)
@pytest.mark.parametrize("settings", [{}, {"TRUSTED_PROXIES": 1}])
def test_no_header_gives_the_site_another_name(app: Flask, alice: Person) -> None:
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "1234",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Server": "evil.example",
        "Forwarded": "host=evil.example;proto=https",
        "X-Original-URL": "/account",
        "X-Rewrite-URL": "/account",
        "Script-Name": "/evil",
    }
    for client in (app.test_client(), alice.client):
        for address in ("/log-in", "/notes", "/notes/new", "/sign-up", "/nowhere"):
            answer = secure(client.get(address, headers=headers))
            assert "evil" not in answer.text
            assert "evil" not in str(answer.headers)
            assert "https://" not in answer.headers.get("Location", "")
            assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.attack(42)
@pytest.mark.parametrize(
    "settings", [{"PUBLIC_URL": "https://notes.example.org", "HOST": "127.0.0.1"}]
)
def test_a_link_is_made_from_the_public_address(alice: Person, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["users", "reset-password", alice.email])
    assert "https://notes.example.org/set-password/" in done.output


def test_a_monitor_may_ask_by_number(app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, Browser)
    for address in ("/health", "/ready"):
        answer = secure(client.get(address, headers={"Host": "10.1.2.3:5000"}))
        assert answer.status_code == 200
        refused(client.get(address, environ_overrides={"HTTP_HOST": ""}), 400)
    refused(client.get("/log-in", headers={"Host": "10.1.2.3:5000"}), 400)
