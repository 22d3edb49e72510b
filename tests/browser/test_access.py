"""Every page for everyone: by ear, by keyboard, large, narrow, in the dark, in any script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser import measure
from tests.browser.conftest import Visits
from tests.browser.pages import ANY_NOTE, OWN, Stage, go_to, press, write
from tests.people import Person

LONG = "Donaudampfschifffahrt" * 10  # 210 characters and no place to break
HEBREW = "שלום לכולם, זה פתק על דלפט"
ERRORS = ["sign-up-errors", "log-in-wrong", "editor-error", "conflict", "password-errors"]
# Pages that differ in what can be scrolled, focused or covered.
WALKED = ["list-ticked", "note-in-trash", "editor", "conflict", "log-in-wrong"]


def stand(visits: Visits, person: Person, name: str) -> Page:
    page = visits.open(person if name in OWN else None, reduced_motion="reduce")
    return go_to(name, Stage(page, person))


def test_axe_finds_nothing_narrow_or_wide_in_light_or_dark(place: Page) -> None:
    found = []
    for width, scheme, only in (
        (360, "light", None), (360, "dark", measure.COLOURS), (1280, "light", measure.DRAWN),
    ):  # fmt: skip
        place.set_viewport_size({"width": width, "height": 720})
        place.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{width} {scheme} {sentence}" for sentence in measure.axe(place, only)]
    assert not found, "\n".join(found)


def test_nothing_sticks_out_overlaps_or_is_too_small_to_hit(place: Page) -> None:
    found = []
    for width in (320, 768, 1280):
        place.set_viewport_size({"width": width, "height": 720})
        for look in (measure.sideways, measure.too_small, measure.overlaid):
            found += [f"{width} {sentence}" for sentence in look(place)]
    place.set_viewport_size({"width": 320, "height": 720})
    with _spaced_out(place):
        for look in (measure.sideways, measure.overlaid):
            found += [f"320 with spacing {sentence}" for sentence in look(place)]
    assert not found, "\n".join(found)


@contextmanager
def _spaced_out(page: Page) -> Iterator[None]:
    """The spacing that WCAG 1.4.12 lets people set; a sheet of the browser's, so no CSP applies."""
    page.evaluate(
        """() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
          word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
        document.adoptedStyleSheets = [sheet]; }"""
    )
    yield
    page.evaluate("() => { document.adoptedStyleSheets = []; }")


@pytest.mark.parametrize("name", WALKED)
def test_the_keyboard_reaches_everything_with_a_ring_that_nothing_covers(
    visits: Visits, person: Person, name: str
) -> None:
    page = stand(visits, person, name)
    for width, height in ((320, 256), (360, 640), (1280, 720)):  # the first is 1280 at 400 %
        page.set_viewport_size({"width": width, "height": height})
        forward = measure.walk(page)
        back = measure.walk(page, "Shift+Tab")
        assert forward[0]["name"] == "Skip to the page"
        assert {stop["what"] for stop in forward} == {stop["what"] for stop in back}
        wrong = [stop for stop in forward + back if stop["covered"] or not stop["ring"]]
        assert not wrong, "\n".join(map(str, [(width, height), *wrong]))


@pytest.mark.parametrize("name", ERRORS)
def test_the_focus_goes_to_what_is_wrong(visits: Visits, person: Person, name: str) -> None:
    page = stand(visits, person, name)
    expect(page.locator("[data-focus]")).to_be_focused()
    if name == "conflict":
        return
    expect(page).to_have_title(re.compile("^Error: "))
    link = page.locator(".summary a").first
    link.click()
    wrong = page.locator("[aria-invalid=true]").first
    expect(wrong).to_be_focused()
    described = str(wrong.get_attribute("aria-describedby")).split()
    assert link.inner_text() in page.locator(f"#{described[-1]}").inner_text()


def test_long_words_stay_within_the_page(page: Page) -> None:
    body = f"{LONG}\n\n## {LONG}\n\n- {LONG}\n\n> {LONG}\n\n| {LONG} | b |\n|-|-|\n| c | {LONG} |\n"
    note = write(page, LONG, f"{body}\n`{LONG}` https://example.org/{LONG}", "z" * 100)
    for address in (note, f"{note}/edit", "/notes", "/tags", f"/notes?tag={'z' * 100}"):
        page.goto(address)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 720})
            assert measure.sideways(page) + measure.overlaid(page) == [], (address, width)
    page.goto(note)
    press(page, "Move to trash")
    page.goto(f"{note}/delete")
    page.set_viewport_size({"width": 320, "height": 720})
    assert measure.sideways(page) == []


def test_text_from_right_to_left_is_set_that_way_and_the_page_is_not(page: Page) -> None:
    note = write(page, HEBREW, f"{HEBREW}\n\n- {HEBREW}\n\n> {HEBREW}", "דלפט")
    for address, parts in {
        note: [".note__title", ".prose", ".prose li"],
        f"{note}/edit": ["#title", "#body", "#tags"],
        "/notes": [".list__title", ".list__excerpt"],
    }.items():
        page.goto(address)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 720})
            assert measure.sideways(page) + measure.overlaid(page) == [], (address, width)
        for part in parts:
            drawn = page.locator(part).first.evaluate(
                "e => { const style = getComputedStyle(e);"
                " return style.unicodeBidi === 'plaintext' ? 'by line' : style.direction; }"
            )
            assert drawn in {"rtl", "by line"}, (address, part)
        assert page.locator("body").evaluate("e => getComputedStyle(e).direction") == "ltr"
    page.goto("/tags")
    expect(page.get_by_role("link", name="דלפט", exact=True).locator("bdi")).to_be_visible()


