"""The page of what a search finds, and what the script gets that asks while one types."""

import re
from urllib.parse import quote

import pytest
from flask import Flask

from tests.people import Browser, Person, text_of
from website import db
from website.models.content import Content
from website.models.listing import PAGE_SIZE
from website.models.shelf import Shelf

SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    '"', '""', '"""', "AND", "OR", "NOT", "NEAR(", "NEAR(a b, 2)", "(", ")", "()", "*", "^", "^a",
    "-x", "-", "--", "a-b", "C++", "C#", "user@x", "col:x", "title:", "tag:", "text:x", "owner:1",
    "findable_index:x", "{", "{title}:x", "'", "'; DROP TABLE note; --", "\\", "%", "_", "%_%",
    "\0", "a\0b", "has:", "has:nothing", "before:", "before:yesterday", "after:9999-99-99", "is:",
    "in:nowhere", "\u202e", "\ufeff", "a" * 100_000, "a OR " * 5_000, "w* " * 300, "(" * 100_000,
    '"' * 99_999, "tag:" * 20_000, "日" * 30_000, "ﷺ" * 30_000, "\U0010ffff",
]  # fmt: skip
ASKS = {"Accept": "application/json"}


def titles(page: str) -> list[str]:
    """What the notes of a page are called, with its marks."""
    return [
        found.strip() for found in re.findall(r'list__title" dir="auto">(.*?)</span>', page, re.S)
    ]


def test_a_word_is_found_marked_and_the_box_keeps_it(alice: Person) -> None:
    alice.write("Zürich", "by the lake")
    alice.write("Elsewhere", "a boat")
    page = alice.client.get("/notes?q=zurich")
    assert titles(page.text) == ["<mark>Zürich</mark>"]
    assert (
        '<input class="shell__query" id="search" type="search" name="q" value="zurich"' in page.text
    )
    assert "1 note" in text_of(page)


def test_what_stands_deep_in_a_note_is_shown_where_it_stands(alice: Person) -> None:
    alice.write("Long", f"{'before it ' * 200}a needle{' after it' * 200}")
    page = alice.client.get("/notes?q=needle").text
    assert re.search(r"before it a <mark>needle</mark> after it", page)


def test_what_stands_behind_the_first_words_of_an_untitled_line_is_shown(alice: Person) -> None:
    alice.write("", f"{'before it ' * 200}a needle at its end")
    assert "<mark>needle</mark>" in alice.client.get("/notes?q=needle").text


def test_nothing_found_says_so_and_how_to_search(alice: Person) -> None:
    page = alice.client.get("/notes?q=none")
    assert page.status_code == 200
    assert "No note has all of this" in text_of(page)
    assert '<details class="aside" open>' in page.text


def test_a_blank_search_is_the_list(alice: Person) -> None:
    alice.write("One")
    assert "<h1>Notes</h1>" in alice.client.get("/notes?q=+").text


def test_the_pages_of_a_search_show_each_note_once(alice: Person) -> None:
    for number in range(PAGE_SIZE + 3):
        alice.write(f"called {number}" if number % 2 else f"other {number}", "called so")
    first = alice.client.get("/notes?q=called").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = alice.client.get(onward[1].replace("&amp;", "&")).text
    shown = [*titles(first), *titles(second)]
    assert len(titles(first)) == PAGE_SIZE
    assert len(shown) == len(set(shown)) == PAGE_SIZE + 3
    called = [title.startswith("<mark>") for title in shown]
    assert called == sorted(called, reverse=True), "first those that are called so"


@pytest.mark.parametrize("cursor", ["", "x", "0-", "2-" + "0" * 26, "0-" + "0" * 26, "9" * 99])
def test_a_page_that_never_was_is_404(alice: Person, cursor: str) -> None:
    alice.write("One")
    assert alice.client.get(f"/notes?q=one&after={cursor}").status_code == 404


def test_a_script_gets_the_same_list_alone(alice: Person) -> None:
    alice.write("One", "of <b>many</b>")
    answer = alice.client.get("/notes?q=many", headers=ASKS)
    assert answer.json is not None
    html = answer.json["html"]
    assert html in alice.client.get("/notes?q=many").text.replace("\r", "")
    assert "<html" not in html


@pytest.mark.attack(78)
def test_what_a_note_says_is_shown_and_never_markup(alice: Person) -> None:
    alice.write(f"A needle {SCRIPT}", f'<img src=x onerror="alert(1)"> needle {SCRIPT}')
    for typed in ("needle", "script", "<script>", "img src", "alert(1)"):
        for headers in ({}, ASKS):
            answer = alice.client.get(f"/notes?q={quote(typed)}", headers=headers)
            page = answer.json["html"] if answer.json else answer.text
            shown = page.replace("<mark>", "").replace("</mark>", "")
            assert "A needle" in shown, typed
            assert "<script>alert" not in shown
            assert "<img" not in shown


@pytest.mark.attack(89, 94)
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:20]))
def test_whatever_is_typed_the_answer_is_a_page(alice: Person, typed: str) -> None:
    alice.write("C++ and a-b", "user@x col:x {")
    answer = alice.client.get("/notes", query_string={"q": typed})
    assert answer.status_code == 200
    assert "Search" in answer.text or "Notes" in answer.text


@pytest.mark.attack(67)
@pytest.mark.parametrize(
    "typed", ["secret", "title:secret", "tag:secret", "-nothing", "is:pinned", "has:link"]
)
def test_nobody_finds_or_counts_what_is_of_another(alice: Person, bob: Person, typed: str) -> None:
    alone = bob.client.get("/notes", query_string={"q": typed}).text
    secret = alice.write("Secret", "a secret https://example.org", ("secret",))
    alice.client.submit(f"/notes/{secret}/pin")
    page = bob.client.get("/notes", query_string={"q": typed}).text
    assert without_tokens(page) == without_tokens(alone)
    hers = alice.client.get("/notes?q=secret&after=" + f"0-{secret}")
    assert hers.status_code == 200
    assert bob.client.get(f"/notes?q=secret&after=0-{secret}").status_code == 404


def without_tokens(page: str) -> str:
    return re.sub(r'value="[^"]{20,}"|nonce="[^"]+"', "", page)


def test_who_is_not_signed_in_is_asked_to_and_then_finds(client: Browser) -> None:
    answer = client.get("/notes?q=lake")
    assert answer.status_code == 303
    assert answer.location.endswith("/log-in?next=/notes?q%3Dlake")


def test_a_search_that_would_take_long_is_given_up_and_what_was_typed_stays(
    app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        for number in range(60):
            Shelf(alice.id).create(Content(f"note {number}", "many words " * 2_000))
        db.session.commit()
    typed = " ".join(f"-absent{number}" for number in range(49))
    ask = {"query_string": {"q": typed, "place": "search"}}
    assert "50 notes on this page" in alice.client.get("/notes", **ask).text
    for name in ("PATIENCE", "FOR_ALL"):
        monkeypatch.setattr(f"website.models.search.search.{name}", 0.001)
    answer = alice.client.get("/notes", **ask)
    assert answer.status_code == 503
    assert "This search was given up" in answer.text
    assert f'value="{typed}"' in answer.text
    script = alice.client.get("/notes", headers={"Accept": "application/json"}, **ask)
    assert script.status_code == 503, "a script sends the form, and so shows the page"
    bulk = alice.client.get("/notes/bulk", **ask)
    assert bulk.status_code == 503
    assert "That search would take too long" in bulk.text
    monkeypatch.undo()
    assert "50 notes on this page" in alice.client.get("/notes", **ask).text
