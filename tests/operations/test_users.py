"""`flask users`: accounts, from the command line."""

import re

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.people import Browser, Person
from website.release import maintenance
from website.release.site import Site

NEW = "an owl that reads by candle"


def run(runner: FlaskCliRunner, *arguments: str, **more: str) -> Result:
    return runner.invoke(args=["users", *arguments], **more)


def link(result: Result) -> str:
    found = re.search(r"^http://127\.0\.0\.1:5000(/set-password/\S+)$", result.stdout, re.M)
    assert found is not None
    return found[1]


def test_a_new_account_s_link_sets_the_password_once(
    runner: FlaskCliRunner, client: Browser
) -> None:
    made = run(runner, "create", "Ada@Example.org")
    assert made.exit_code == 0
    assert "72 hours" in made.stderr
    address = link(made)
    page = client.get(address)
    assert page.status_code == 200
    assert "ada@example.org" in page.text
    assert client.submit(address, {"password": NEW}).location == "/log-in"
    assert client.submit(address, {"password": NEW + "!"}).status_code == 410
    form = {"email": "ada@example.org", "password": NEW}
    assert client.submit("/log-in", form).status_code == 303


def test_a_reset_link_signs_every_browser_out_when_it_is_used(
    runner: FlaskCliRunner, alice: Person, client: Browser
) -> None:
    first = link(run(runner, "reset-password", alice.email))
    result = run(runner, "reset-password", alice.email)
    assert "30 minutes" in result.stderr
    assert client.get(first).status_code == 410  # the newer link ended it
    assert alice.client.get("/notes").status_code == 200
    assert client.submit(link(result), {"password": NEW}).status_code == 303
    assert alice.client.get("/notes").status_code == 303


def test_a_password_may_come_from_standard_input(runner: FlaskCliRunner, client: Browser) -> None:
    made = run(runner, "create", "ada@example.org", "--password-stdin", input=f"{NEW}\n")
    assert (made.exit_code, made.stdout) == (0, "")
    form = {"email": "ada@example.org", "password": NEW}
    assert client.submit("/log-in", form).status_code == 303


@pytest.mark.parametrize(
    ("arguments", "input_", "sentence"),
    [
        (["create", "alice@example.org"], "", "there is an account"),
        (["create", "nonsense"], "", "@-sign"),
        (["create", "ada@example.org", "--password-stdin"], "short\n", "at least 12"),
        (["reset-password", "nobody@example.org"], "", "no account"),
        (["sign-out", "nobody@example.org"], "", "no account"),
        (["delete", "alice@example.org"], "n\n", "Aborted"),
        (["create"], "", "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    runner: FlaskCliRunner, alice: Person, arguments: list[str], input_: str, sentence: str
) -> None:
    result = run(runner, *arguments, input=input_)
    assert result.exit_code not in {0}
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_signing_out_disabling_and_enabling(
    runner: FlaskCliRunner, alice: Person, client: Browser
) -> None:
    form = {"email": alice.email, "password": "seven pale herons over Delft"}
    assert run(runner, "sign-out", alice.email).exit_code == 0
    assert alice.client.get("/notes").status_code == 303
    assert run(runner, "disable", alice.email).exit_code == 0
    assert "disabled" in run(runner, "list").stdout
    assert client.submit("/log-in", form).status_code == 422
    assert run(runner, "enable", alice.email).exit_code == 0
    assert client.submit("/log-in", form).status_code == 303


def test_a_deleted_person_is_gone_with_every_note(
    app: Flask, runner: FlaskCliRunner, alice: Person, bob: Person
) -> None:
    note_id = alice.write("Hers", tags=("a",))
    kept = bob.write("His", tags=("a",))
    assert run(runner, "delete", alice.email, "--yes").exit_code == 0
    assert alice.note(note_id) is None
    assert bob.note(kept) is not None
    assert run(runner, "list").stdout.split("\t")[0] == "bob@example.org"


@pytest.mark.parametrize("command", [("users", "disable"), ("seed", "--notes", "1", "--user")])
def test_nothing_is_written_while_a_release_changes_the_database(
    app: Flask, runner: FlaskCliRunner, alice: Person, command: tuple[str, ...]
) -> None:
    with app.app_context():
        site = Site.current()
        with maintenance.closed(site, "a migration"):
            refused = runner.invoke(args=[*command, alice.email])
        assert refused.exit_code == 1
        assert "is being changed" in refused.stderr
        assert alice.client.get("/notes").status_code == 200
        maintenance.close(site, "a look at an account")
        try:
            assert runner.invoke(args=[*command, alice.email]).exit_code == 0
        finally:
            maintenance.reopen(site)


@pytest.mark.parametrize(
    "command", ["list", "create", "reset-password", "sign-out", "disable", "enable", "delete"]
)
def test_every_command_has_an_example(runner: FlaskCliRunner, command: str) -> None:
    assert f"flask users {command}" in run(runner, command, "--help").output
