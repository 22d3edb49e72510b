"""Changing one's password: this browser stays, every other is signed out."""

import pytest

from tests.people import PASSWORD, Browser, Person

NEW = "an owl that reads by candle"


def change(browser: Browser, current: str = PASSWORD, password: str = NEW) -> int:
    form = {"current": current, "password": password}
    return browser.submit("/account/password", form).status_code


@pytest.mark.attack(9)
def test_this_browser_stays_under_a_new_id_and_every_other_is_signed_out(alice: Person) -> None:
    other = alice.another_browser()
    with alice.client.session_transaction() as session:
        before = session["sid"]
    assert change(alice.client) == 303
    with alice.client.session_transaction() as session:
        assert session["sid"] != before
    assert alice.client.get("/notes").status_code == 200
    assert other.get("/notes").status_code == 303


def test_the_new_password_logs_in_and_the_old_one_does_not(alice: Person, client: Browser) -> None:
    change(alice.client)
    form = {"email": alice.email, "password": PASSWORD}
    assert client.submit("/log-in", form).status_code == 422
    assert client.submit("/log-in", {**form, "password": NEW}).status_code == 303


def test_a_wrong_current_password_changes_nothing(alice: Person) -> None:
    form = {"current": "something else entirely", "password": NEW}
    answer = alice.client.submit("/account/password", form)
    assert answer.status_code == 422
    assert "not your current password" in answer.text
    assert NEW not in answer.text
    assert change(alice.client) == 303


@pytest.mark.parametrize("weak", ["short", "", "alice alice alice", "passwordpassword"])
def test_a_weak_new_password_is_refused_with_the_reason(alice: Person, weak: str) -> None:
    assert change(alice.client, password=weak) == 422


def test_guessing_the_current_password_is_throttled(alice: Person) -> None:
    statuses = [change(alice.client, current=f"a wrong guess {n}") for n in range(12)]
    assert statuses[-1] == 429
    assert statuses[0] == 422
