"""Static files: under a hash for ever, under any other name fresh, and nothing else is served."""

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.http.answers import refused, secure
from tests.http.page import Page
from tests.people import Browser, Person
from website.http import assets


def test_every_address_on_a_page_is_kept_for_ever(app: Flask, alice: Person) -> None:
    page = Page(alice.client.get("/notes"))
    addresses = {
        value.partition("#")[0]
        for element in page.elements
        for value in element.attributes.values()
        if value.startswith("/static/")
    }
    assert len(addresses) >= 4
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
        answer = secure(alice.client.get(address))
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


def test_under_another_hash_the_present_file_comes_and_is_not_kept(client: Browser) -> None:
    for name in ("site.css", "site.000000000000.css"):
        answer = secure(client.get(f"/static/{name}"))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "--" in answer.text


def test_a_file_says_what_it_is_and_comes_compressed(client: Browser) -> None:
    for name, mimetype in (
        ("site.css", "text/css"),
        ("js/site.js", "text/javascript"),
        ("icons.svg", "image/svg+xml"),
        ("icons/octavo.svg", "image/svg+xml"),
    ):
        plain = secure(client.get(f"/static/{name}"))
        assert plain.mimetype == mimetype
        assert "Content-Encoding" not in plain.headers
        zipped = secure(client.get(f"/static/{name}", headers={"Accept-Encoding": "br, gzip"}))
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.data) == plain.data
        unwanted = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip;q=0"})
        assert "Content-Encoding" not in unwanted.headers


def test_a_kept_file_is_the_same_for_everyone(client: Browser, alice: Person) -> None:
    # With "Vary: Cookie" a browser fetches every file anew when someone logs in.
    for browser in (client, alice.client):
        assert browser.get("/static/site.css").headers["Vary"] == "Accept-Encoding"


def test_every_stylesheet_is_in_the_one_that_is_served(app: Flask) -> None:
    with app.test_request_context():
        served = assets.load()["site.css"].content
        assert not [name for name in assets.load() if name.endswith(".css") and name != "site.css"]
    for path in (assets.STATIC / "css").glob("*.css"):
        assert path.read_bytes() in served, path.name


def test_every_icon_of_a_page_is_in_the_sprite(alice: Person, client: Browser) -> None:
    sprite = client.get("/static/icons.svg").text
    note_id = alice.write("Hers", "alone")
    for address in ("/notes", f"/notes/{note_id}", "/tags", "/notes/new"):
        for element in Page(alice.client.get(address)).elements:
            if element.tag == "use":
                name = element.attributes["href"].partition("#")[2]
                assert f'id="{name}"' in sprite
    assert "script" not in sprite


def test_a_script_finds_every_other_under_its_hash(app: Flask, client: Browser) -> None:
    with app.test_request_context():
        imports = json.loads(assets.import_map())["imports"]
    asked = set()
    for path in (assets.STATIC / "js").glob("*.js"):
        asked |= set(re.findall(r'from "(.+?)"', path.read_text("utf-8")))
    assert asked <= set(imports)
    for address in imports.values():
        assert client.get(address).mimetype == "text/javascript"


def test_a_script_travels_without_what_is_for_its_readers_and_otherwise_as_it_is_written(
    client: Browser,
) -> None:
    for path in (assets.STATIC / "js").glob("*.js"):
        served = client.get(f"/static/js/{path.name}").text
        assert not re.search(r"^\s|^//| // ", served, re.M), path.name
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
        code = [line.partition(" // ")[0] for line in lines if line and not line.startswith("//")]
        assert served.rstrip("\n").split("\n") == code, path.name


def test_an_icon_that_there_is_not_is_a_mistake_of_ours(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        assets.icon("no-such-icon")


def test_a_post_to_a_file_is_no_way_in(client: Browser) -> None:
    refused(client.post("/static/site.css"), 405)


@pytest.mark.parametrize("settings", [{"DEBUG": True}])
def test_under_the_debugger_a_changed_file_is_new_at_once(
    app: Flask, client: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "STYLES", ("one",))
    (tmp_path / "css").mkdir()
    (tmp_path / "strange.zzz").write_bytes(b"?")
    try:
        for text in ("a {}", "b {}"):
            (tmp_path / "css" / "one.css").write_text(text)
            assert client.get("/static/site.css").text == text
        assert client.get("/static/strange.zzz").mimetype == "application/octet-stream"
    finally:
        assets._read.cache_clear()