def test_tables_keep_their_words_whole_and_task_boxes_stand_beside_theirs(page: Page) -> None:
    tasks = "- [ ] beside\n- [x] beside\n\ntext\n\n* [ ] beside\n\n* [x] beside\n"
    write(page, "Shapes", f"{tasks}\n| Ingredient | Grams |\n|-|-|\n| {'many words ' * 9} | 4 |\n")
    page.set_viewport_size({"width": 360, "height": 720})
    heights = page.locator(".prose th").evaluate_all(
        """all => all.map((e) => { const range = document.createRange();
        range.selectNodeContents(e); return range.getClientRects().length; })"""
    )
    assert heights == [1, 1], "a word is broken over two lines"
    boxes = page.locator(".prose .task").all()
    for box, words in zip(boxes, page.get_by_text("beside").all(), strict=True):
        drawn, said = box.bounding_box(), words.bounding_box()
        assert drawn is not None
        assert said is not None
        assert said["y"] < drawn["y"] + drawn["height"] / 2 < said["y"] + said["height"]


def test_forced_colours_and_less_motion_hide_nothing(visits: Visits, person: Person) -> None:
    for name in ("list", "note-pinned", "editor-error", "home", "delete"):
        page = visits.open(person if name in OWN else None)
        go_to(name, Stage(page, person))
        seen = page.locator("body").inner_text()
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        assert page.locator("body").inner_text() == seen
        for button in page.locator(".button:visible").all():
            style = button.evaluate("e => [getComputedStyle(e).borderStyle, e.offsetHeight]")
            assert style[0] == "solid", (name, button.inner_text())
        for part in page.locator("svg.icon:visible").all():
            colours = part.evaluate(
                "e => [getComputedStyle(e).stroke, getComputedStyle(e.parentElement).color]"
            )
            assert colours[0] in {"currentcolor", colours[1], "none"}, (name, colours)
    # Where one is, and which box is ticked, is not said by a colour alone.
    page.goto("/notes")
    here, elsewhere = (
        page.locator(f".shell__places a{which}").first.evaluate(
            "e => { const s = getComputedStyle(e);"
            " return [s.fontWeight, s.textDecorationLine, s.borderBottomStyle].join() }"
        )
        for which in ("[aria-current=page]", ":not([aria-current])")
    )
    assert here != elsewhere


def test_a_note_is_printed_in_dark_ink_and_without_buttons(page: Page) -> None:
    write(page, "On paper", "some words")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_text("some words")).to_be_visible()
    for part in (".shell__header", ".shell__places", ".note__acts"):
        expect(page.locator(part)).to_be_hidden()
    ink = page.locator(".prose p").evaluate(
        """e => { const paint = document.createElement('canvas').getContext('2d');
        paint.fillStyle = getComputedStyle(e).color;
        paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data]; }"""
    )
    assert max(ink[:3]) < 100, ink


def test_at_400_percent_a_note_is_read_and_written(visits: Visits, person: Person) -> None:
    page = visits.open(person, viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page.goto("/notes/new")
    page.get_by_label("Title").fill("Large")
    text = page.get_by_label("Text")
    text.fill("line\n" * 30)
    text.press("Control+End")
    text.press_sequentially("the last line")
    # The line that is being written stays in sight, above whatever stands at the bottom.
    free = page.evaluate(
        """() => { const bars = [...document.querySelectorAll('.shell__places, .editor__bar')]
          .map((e) => e.getBoundingClientRect()).filter((box) => box.height && box.top >= 0)
          .map((box) => box.top);
        const header = document.querySelector('.shell__header').getBoundingClientRect();
        return Math.min(innerHeight, ...bars) - Math.max(0, header.bottom); }"""
    )
    assert free >= 100, f"{free} px are left to write in"
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    expect(page.get_by_text("the last line")).to_be_attached()
    assert measure.sideways(page) == []


def test_landmarks_and_headings_tell_the_page_by_ear(page: Page) -> None:
    write(page, "A title", "Some text", "one")
    expect(page.locator("body")).to_match_aria_snapshot("""
        - link "Skip to the page"
        - banner:
          - link "Octavo"
          - navigation "Places":
            - link "Notes"
            - link "Tags"
            - link "Archive"
            - link "Trash"
          - link "New note"
        - main:
          - article:
            - heading "A title" [level=1]
            - paragraph:
              - link /one/
            - link "Edit"
            - button "Pin"
            - button "Archive"
            - button "Move to trash"
            - paragraph: Some text
    """)
    page.goto("/notes/new")
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
        - heading "New note" [level=1]
        - textbox "Title"
        - toolbar "Formatting":
          - button "Heading"
          - button "Bold"
        - textbox "Text"
        - textbox "Tags"
        - button "Save"
        - button "Preview" [pressed=false]
        - link "Cancel"
    """)
