"""What is too large is refused before it is read, and nobody tries without end."""

import io
from time import thread_time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from tests.http.answers import Log, everything, refused
from tests.people import Browser, Person
from website import db
from website.http.limits import network
from website.http.text import MAX_FIELDS
from website.models import Throttle

SMALL: dict[str, Any] = {"MAX_NOTE_BYTES": 10_000}  # so that 100 KB is the limit of a request
FORM = "application/x-www-form-urlencoded"


class Endless:
    """A body without end; `given` counts what was taken of it."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "all of it was asked for"
        self.given += size
        return b"a" * size


def send(client: Browser, address: str, body: Any, kind: str, **environ: Any) -> TestResponse:
    """A POST of this stream, with what the server says of it in `environ`."""
    given = {"wsgi.input": body, "CONTENT_TYPE": kind, **environ}
    return client.post(address, environ_overrides=given)


@pytest.mark.attack(91)
@pytest.mark.parametrize("settings", [SMALL])
def test_a_body_that_says_it_is_too_large_is_not_read(
    app: Flask, alice: Person, log: Log, subtests: pytest.Subtests
) -> None:
    before = everything(alice)
    for client in (app.test_client(), alice.client):
        for address in ("/log-in", "/sign-up", "/notes", "/log-out", "/nowhere", "/health"):
            for kind in (FORM, "multipart/form-data; boundary=x", "text/plain"):
                with subtests.test(f"{address} {kind}"):
                    log.clear()
                    body = Endless()
                    refused(send(client, address, body, kind, CONTENT_LENGTH="100001"), 413)
                    assert body.given == 0
                    assert log.events == ["too_large"]
    assert everything(alice) == before


@pytest.mark.attack(91)
@pytest.mark.parametrize("settings", [SMALL])
def test_a_body_of_no_known_length_is_read_up_to_the_limit(app: Flask, alice: Person) -> None:
    before = everything(alice)
    for client in (app.test_client(), alice.client):
        for address in ("/log-in", "/notes"):
            for kind in (FORM, "multipart/form-data; boundary=x"):
                body = Endless()
                answer = send(client, address, body, kind, **{"wsgi.input_terminated": True})
                anonymous = address == "/notes" and client is not alice.client
                refused(answer, 401 if anonymous else 413)
                assert body.given <= 200_000
    assert everything(alice) == before


@pytest.mark.attack(91)
def test_a_lying_length_waits_for_nothing(alice: Person) -> None:
    for length in ("-1", "1e3", "+5", "9" * 5_000, "abc", "10"):
        answer = send(alice.client, "/notes", io.BytesIO(b"body=b"), FORM, CONTENT_LENGTH=length)
        assert answer.status_code in {400, 413}, length


@pytest.mark.attack(91)
def test_a_form_of_too_many_fields_is_refused(alice: Person, log: Log) -> None:
    token = alice.client.csrf_token()
    before = everything(alice)
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\nv\r\n'
        for number in range(5_000)
    )
    for body, kind in (
        (f"csrf_token={token}&body=b" + "&a" * 60_000, FORM),
        (f"csrf_token={token}&body=%ff" + "&a" * 60_000, FORM),
        (b"\xff&body=b" + b"&a" * 60_000, FORM),
        (f"{parts}--x--\r\n", "multipart/form-data; boundary=x"),
    ):
        log.clear()
        began = thread_time()
        refused(alice.client.post("/notes", data=body, content_type=kind), 413)
        assert thread_time() - began < 3
        assert log.events == ["too_large"]
    assert everything(alice) == before
    few = f"csrf_token={token}&body=b" + "&a" * (MAX_FIELDS - 2)
    assert alice.client.post("/notes", data=few, content_type=FORM).status_code == 303


@pytest.mark.attack(91)
def test_a_multipart_body_made_to_be_slow_is_refused_soon(
    alice: Person, subtests: pytest.Subtests
) -> None:
    bodies = {
        "a header of 5 MB": b"--x\r\nContent-Disposition: form-data; name=" + b"a" * 5_000_000,
        "nothing but line ends": b"--x\r\n\r\n" + b"\r" * 3_000_000,
        "no boundary": b"a" * 3_000_000,
        "cut": b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nb',
        "empty": b"",
    }
    before = everything(alice)
    for what, body in bodies.items():
        with subtests.test(what):
            began = thread_time()
            for boundary in ("; boundary=x", "", "; boundary=é", f"; boundary={'x' * 5_000}"):
                kind = f"multipart/form-data{boundary}"
                answer = alice.client.post("/notes", data=body, content_type=kind)
                assert answer.status_code in {400, 413}, (what, boundary)
                refused(answer, answer.status_code)
            assert thread_time() - began < 4
    assert everything(alice) == before


@pytest.mark.attack(91)
def test_a_note_of_the_greatest_size_fits_whatever_its_script(alice: Person) -> None:
    limit = alice.app.config["MAX_NOTE_BYTES"]
    body = "語" * (limit // 3)
    answer = alice.client.submit("/notes", {"title": "long", "body": body, "key": "k"})
    assert answer.status_code == 303
    note = alice.note(answer.location.rpartition("/")[2])
    assert note is not None
    assert note.body == body


@pytest.mark.attack(18, 19)
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("unix:", "unknown"),
        ("203.0.113.9, 198.51.100.1", "unknown"),
    ],
)
def test_a_client_counts_for_its_network(address: str | None, expected: str) -> None:
    assert network(address) == expected


SPOOFED = [
    "X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP",
    "X-Client-IP", "X-Cluster-Client-IP", "Client-IP", "Via",
]  # fmt: skip


def counted(client: Browser, headers: dict[str, str], peer: str = "198.51.100.7") -> str:
    """The network that a wrong log-in with these headers counts for."""
    form = {"email": "nobody@example.org", "password": "wrong"}
    with client.application.app_context():
        db.session.execute(delete(Throttle))
        db.session.commit()
    answer = client.submit(
        "/log-in", form, headers=headers, environ_overrides={"REMOTE_ADDR": peer}
    )
    assert answer.status_code == 422
    with client.application.app_context():
        names = list(db.session.scalars(select(Throttle.name)))
    (found,) = [name for name in names if name.startswith("log-in network:")]
    return found.removeprefix("log-in network:")


@pytest.mark.attack(19)
def test_without_a_trusted_proxy_no_header_moves_the_client(client: Browser) -> None:
    everywhere = dict.fromkeys(SPOOFED, "203.0.113.9")
    assert counted(client, everywhere) == "198.51.100.0/24"
    assert counted(client, {"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}) == "198.51.100.0/24"


@pytest.mark.attack(19)
@pytest.mark.parametrize("settings", [{"TRUSTED_PROXIES": 1}])
def test_a_trusted_proxy_names_the_client_and_nobody_else_does(client: Browser) -> None:
    assert counted(client, {"X-Forwarded-For": "203.0.113.9"}) == "203.0.113.0/24"
    # The proxy adds the address that it sees at the end; before it stands the client's word.
    spoofed = {"X-Forwarded-For": "192.0.2.1, 203.0.113.9"}
    assert counted(client, spoofed) == "203.0.113.0/24"
    others = {name: "192.0.2.1" for name in SPOOFED if name != "X-Forwarded-For"}
    assert counted(client, {**others, "X-Forwarded-For": "203.0.113.9"}) == "203.0.113.0/24"
    assert counted(client, {}) == "198.51.100.0/24"
    assert counted(client, {"X-Forwarded-For": "203.0.113.9, nonsense"}) == "unknown"
