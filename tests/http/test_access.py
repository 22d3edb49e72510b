"""A note is its owner's: for everyone else, under every address and method, there is none."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.addresses import address_of
from tests.http.answers import Log, everything, refused, secure
from tests.people import PASSWORD, Browser, Person, text_of
from website import db
from website.models import Note, User
from website.security.tokens import ALPHABET, ID_LENGTH

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NONSENSE = [
    "0", "-1", str(2**63), "9" * 4000, "%00", "٣", "１", "1.0", "None", "null", "..", "%2e%2e",
    "%2F", "*", "' OR '1'='1", "0" * (ID_LENGTH - 1), "0" * (ID_LENGTH + 1), "i" * ID_LENGTH,
    "0" * (ID_LENGTH - 1) + "%00", "0" * ID_LENGTH + "%0a", "٠" * ID_LENGTH, "%ff" * ID_LENGTH,
]  # fmt: skip


def addresses(app: Flask, note_id: str) -> dict[str, set[str]]:
    """Every address with this id in it, and the methods that it has."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if "note_id" in rule.arguments:
            address = address_of(rule.rule, note_id)
            found.setdefault(address, set()).update(rule.methods or ())
    assert len(found) > 8
    return found


def ask(client: Browser, method: str, address: str) -> int:
    """The status of a request that does all it can: a whole form with a valid token."""
    form = {"title": "theirs", "body": "theirs", "tags": "theirs", "version": "1", "key": "k"}
    if method == "GET":
        return secure(client.get(address)).status_code
    return secure(client.submit(address, form, method=method)).status_code


@pytest.mark.attack(63)
def test_a_stranger_finds_nothing_at_any_address_by_any_method(
    app: Flask, alice: Person, charlie: Person, log: Log, subtests: pytest.Subtests
) -> None:
    listed, trashed = alice.write("Listed", "hers"), alice.write("Trashed", "hers")
    alice.client.submit(f"/notes/{trashed}/trash")
    before = everything(alice)
    for note_id in (listed, trashed):
        for address in addresses(app, note_id):
            for method in METHODS:
                with subtests.test(f"{method} {address}"):
                    log.clear()
                    assert ask(charlie.client, method, address) == 404
                    assert log.events == ["not_yours"]
                    (fields,) = log.fields("not_yours")
                    assert fields["user"] == charlie.id
    assert everything(alice) == before


@pytest.mark.attack(63)
def test_a_stranger_s_404_is_that_of_a_note_that_never_was(alice: Person, charlie: Person) -> None:
    note_id = alice.write("Hers", "alone")
    nowhere = note_id[:-1] + ALPHABET[(ALPHABET.index(note_id[-1]) + 1) % len(ALPHABET)]
    theirs, none = (charlie.client.get(f"/notes/{name}") for name in (note_id, nowhere))
    varying = {"X-Request-Id", "Content-Security-Policy"}
    assert {k: v for k, v in theirs.headers if k not in varying} == {
        k: v for k, v in none.headers if k not in varying
    }
    assert text_of(theirs).split("this number")[0] == text_of(none).split("this number")[0]
    refused(alice.client.get(f"/notes/{nowhere}"), 404)


