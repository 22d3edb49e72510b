"""What was typed arrives exactly as it was typed, or it is refused with a sentence."""

import json
from io import BytesIO
from time import thread_time
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from tests.http.answers import Log, everything, refused, secure
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person

FORM = "application/x-www-form-urlencoded"
EXACT = {
    "four bytes": "🙂𝒳👩‍👩‍👧‍👦",
    "right to left": "שלום עולם \u202eevil\u202c عربى",
    "combining": "e\u0301 é ﬁ ﷺ",
    "not a character": "\ufffe\uffff\U0010ffff",
    "separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "controls": "\x01\x02\x1b[31m\x7f\ufeff\u200b\u00ad",
    "blanks at the ends": " \t a \t ",
    "quotes": "'\"`&amp;<>%00%s{0}\\u0000\\",
}
# Bytes in a form that are no text: NUL, and what is not UTF-8.
BROKEN = {
    "NUL": "%00",
    "NUL in the middle": "a%00b",
    "a lone surrogate": "%ED%A0%80",
    "a pair of surrogates": "%ED%A0%BD%ED%B8%80",
    "an overlong slash": "%C0%AF",
    "an overlong NUL": "%C0%80",
    "half a letter": "%C3",
    "Latin-1": "caf%E9",
    "beyond Unicode": "%F4%90%80%80",
    "UTF-16": "%FF%FEa%00",
}


def forms(note_id: str) -> dict[str, dict[str, str]]:
    """A good form for every address that takes text."""
    return {
        "/sign-up": {"email": "eve@example.org", "password": "seven grey herons over Delft"},
        "/log-in": {"email": "alice@example.org", "password": PASSWORD, "next": "/notes"},
        "/account/password": {"current": PASSWORD, "password": "seven grey herons over Delft"},
        "/set-password/" + "t" * 43: {"password": "seven grey herons over Delft"},
        "/notes": {"title": "t", "body": "b", "tags": "x", "key": "k"},
        f"/notes/{note_id}": {"title": "t", "body": "b", "tags": "x", "version": "1"},
    }


@pytest.mark.attack(25, 26, 108)
def test_nul_and_what_is_not_utf_8_are_refused_in_every_field(
    app: Flask, alice: Person, log: Log, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    for address, form in forms(note_id).items():
        client = app.test_client() if address in {"/sign-up", "/log-in"} else alice.client
        assert isinstance(client, Browser)
        token = client.csrf_token()
        for name in (*form, "a field of no form"):
            for what, broken in BROKEN.items():
                with subtests.test(f"{address} {name}: {what}"):
                    log.clear()
                    fields = {**form, "csrf_token": token}
                    fields.pop(name, None)
                    body = f"{urlencode(fields)}&{quote(name)}={broken}"
                    answer = client.post(address, data=body, content_type=FORM)
                    refused(answer, 400)
                    assert log.events == ["text_refused"]
    assert everything(alice) == before


@pytest.mark.attack(108)
def test_broken_bytes_are_refused_wherever_they_stand(
    alice: Person, log: Log, subtests: pytest.Subtests
) -> None:
    before = everything(alice)
    token = alice.client.csrf_token().encode()
    ways = {
        "raw, not quoted": (FORM, b"csrf_token=" + token + b"&body=caf\xe9"),
        "raw NUL": (FORM, b"csrf_token=" + token + b"&body=a\x00b"),
        "in a name": (FORM, b"csrf_token=" + token + b"&body=b&%00=x"),
        "in a name, not UTF-8": (FORM, b"csrf_token=" + token + b"&body=b&%E9=x"),
        "multipart": (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token
            + b'\r\n--x\r\nContent-Disposition: form-data; name="body"\r\n\r\ncaf\xe9\r\n--x--',
        ),
        "multipart NUL": (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token
            + b'\r\n--x\r\nContent-Disposition: form-data; name="body"\r\n\r\na\x00b\r\n--x--',
        ),
    }  # fmt: skip
    for what, (kind, body) in ways.items():
        with subtests.test(what):
            log.clear()
            refused(alice.client.post("/notes", data=body, content_type=kind), 400)
            assert log.events == ["text_refused"]
    for address in ("/notes?tag=%00", "/notes?after=%00", "/log-in?next=%00", "/?%00=x"):
        with subtests.test(address):
            refused(alice.client.get(address), 400)
    # What a server hands on of a query that nobody has quoted.
    refused(alice.client.get("/notes", environ_overrides={"QUERY_STRING": "tag=caf\xe9"}), 400)
    assert everything(alice) == before


@pytest.mark.attack(108)
def test_a_query_that_is_no_text_is_an_answer_and_no_error(
    alice: Person, subtests: pytest.Subtests
) -> None:
    for broken in (*BROKEN.values(), quote("𝒳\u202e"), "a" * 100_000, "%", "%zz", "&=&=&", "tag=x"):
        if "%00" not in broken:
            for address in (f"/notes?tag={broken}", f"/notes?after={broken}", f"/notes?{broken}"):
                with subtests.test(address[:60]):
                    assert secure(alice.client.get(address)).status_code in {200, 404}
        answer = secure(alice.client.get(f"/log-in?next={broken}"))
        assert answer.status_code in {303, 400}


@pytest.mark.attack(108)
def test_every_other_character_is_kept_exactly(alice: Person, subtests: pytest.Subtests) -> None:
    for what, text in EXACT.items():
        with subtests.test(what):
            form = {"title": text, "body": f"\n{text}\n", "tags": "", "key": what}
            made = alice.client.submit("/notes", form)
            assert made.status_code == 303
            note_id = made.location.rpartition("/")[2]
            note = alice.note(note_id)
            assert note is not None
            assert (note.title, note.body) == (text, f"\n{text}\n")
            page = Page(alice.client.get(f"/notes/{note_id}/edit"))
            assert page.editor.fields["body"] == f"\n{text}\n"
            assert page.editor.fields["title"] == text
            assert secure(alice.client.get("/notes")).status_code == 200
            assert secure(alice.client.get(made.location)).status_code == 200


@pytest.mark.attack(108)
def test_a_tag_that_grows_when_it_is_folded_is_kept_or_refused_on_both_databases(
    alice: Person, subtests: pytest.Subtests
) -> None:
    # One character that Unicode's compatibility form writes as eighteen.
    for number, tag in enumerate(("ﷺ" * 100, "ﷺ" * 20, "ΐ" * 100, "🙂" * 100, "ẞ" * 100)):
        with subtests.test(tag[:1]):
            form = {"title": "t", "body": "b", "tags": tag, "key": str(number)}
            answer = secure(alice.client.submit("/notes", form))
            assert answer.status_code in {303, 422}
            if answer.status_code == 303:
                note = alice.note(answer.location.rpartition("/")[2])
                assert note is not None
                assert note.tag_names == (tag,)


@pytest.mark.attack(108)
def test_an_address_that_grows_when_it_is_folded_is_refused_on_both_databases(
    app: Flask,
) -> None:
    for number, local in enumerate(("ΐ" * 110, "ﬃ" * 60, "ß" * 100, "İ" * 100)):
        client = app.test_client()
        assert isinstance(client, Browser)
        form = {
            "email": f"{local}@{number}.example.org",
            "password": "seven grey herons over Delft",
        }
        assert secure(client.submit("/sign-up", form)).status_code in {303, 422}
        assert secure(client.submit("/log-in", form)).status_code in {303, 422}


@pytest.mark.attack(24, 94, 108)
def test_a_megabyte_in_any_field_is_refused_soon(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    many = ",".join(map(str, range(150_000)))
    for address, form in forms(note_id).items():
        for name in sorted(form.keys() & {"email", "password", "current", "title", "tags"}):
            for filling in (many, "a@" * 500_000)[name in {"password", "current", "title"} :]:
                with subtests.test(f"{address} {name} {filling[:2]}"):
                    public = address in {"/sign-up", "/log-in"}
                    client = app.test_client() if public else alice.client
                    assert isinstance(client, Browser)
                    fields = {**form, "csrf_token": client.csrf_token(), name: filling}
                    body = urlencode(fields)
                    began = thread_time()
                    answer = secure(client.post(address, data=body, content_type=FORM))
                    assert (
                        thread_time() - began < 4
                    )  # a page takes 0.02; what this guards against, minutes
                    assert answer.status_code in (
                        {410} if address.startswith("/set-password") else {422, 429}
                    )
    after = everything(alice)
    assert after["user"] == before["user"]
    assert after["note"] == before["note"]
    assert after["session"] == before["session"]


@pytest.mark.attack(108)
def test_a_key_and_a_version_that_are_nonsense_do_no_harm(
    alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    for nonsense in (
        "",
        "0",
        "-1",
        "1.0",
        "١",
        "１",
        " 1",
        "1 ",
        "9" * 4_000,
        str(2**63),
        "1e3",
        "x",
    ):
        with subtests.test(nonsense[:20]):
            form = {"title": "t", "body": nonsense, "tags": "", "version": nonsense}
            refused(alice.client.submit(f"/notes/{note_id}", form), 409)
    for key in ("", "x" * 1_000_000, "🙂" * 64, "' OR 1=1 --"):
        with subtests.test(key[:20]):
            form = {"title": "t", "body": "b", "key": key}
            assert alice.client.submit("/notes", form).status_code == 303
    assert alice.client.submit("/notes", {"body": "neither title, tags nor key"}).status_code == 303


@pytest.mark.attack(26, 54, 90)
def test_json_is_no_form_whatever_it_holds(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    values = [
        '"\\ud800"', '"\\u0000"', "{}", "[]", '["a", "b"]', "null", "1", "true", "NaN", "1e999",
        "9" * 5_000, "[" * 10_000 + "]" * 10_000,
    ]  # fmt: skip
    for address, form in forms(note_id).items():
        client = app.test_client() if address in {"/sign-up", "/log-in"} else alice.client
        assert isinstance(client, Browser)
        headers = {"X-CSRFToken": client.csrf_token()}
        bodies = [f'{{"{name}": {value}}}' for name in form for value in values]
        bodies += ["", "[]", "null", "1", '"x"', "{", "[" * 100_000, json.dumps(form)]
        for body in bodies:
            with subtests.test(f"{address}: {body[:60]}"):
                answer = client.post(
                    address, data=body, content_type="application/json", headers=headers
                )
                refused(answer, answer.status_code)
                assert answer.status_code in {400, 415, 422}
    assert everything(alice) == before


@pytest.mark.attack(26, 98)
def test_a_file_is_no_text(app: Flask, alice: Person, subtests: pytest.Subtests) -> None:
    note_id = alice.write("Hers", "alone")
    before = everything(alice)
    for address, form in forms(note_id).items():
        client = app.test_client() if address in {"/sign-up", "/log-in"} else alice.client
        assert isinstance(client, Browser)
        for name in (*form, "another"):
            with subtests.test(f"{address} {name}"):
                upload = (BytesIO(b"from a file"), "evil.html")
                answer = client.submit(
                    address, {**form, name: upload}, content_type="multipart/form-data"
                )
                refused(answer, answer.status_code)
                assert answer.status_code in {400, 415, 422}
    assert everything(alice) == before
