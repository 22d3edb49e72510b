"""Whatever is written, on every page where it is shown it is words: no element, no attribute."""

import json
from urllib.parse import quote

import pytest
from flask import Flask

from tests.http.answers import secure
from tests.http.page import Element, Page
from tests.people import Person
from tests.text.test_markdown import SCRIPTS, harmless
from website.text.tags import parse_tags

FIELDS = [
    *SCRIPTS,
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</pre></article></main><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onfocus=alert(1) autofocus x='",
    "` onclick=alert(1)",
    "\"/><a href=javascript:alert(1)>",
    "</script><script>alert(1)</script>",
    "a\u2028b\u2029</script>",
    "{{7*7}}{%debug%}${7*7}#{7*7}<%=7*7%>{0.__class__}%s%n",
    "[x](javascript:alert(1)) ![x](//evil.example/t.gif) <https://evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "]]><script>",
    "-->",
    "\\\"><\\/script>",
    "\u202egnp.exe\u202c\u200b",
]  # fmt: skip


def pages_of(person: Person, title: str, body: str, tags: str, key: str) -> dict[str, Page]:
    """Every page that shows these words, after they were sent as a form."""
    client = person.client
    clean = {name: text.replace("\0", "") for name, text in
             (("title", title), ("body", body), ("tags", tags))}  # fmt: skip
    made = client.submit("/notes", {**clean, "key": key})
    assert made.status_code == 303, made.text
    note = made.location
    tag = parse_tags(clean["tags"])[0]
    found = {
        "the note": client.get(note),
        "the list": client.get("/notes"),
        "the editor": client.get(f"{note}/edit"),
        "the tags": client.get("/tags"),
        "the notes of a tag": client.get(f"/notes?tag={quote(tag, safe='')}"),
        "not in the trash": client.get(f"{note}/delete"),
        "a conflict": client.submit(note, {**clean, "body": f"{clean['body']} 2", "version": "0"}),
        "over a limit": client.submit(note, {**clean, "title": clean["title"].ljust(501, "x")}),
        "no token": client.post(note, data=clean),
    }
    client.submit(f"{note}/pin")
    found["the list, pinned"] = client.get("/notes")
    client.submit(f"{note}/archive")
    found["the archive"] = client.get("/archive")
    found["the note, archived"] = client.get(note)
    client.submit(f"{note}/trash")
    found["the trash"] = client.get("/trash")
    found["the note in the trash"] = client.get(note)
    found["before deleting"] = client.get(f"{note}/delete")
    found["signed out"] = person.app.test_client().post(note, data=clean)
    client.submit(f"{note}/delete")
    found["deleted"] = client.submit(note, {**clean, "version": "1"})
    client.get("/account")  # where the last sentence is said
    return {name: Page(secure(answer)) for name, answer in found.items()}


def shapes(page: Page) -> set[tuple[str, tuple[str, ...]]]:
    """The shapes of the elements that are not the note's own Markdown."""
    return {
        element.shape
        for element in page.elements
        if not any("prose" in classes.split() for classes in element.within)
    }


def unchanged(page: Page, known: set[tuple[str, tuple[str, ...]]]) -> None:
    """The page has no element and no attribute that pages with harmless words have not."""
    assert shapes(page) <= known, shapes(page) - known
    # The import map, the shared script and, with an editor or a note on the page, its own.
    assert len(page.scripts) == (3 if any("version" in form.fields for form in page.forms) else 2)
    for element in page.within("prose"):
        harmless(element)
    for element in page.elements:
        local(element)


def local(element: Element) -> None:
    """Nothing of an element comes from elsewhere, runs, or is aimed elsewhere."""
    assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
    for name in ("src", "href", "action", "formaction"):
        value = element.attributes.get(name, "/")
        if element.tag == "a" and name == "href" and "rel" in element.attributes:
            continue  # a note's link, which `harmless` has looked at
        assert value.startswith(("/", "#", "?")), element
        assert not value.startswith(("//", "/\\")), element


@pytest.mark.attack(71, 72, 73, 74, 75, 76, 77, 79, 80, 82)
def test_no_word_of_a_note_becomes_an_element_on_any_page(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    plain = pages_of(alice, "A title", "words", "one tag, two", "plain")
    assert len(plain) == 17
    known = {name: shapes(page) for name, page in plain.items()}
    for start in range(0, len(FIELDS), 6):
        group = FIELDS[start : start + 6]
        lines = [text.replace("\n", " ") for text in group]
        title, body = " ".join(lines)[:480], "\n\n".join([*group, "and words"])
        tags = ",".join(line.replace(",", " ")[:90] for line in lines)
        for name, page in pages_of(alice, title, body, tags, str(start)).items():
            with subtests.test(f"{name}: {lines[0][:40]}"):
                unchanged(page, known[name])


@pytest.mark.attack(77)
def test_no_template_is_filled_in(alice: Person) -> None:
    template = "{{7*191}}{%debug%}${7*191}#{7*191}<%=7*191%>{0.real}%s%n"
    pages = pages_of(alice, template, template, template, "k")
    for name, page in pages.items():
        assert "1337" not in page.words, name
    for name in ("the note", "the list", "the tags", "the trash", "a conflict"):
        assert template in pages[name].words, name


@pytest.mark.attack(79)
def test_a_title_is_whole_in_every_place_that_shows_it(alice: Person) -> None:
    title = "</title> \"'><&lt;\u2028 {{7*7}}"
    pages = pages_of(alice, title, "words", 'a "tag" <i>', "k")
    shown = ("the note", "the list", "the trash", "the archive", "a conflict", "before deleting")
    for name in shown:
        assert " ".join(title.split()) in " ".join(pages[name].words.split()), name
    for name in ("the editor", "no token", "deleted", "a conflict"):
        assert pages[name].editor.fields["title"] == title
        assert pages[name].editor.fields["tags"] == 'a "tag" <i>'


@pytest.mark.attack(80)
def test_words_that_run_the_other_way_turn_nothing_around_them(alice: Person) -> None:
    pages = pages_of(alice, "\u202eabc", "\u202ewords", "\u202etag", "k")
    for name in ("the note", "the list", "the tags"):
        page = pages[name]
        for element in page.elements:
            if "tag" in element.attributes.get("class", "").split():
                at = page.elements.index(element)
                assert "bdi" in [later.tag for later in page.elements[at : at + 3]]
        names = {"list__title", "note__title"}
        titled = [e for e in page.elements if e.attributes.get("class") in names]
        assert all(element.attributes.get("dir") == "auto" for element in titled)


@pytest.mark.attack(79)
def test_the_one_script_with_data_in_it_holds_addresses_of_ours(alice: Person) -> None:
    note_id = alice.write("</script><script>alert(1)//", "</script>", ("</script>",))
    page = Page(alice.client.get(f"/notes/{note_id}"))
    scripts = [item for item in page.elements if item.tag == "script"]
    assert [item.attributes.get("type") for item in scripts] == ["importmap", "module", "module"]
    imports = json.loads(page.scripts[0])["imports"]
    assert all(address.startswith("/static/js/") for address in imports.values())
    assert set(page.scripts[1:]) == {""}