@pytest.mark.attack(63)
def test_a_wrong_method_is_405_for_the_owner_and_says_what_there_is(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    for address, has in addresses(app, note_id).items():
        for method in {*METHODS, "OPTIONS", "TRACE", "FOO"} - has:
            with subtests.test(f"{method} {address}"):
                answer = refused(alice.client.submit(address, {"body": "b"}, method=method), 405)
                assert set(answer.headers["Allow"].split(", ")) == has
    assert everything(alice) == before


@pytest.mark.attack(64)
def test_an_id_that_is_none_is_404_and_asks_no_note(
    app: Flask, alice: Person, log: Log, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    alice.client.submit(f"/notes/{note_id}/trash")
    before = everything(alice)
    upper = note_id.upper()
    assert upper != note_id
    for nonsense in (*NONSENSE, upper, f"{note_id}%20", f"{note_id}.html", f"{note_id};x"):
        for address in (f"/notes/{nonsense}", f"/notes/{nonsense}/delete"):
            for method in METHODS:
                with subtests.test(f"{method} {address[:60]}"):
                    log.clear()
                    assert ask(alice.client, method, address) == 404
                    assert log.events == []
    assert everything(alice) == before


@pytest.mark.attack(56)
def test_a_method_that_a_page_has_not_does_nothing(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    anonymous = app.test_client()
    for method in ("TRACE", "FOO", "OPTIONS", "PROPFIND"):
        with subtests.test(method):
            refused(alice.client.open("/notes", method=method), 405)
            refused(anonymous.open("/log-in", method=method), 405)
            # To strangers a private page tells not even its methods.
            answer = secure(anonymous.open("/notes", method=method))
            assert answer.status_code in {303, 401}
            assert "Allow" not in answer.headers
            assert "private" not in answer.text


@pytest.mark.attack(56)
def test_head_is_get_without_the_page(app: Flask, alice: Person) -> None:
    note_id = alice.write("Private", "private")
    for address in ("/notes", f"/notes/{note_id}", "/trash", "/account"):
        answer = secure(alice.client.head(address))
        assert (answer.status_code, answer.text) == (200, "")
        answer = secure(app.test_client().head(address))
        assert (answer.status_code, answer.text) == (303, "")


@pytest.mark.attack(60)
def test_another_spelling_of_an_address_is_no_back_door(
    app: Flask, alice: Person, bob: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "private words")
    for spelling in (
        "/notes/", "/notes//", "/./notes", "/x/../notes", "/notes;x", "/notes/..",
        "/notes.", "/NOTES", "/notes ", "/notes/../account", "/account/", "/account//password",
        f"/notes//{note_id}", f"/notes/{note_id}/", f"/notes/{note_id}/.",
        f"/notes/x/../{note_id}", f"/notes/{note_id}//edit", f"/notes/{note_id}\0",
    ):  # fmt: skip
        # As a server hands it on: decoded once, and no slash merged.
        environ = {"PATH_INFO": spelling}
        with subtests.test(spelling):
            for client in (app.test_client(), alice.client):
                answer = refused(client.get("/", environ_overrides=environ), 404)
                assert "private words" not in answer.text
                refused(client.post("/", environ_overrides=environ, data={"body": "b"}), 404)
    # The same page behind the same door: werkzeug takes all slashes at the front for one.
    for spelling in ("//notes", "///trash", f"//notes/{note_id}", f"//notes/{note_id}/edit"):
        with subtests.test(spelling):
            environ = {"PATH_INFO": spelling}
            answer = app.test_client().get("/", environ_overrides=environ)
            assert answer.location == f"/log-in?next=/{spelling.lstrip('/')}"
            assert alice.client.get("/", environ_overrides=environ).status_code == 200
            refused(
                bob.client.get("/", environ_overrides=environ), 404 if note_id in spelling else 200
            )


@pytest.mark.attack(65)
def test_a_field_that_no_form_has_is_no_field(app: Flask, alice: Person, bob: Person) -> None:
    more = {
        "owner_id": bob.id, "user_id": bob.id, "id": 1, "public_id": "0" * ID_LENGTH,
        "pinned": "1", "archived_at": "2020-01-01", "trashed_at": "2020-01-01",
        "created_at": "2020-01-01", "updated_at": "2020-01-01", "heading": "other",
        "excerpt": "other", "html": "<script>", "share_token": "x", "is_admin": "1",
    }  # fmt: skip
    made = alice.client.submit("/notes", {"title": "Hers", "body": "b", "key": "k", **more})
    note_id = made.location.rpartition("/")[2]
    assert note_id != more["public_id"]
    form = {"title": "Hers still", "body": "c", "tags": "", "version": "1", **more}
    assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303
    with app.app_context():
        (note,) = db.session.scalars(select(Note))
        assert (note.user_id, note.heading, note.excerpt) == (alice.id, "Hers still", "c")
        assert (note.pinned, note.archived_at, note.trashed_at) == (False, None, None)
        assert note.created_at.year >= 2026
        assert note.version == 2


@pytest.mark.attack(65)
def test_signing_up_and_in_take_no_more_than_they_ask(app: Flask, client: Browser) -> None:
    more = {
        "id": "777", "user_id": "777", "is_admin": "1", "role": "admin", "amr": "mfa",
        "created_at": "2000-01-01", "disabled_at": "2000-01-01", "password_hash": "x", "sid": "x",
    }  # fmt: skip
    form = {"email": "eve@example.org", "password": "seven grey herons over Delft", **more}
    assert client.submit("/sign-up", form).status_code == 303
    with app.app_context():
        (person,) = db.session.scalars(select(User))
        assert person.id != 777
        assert person.created_at > datetime(2020, 1, 1, tzinfo=UTC)
        assert (person.disabled_at, person.email) == (None, "eve@example.org")
    client.submit("/log-out")
    again = {**form, "method": "passkey", "next": "/account"}
    assert client.submit("/log-in", again).location == "/account"


@pytest.mark.attack(66)
def test_a_tag_of_another_person_s_name_is_one_s_own(alice: Person, bob: Person) -> None:
    hers = alice.write("Hers", "b", ("work", "secret plan"))
    his = bob.write("His", "b", ("work",))
    bob.client.submit(f"/notes/{his}", {"title": "His", "body": "c", "version": "1", "tags": ""})
    note = alice.note(hers)
    assert note is not None
    assert set(note.tag_names) == {"work", "secret plan"}
    assert "work" not in text_of(bob.client.get("/tags"))
    assert "work" in text_of(alice.client.get("/tags"))


@pytest.mark.attack(67)
def test_nothing_of_one_person_shows_on_another_s_pages(
    alice: Person, charlie: Person, subtests: pytest.Subtests
) -> None:
    words = ("Canarytitle", "canarybody", "canarytag")
    note_id = alice.write(words[0], words[1], (words[2],))
    etag = alice.client.get(f"/notes/{note_id}").headers.get("ETag")
    assert etag is None  # with one, a 304 would tell that the note is there
    charlie.write("His own", "body", ("tag",))
    for address in (
        "/notes", "/notes?tag=canarytag", "/notes?q=canarybody", "/archive", "/trash", "/tags",
        "/account", "/notes?tag=tag", "/", "/notes/new", f"/notes?after=1-1-{note_id}",
    ):  # fmt: skip
        with subtests.test(address):
            page = charlie.client.get(address).text
            asked = [word for word in words if f"={word}" not in address]
            assert not [word for word in asked if word in page]
            assert alice.email not in page
    counted = text_of(charlie.client.get("/tags"))
    assert "tag 1 note" in counted
    assert PASSWORD not in counted
