"""Whatever goes wrong with a request, the words that came with it are on the answer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.http.answers import Log, refused, secure
from tests.http.broken import IMPATIENT, writing
from tests.http.page import Form, Page
from tests.people import PASSWORD, Browser, Person, enrol
from website.models.log_in import PER_ACCOUNT
from website.models.session import IDLE
from website.models.shelf import Shelf
from website.models.throttle import TooManyTries
from website.models.versioned import Versioned

TITLE = "  </title><script>alert(1)</script> \"quoted\" & 'so' 👩‍👩‍👧 \u202e "
BODY = (
    "\n\n\tA tab, and two empty lines before it.  \r\n</textarea><script>alert(1)</script>\r\n"
    "<!-- --> &amp; &lt; 🙂 עברית \u2028 ‍\r\n\r\n   `code`   \r\n\n"
)
TAGS = 'work/berlin, "quoted", <b>, 日本'
WRITTEN = {"title": TITLE, "body": BODY, "tags": TAGS}


def normal(text: str) -> str:
    return text.replace("\r\n", "\n")


def editor_of(answer: Any) -> Form:
    """The editor on the page, after a look that it holds every word."""
    form = Page(answer).editor
    assert form.fields["title"] == TITLE
    assert form.fields["body"] == normal(BODY)
    assert form.fields["tags"] == TAGS
    return form


def saved(person: Person, answer: Any) -> None:
    """The words are in a note of this person, byte for byte."""
    assert answer.status_code == 303, answer.text
    note = person.note(answer.location.rpartition("/")[2])
    assert note is not None
    assert (note.title, note.body) == (TITLE, normal(BODY))
    assert set(note.tag_names) == {"work/berlin", '"quoted"', "<b>", "日本"}


def new_and_old(person: Person) -> list[tuple[str, dict[str, str]]]:
    """The two ways to save: a note that is made, and one that is changed."""
    note_id = person.write("Hers", "alone")
    return [
        ("/notes", {**WRITTEN, "key": "key-of-the-form"}),
        (f"/notes/{note_id}", {**WRITTEN, "version": "1"}),
    ]


def fail(error: Exception) -> Callable[..., Any]:
    def failing(*_args: Any, **_more: Any) -> Any:
        raise error

    return failing


def test_400_without_a_token(alice: Person, log: Log) -> None:
    for address, form in new_and_old(alice):
        for token in ({}, {"csrf_token": "nonsense"}):
            answer = refused(alice.client.post(address, data={**form, **token}), 400)
            saved(alice, editor_of(answer).send(alice.client))
    assert "csrf_refused" in log.events


@pytest.mark.attack(108)
def test_400_for_a_character_that_cannot_be_kept(alice: Person) -> None:
    for address, form in new_and_old(alice):
        broken = {**form, "title": "a\0b", "tags": "c\0d"}
        answer = refused(alice.client.submit(address, broken), 400)
        page = Page(answer).editor
        assert page.fields["body"] == normal(BODY)
        assert (page.fields["title"], page.fields["tags"]) == ("a\ufffdb", "c\ufffdd")
        assert page.send(alice.client, title=TITLE, tags=TAGS).status_code == 303


def test_401_then_the_log_in_page_then_the_editor(app: Flask, alice: Person) -> None:
    for address, form in new_and_old(alice):
        alice.client = alice.another_browser()
        alice.client.get("/notes/new")
        alice.client.submit("/log-out")
        answer = refused(alice.client.submit(address, form), 401)
        page = Page(answer)
        assert normal(BODY) in page.words.replace("\xa0", " ")
        log_in = page.form("email", "password")
        # A slip of the finger on the way loses nothing.
        wrong = log_in.send(alice.client, email=alice.email, password="seven grey herons")
        log_in = Page(refused(wrong, 422)).form("email", "password")
        answer = secure(log_in.send(alice.client, email=alice.email, password=PASSWORD))
        assert answer.status_code == 200
        saved(alice, editor_of(answer).send(alice.client))


@pytest.mark.attack(8)
def test_401_when_the_session_ended_while_writing(app: Flask) -> None:
    with time_machine.travel("2026-03-01 12:00 +0000", tick=False) as clock:
        alice = enrol(app, "alice@example.org")
        editor = Page(alice.client.get("/notes/new")).editor
        clock.shift(IDLE * 2)
        answer = refused(editor.send(alice.client, **{**WRITTEN, "body": normal(BODY)}), 401)
        form = Page(answer).form("email", "password")
        answer = form.send(alice.client, email=alice.email, password=PASSWORD)
        saved(alice, editor_of(answer).send(alice.client))


def test_the_log_in_page_carries_the_words_through_its_own_refusals(
    app: Flask, alice: Person, log: Log
) -> None:
    def fresh() -> tuple[Browser, Form]:
        client = app.test_client()
        assert isinstance(client, Browser)
        client.get("/log-in")
        answer = refused(client.submit("/notes", WRITTEN), 401)
        return client, Page(answer).form("email", "password")

    client, form = fresh()
    forgotten = refused(form.send(client, csrf_token="", email=alice.email, password=PASSWORD), 400)
    editor_of(forgotten)
    client, form = fresh()
    data = {**form.fields, "email": alice.email, "password": PASSWORD}
    evil = {"Sec-Fetch-Site": "cross-site"}
    editor_of(refused(client.post("/log-in", data=data, headers=evil), 403))
    client, form = fresh()
    for _ in range(PER_ACCOUNT.tries):
        answer = form.send(client, email=alice.email, password="wrong password")
    answer = refused(form.send(client, email=alice.email, password=PASSWORD), 429)
    assert log.events[-1] == "throttled"
    again = editor_of(answer)
    # From that page too: save, log in (from a browser the account knows), and it is there.
    refused(again.send(client), 401)


def test_where_the_words_go_after_logging_in_is_a_page_of_ours(app: Flask, alice: Person) -> None:
    for address in ("//evil.example", "https://evil.example/notes", "/log-out", "javascript:x", ""):
        client = app.test_client()
        assert isinstance(client, Browser)
        data = {**{f"kept_{name}": text for name, text in WRITTEN.items()}, "kept_address": address}
        answer = client.submit("/log-in", {**data, "email": alice.email, "password": PASSWORD})
        assert editor_of(answer).address == "/notes"


def test_403_from_another_site(alice: Person, log: Log) -> None:
    for address, form in new_and_old(alice):
        answer = alice.client.submit(address, form, headers={"Origin": "null"})
        saved(alice, editor_of(refused(answer, 403)).send(alice.client))
    assert log.events[0] == "origin_refused"


@pytest.mark.attack(63, 112)
def test_404_when_the_note_is_gone_or_someone_else_s(alice: Person, bob: Person) -> None:
    gone = alice.write("Gone", "soon")
    alice.client.submit(f"/notes/{gone}/trash")
    assert alice.client.submit(f"/notes/{gone}/delete").status_code == 303
    for note_id in (gone, bob.write("His", "alone")):
        answer = alice.client.submit(f"/notes/{note_id}", {**WRITTEN, "version": "1"})
        form = editor_of(refused(answer, 404))
        assert form.address == "/notes"
        saved(alice, form.send(alice.client))
    answer = alice.client.submit("/nowhere", WRITTEN)
    saved(alice, editor_of(refused(answer, 404)).send(alice.client))


def test_405_at_an_address_that_takes_no_text(alice: Person) -> None:
    answer = alice.client.submit("/trash", WRITTEN)
    editor_of(refused(answer, 405))


@pytest.mark.attack(112)
def test_409_when_the_note_was_saved_elsewhere(alice: Person) -> None:
    note_id = alice.write("Hers", "alone")
    tabs = [Page(alice.client.get(f"/notes/{note_id}/edit")).editor for _ in range(2)]
    assert tabs[0].send(alice.client, body="\n from the first tab").status_code == 303
    stale = {**WRITTEN, "body": normal(BODY)}
    answer = refused(tabs[1].send(alice.client, **stale), 409)
    form = Page(answer).editor
    both = form.fields["body"].split("\n")
    assert set(normal(BODY).split("\n")) | {" from the first tab"} <= set(both)
    note = alice.note(note_id)
    assert note is not None
    assert note.body == "\n from the first tab"
    saved(alice, form.send(alice.client, body=normal(BODY)))


def test_422_for_what_is_over_a_limit(alice: Person) -> None:
    long = {"title": "t" * 501, "tags": ",".join(map(str, range(51))), "body": "b" * 1_000_001}
    for address, form in new_and_old(alice):
        for name, text in long.items():
            answer = refused(alice.client.submit(address, {**form, name: text}), 422)
            kept = Page(answer).editor
            assert kept.fields[name] == text
            for other in WRITTEN.keys() - {name}:
                assert kept.fields[other] == normal(WRITTEN[other])
            saved(alice, kept.send(alice.client, **{name: normal(WRITTEN[name])}))
            kept.fields["version"] = str(int(kept.fields["version"] or 0) + 1)
        answer = refused(alice.client.submit(address, {**form, "tags": "x" * 101}), 422)
        assert Page(answer).editor.fields["body"] == normal(BODY)


def failing_saves(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(Shelf, "create", fail(error))
    monkeypatch.setattr(Versioned, "save", fail(error))


def test_429_for_too_many_tries(alice: Person, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    for address, form in new_and_old(alice):
        with monkeypatch.context() as patch:
            failing_saves(patch, TooManyTries("notes", 61))
            answer = refused(alice.client.submit(address, form), 429)
        assert answer.headers["Retry-After"] == "61"
        assert "2 minutes" in answer.text
        assert log.events[-1] == "throttled"
        saved(alice, editor_of(answer).send(alice.client))


def test_a_page_that_gives_text_back_says_whose_it_is_so_that_the_browser_keeps_a_copy(
    app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whose = re.search(r'data-whose="(\w+)"', alice.client.get("/notes").text)
    assert whose is not None
    gone = {"title": "T", "body": "text", "tags": "", "version": "1"}
    assert whose[0] in alice.client.submit(f"/notes/{'0' * 26}", gone).text
    assert whose[0] not in app.test_client().post("/notes", data=gone).text
    stranger = app.test_client()
    assert isinstance(stranger, Browser)
    form = {"email": alice.email, "password": PASSWORD, "kept_body": "text", "kept_address": ""}
    back = stranger.submit("/log-in", form)
    assert back.status_code == 200
    assert whose[0] in back.text


@pytest.mark.attack(109)
def test_500_for_a_mistake_of_ours(
    alice: Person, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    for address, form in new_and_old(alice):
        with monkeypatch.context() as patch:
            failing_saves(patch, RuntimeError("the secret inside"))
            answer = refused(alice.client.submit(address, form), 500)
        assert "the secret inside" not in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
        assert log.events[-1] == "exception"
        saved(alice, editor_of(answer).send(alice.client))


@pytest.mark.attack(109)
@pytest.mark.sqlite_only
@pytest.mark.parametrize("settings", [IMPATIENT])
def test_503_while_another_process_writes_to_the_sqlite_file(
    alice: Person, database_url: str, log: Log
) -> None:
    for address, form in new_and_old(alice):
        with writing(database_url):
            answer = refused(alice.client.submit(address, form), 503)
        assert answer.headers["Retry-After"]
        assert log.events[-1] == "database_unavailable"
        saved(alice, editor_of(answer).send(alice.client))


@pytest.mark.attack(109)
def test_503_while_the_schema_is_not_the_code_s(
    alice: Person, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    gate = alice.app.extensions["release_gate"]
    for address, form in new_and_old(alice):
        with monkeypatch.context() as patch:
            patch.setattr(gate, "problem", lambda: "The database is behind. Type: flask db upgrade")
            answer = refused(alice.client.submit(address, form), 503)
        assert "flask db upgrade" in answer.text
        assert log.events[-1] == "schema_mismatch"
        saved(alice, editor_of(answer).send(alice.client))


@pytest.mark.attack(58)
def test_the_save_under_a_text_that_came_back_does_nothing_but_save(alice: Person) -> None:
    note_id = alice.write("In the trash")
    alice.client.submit(f"/notes/{note_id}/trash")
    for where in ("/trash/empty", f"/notes/{note_id}/delete", "/log-out", "//evil.example"):
        answer = alice.client.post(
            "/notes/preview", data={"body": "x", "address": where},
            headers={"Sec-Fetch-Site": "cross-site"},
        )  # fmt: skip
        assert answer.status_code == 403
        editors = [form for form in Page(answer).forms if "body" in form.fields]
        assert [form.address for form in editors] == ["/notes"]


def test_a_page_that_was_only_read_has_no_editor(alice: Person) -> None:
    for answer in (
        alice.client.get("/nowhere?body=from+the+address"),
        alice.client.submit("/nowhere", {"title": "no body"}),
        alice.client.submit("/account/password", {"current": "x"}),
    ):
        assert not [form for form in Page(answer).forms if "body" in form.fields]
        assert "from the address" not in answer.text
