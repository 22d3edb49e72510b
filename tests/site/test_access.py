"""Every address of the site: who gets in, who is sent to the log-in page, who finds nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.addresses import address_of
from tests.databases import make_app
from tests.people import Browser, Person
from website import db
from website.database import now
from website.models import BulkChange, PasswordLink, SavedSearch, User

PUBLIC = {
    "static", "auth.home", "auth.sign_up", "auth.log_in", "auth.log_out", "auth.set_password",
    "account.whose", "operations.health", "operations.ready",
}  # fmt: skip


def rules() -> list[Rule]:
    return list(make_app("sqlite://").url_map.iter_rules())


def methods(rule: Rule) -> Iterator[str]:
    yield from sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


PAGES = [
    pytest.param(rule.endpoint, tuple(sorted(rule.arguments)), method, id=f"{method} {rule.rule}")
    for rule in rules()
    for method in methods(rule)
]
PRIVATE = [page for page in PAGES if page.values[0] not in PUBLIC]
OF_A_NOTE = [page for page in PAGES if "note_id" in page.values[1]]


def address(app: Flask, endpoint: str, note_id: str) -> str:
    (rule,) = app.url_map.iter_rules(endpoint)
    return address_of(rule.rule, note_id)


def ask(client: Browser, method: str, where: str) -> int:
    if method == "GET":
        return client.get(where, query_string={"tag": "hers"}).status_code
    form = {"title": "t", "body": "b", "tags": "", "tag": "hers", "to": "its"}
    form |= {"act": "pin", "q": "boat"}
    return client.submit(where, form, method=method).status_code


@pytest.fixture
def note_id(alice: Person) -> str:
    """A note of hers; and a draft and a change that have the ids of the samples."""
    note_id = alice.write("Hers", "alone", ("hers",))
    with alice.app.app_context():
        db.session.add(BulkChange(user_id=alice.id, public_id="c" * 26, act="pin"))
        saved = {"public_id": "s" * 26, "typed": "lake", "digest": "0" * 64, "saved_at": now()}
        db.session.add(SavedSearch(user_id=alice.id, **saved))
        db.session.commit()
    form = {"note": note_id, "draft": "d" * 32, "body": "hers"}
    assert alice.client.submit("/notes/drafts", form).status_code == 200
    return note_id


@pytest.mark.parametrize(("endpoint", "arguments", "method"), PRIVATE)
def test_a_person_who_is_not_signed_in_gets_the_log_in_page(
    app: Flask, client: Browser, note_id: str, endpoint: str, arguments: tuple[str], method: str
) -> None:
    where = address(app, endpoint, note_id)
    if method == "GET":
        answer = client.get(where)
        assert answer.status_code == 303
        assert answer.location.startswith("/log-in?next=")
    else:
        answer = client.submit(where, method=method)
        assert answer.status_code == 401
        assert "Log in" in answer.text


@pytest.mark.parametrize(("endpoint", "arguments", "method"), OF_A_NOTE)
def test_a_stranger_gets_404_for_every_page_of_a_note(
    app: Flask, alice: Person, charlie: Person, note_id: str,
    endpoint: str, arguments: tuple[str], method: str,
) -> None:  # fmt: skip
    before = alice.note(note_id)
    assert ask(charlie.client, method, address(app, endpoint, note_id)) == 404
    after = alice.note(note_id)
    assert before is not None
    assert after is not None
    assert (after.version, after.body, after.pinned, after.archived_at, after.trashed_at) == (
        before.version, before.body, before.pinned, before.archived_at, before.trashed_at,
    )  # fmt: skip


@pytest.mark.parametrize(("endpoint", "arguments", "method"), PAGES)
def test_the_owner_gets_in_everywhere(
    app: Flask, alice: Person, note_id: str, endpoint: str, arguments: tuple[str], method: str
) -> None:
    # What such a form, filled in at random, is answered: that Alice got in is what counts.
    expected = {
        "POST auth.log_in": {422},
        "POST account.change_password": {422},
        "POST notes.change": {400},
        "POST notes.delete": {422},
        "POST notes.save": {409},
        "POST notes.keep": {400},
        "POST notes.tick": {409},
        "GET auth.set_password": {410},
        "POST auth.set_password": {410},
    }.get(f"{method} {endpoint}", {200, 303})
    assert ask(alice.client, method, address(app, endpoint, note_id)) in expected


@pytest.mark.parametrize(("endpoint", "arguments", "method"), OF_A_NOTE)
def test_a_wrong_method_is_405_for_the_owner_and_404_for_a_stranger(
    app: Flask, alice: Person, charlie: Person, note_id: str,
    endpoint: str, arguments: tuple[str], method: str,
) -> None:  # fmt: skip
    where = address(app, endpoint, note_id)
    assert ask(alice.client, "DELETE", where) == 405
    assert ask(charlie.client, "DELETE", where) == 404


def test_the_list_of_public_pages_is_the_code_s(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if hasattr(view, "public")}
    assert marked == PUBLIC


def test_a_second_client_without_cookies_is_anonymous(app: Flask, alice: Person) -> None:
    # pytest-flask's own context fixture would let it in as Alice.
    assert alice.client.get("/notes").status_code == 200
    assert app.test_client().get("/notes").status_code == 303


def test_a_get_changes_nothing(app: Flask, alice: Person, note_id: str) -> None:
    with app.app_context():
        person = User.by_email(alice.email)
        assert person is not None
        token, _ = PasswordLink.make(person)
        db.session.commit()

    def dump() -> list[object]:
        with app.app_context(), db.engine.connect() as connection:
            return [connection.execute(table.select()).all() for table in db.metadata.sorted_tables]

    before = dump()
    for page in PAGES:
        endpoint, _arguments, method = page.values
        if method == "GET":
            where = address(app, str(endpoint), note_id)
            alice.client.get(where.replace("n" * 43, token))
            alice.client.head(where)
    assert dump() == before
