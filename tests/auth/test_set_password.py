"""A link that sets a password: once, for as long as it lasts, and looking at it changes nothing."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests.http.answers import Log, everything, refused, secure
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person, enrol, text_of
from website import db
from website.auth.set_password import PER_NETWORK
from website.models import PasswordLink
from website.models.password_link import FIRST, RESET

NEW = "eleven amber otters rowing"


def link(runner: FlaskCliRunner, email: str, command: str = "reset-password") -> str:
    """The path of a new link for this person."""
    done = runner.invoke(args=["users", command, email])
    assert done.exit_code == 0, done.output
    return "/set-password/" + done.stdout.strip().rpartition("/")[2]


def can_log_in(app: Flask, email: str, password: str) -> bool:
    client = app.test_client()
    assert isinstance(client, Browser)
    return client.submit("/log-in", {"email": email, "password": password}).status_code == 303


@pytest.mark.attack(44)
def test_a_link_sets_the_password_once_and_signs_everyone_out(
    app: Flask, alice: Person, runner: FlaskCliRunner, client: Browser, log: Log
) -> None:
    address = link(runner, alice.email)
    assert can_log_in(app, alice.email, PASSWORD)  # until it is used the old one holds
    log.clear()
    page = Page(client.get(address))
    assert alice.email in page.words
    answer = secure(page.form("password").send(client, password=NEW))
    assert (answer.status_code, answer.location) == (303, "/log-in")
    assert log.events == ["password_changed"]
    assert "Your password is set" in text_of(client.get("/log-in"))
    assert alice.client.get("/notes").status_code == 303
    assert can_log_in(app, alice.email, NEW)
    assert not can_log_in(app, alice.email, PASSWORD)
    for answer in (client.get(address), client.submit(address, {"password": PASSWORD})):
        assert "This link has ended" in text_of(refused(answer, 410))
    assert can_log_in(app, alice.email, NEW)


@pytest.mark.attack(44)
def test_a_new_person_s_first_password_comes_by_a_link(
    app: Flask, runner: FlaskCliRunner, client: Browser
) -> None:
    address = link(runner, "ada@example.org", "create")
    assert client.submit(address, {"password": NEW}).status_code == 303
    assert can_log_in(app, "ada@example.org", NEW)


@pytest.mark.attack(44)
def test_looking_at_a_link_changes_nothing(
    alice: Person, runner: FlaskCliRunner, client: Browser
) -> None:
    address = link(runner, alice.email)
    before = everything(alice)
    for _ in range(3):
        assert secure(client.get(address)).status_code == 200
        client.head(address)
    assert everything(alice) == before
    assert client.submit(address, {"password": NEW}).status_code == 303


@pytest.mark.attack(44)
def test_a_link_lasts_its_time(app: Flask, runner: FlaskCliRunner, client: Browser) -> None:
    with time_machine.travel("2026-03-01 12:00 +0000", tick=False) as clock:
        alice = enrol(app, "alice@example.org")
        for command, email, lasts in (
            ("reset-password", alice.email, RESET),
            ("create", "ada@example.org", FIRST),
        ):
            address = link(runner, email, command)
            clock.shift(lasts - timedelta(seconds=1))
            assert client.get(address).status_code == 200
            clock.shift(timedelta(seconds=1))
            refused(client.get(address), 410)
            refused(client.submit(address, {"password": NEW}), 410)
        assert "2 password links had run out" in runner.invoke(args=["jobs"]).output


@pytest.mark.attack(44)
def test_a_newer_link_ends_the_one_before(
    alice: Person, bob: Person, runner: FlaskCliRunner, client: Browser
) -> None:
    first, his = link(runner, alice.email), link(runner, bob.email)
    second = link(runner, alice.email)
    refused(client.submit(first, {"password": NEW}), 410)
    assert client.submit(second, {"password": NEW}).status_code == 303
    assert client.get(his).status_code == 200


@pytest.mark.attack(44)
def test_a_link_used_by_many_at_once_is_used_once(
    app: Flask, alice: Person, runner: FlaskCliRunner
) -> None:
    address = link(runner, alice.email)
    barrier, statuses = threading.Barrier(5), []

    def use(number: int) -> None:
        client = app.test_client()
        assert isinstance(client, Browser)
        token = client.csrf_token()
        barrier.wait()
        form = {"password": f"{NEW} {number}", "csrf_token": token}
        statuses.append(client.post(address, data=form).status_code)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410, 410, 410, 410]


@pytest.mark.attack(44, 15)
def test_a_link_that_never_was_is_one_that_has_ended(
    app: Flask, alice: Person, runner: FlaskCliRunner, client: Browser
) -> None:
    link(runner, alice.email)
    with app.app_context():
        stored = db.session.scalar(select(PasswordLink.token_hash)) or ""
    shaped = (stored[:43], "x" * 43)
    for token in (*shaped, stored, "x", "x" * 10_000, "%00", "%ff", "٣", "' OR 1=1 --"):
        status = 410 if token in shaped else 404  # what has not the form of ours is no address
        answer = refused(client.get(f"/set-password/{token}"), status)
        assert alice.email not in answer.text
        refused(client.submit(f"/set-password/{token}", {"password": NEW}), status)


@pytest.mark.attack(27, 44)
def test_a_refused_password_leaves_the_link_usable(
    alice: Person, runner: FlaskCliRunner, client: Browser
) -> None:
    address = link(runner, alice.email)
    for password in ("", "short", "passwordpassword", alice.email, "x y z" * 300):
        refused(client.submit(address, {"password": password}), 422)
    assert alice.client.get("/notes").status_code == 200
    assert client.submit(address, {"password": NEW}).status_code == 303


@pytest.mark.attack(45)
def test_a_link_s_secret_stays_on_its_page(
    alice: Person, runner: FlaskCliRunner, client: Browser, log: Log
) -> None:
    address = link(runner, alice.email)
    token = address.rpartition("/")[2]
    answer = secure(client.get(address))
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert token not in answer.text  # the form posts to its own address
    for element in Page(answer).elements:
        target = element.attributes.get("href") or element.attributes.get("src") or "/"
        assert target.startswith(("/", "#"))
    answer = client.submit(address, {"password": NEW})
    assert token not in answer.location
    assert not [line for line in log.lines if token in line]


def test_using_links_has_a_limit_for_each_network(
    alice: Person, runner: FlaskCliRunner, client: Browser
) -> None:
    address = link(runner, alice.email)
    for _ in range(PER_NETWORK.tries):
        refused(client.submit(address, {"password": "short"}), 422)
    refused(client.submit(address, {"password": NEW}), 429)
    assert client.get(address).status_code == 200
