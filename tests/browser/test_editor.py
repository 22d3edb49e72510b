"""The editor's keys and buttons. Here « » stand around what is selected, and ‸ is a caret."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import measure
from tests.browser.conftest import Visits
from tests.people import Person

TOOLS = {
    "Heading": "heading", "Bold": "bold", "Italic": "italic", "Link": "link", "Code": "code",
    "Quotation": "quote", "Bulleted list": "bullets", "Numbered list": "numbers",
    "Task list": "tasks",
}  # fmt: skip

BUTTONS = [
    ("Bold", "a «word» b", "a **«word»** b", "a «word» b"),
    ("Bold", "a « word »b", "a  **«word»** b", "a  «word» b"),
    ("Bold", "a wo‸rd b", "a **«word»** b", "a «word» b"),
    ("Bold", "a ‸", "a **‸**", "a ‸"),
    ("Bold", "a «**word**» b", "a «word» b", "a **«word»** b"),
    ("Bold", "*«word»*", "***«word»***", "*«word»*"),
    ("Bold", "«one\n\n- two»", "«**one**\n\n- **two**»", "«one\n\n- two»"),
    ("Italic", "a «word» b", "a *«word»* b", "a «word» b"),
    ("Italic", "**«word»**", "***«word»***", "**«word»**"),
    ("Italic", "日本‸語", "*«日本語»*", "«日本語»"),
    ("Link", "a «word» b", "a [word](‸) b", None),
    ("Link", "see «https://a.example/b»", "see [‸](https://a.example/b)", "see ‸"),
    ("Link", "‸", "[‸]()", "‸"),
    ("Link", "a [«word»](https://a.example/(b)) c", "a «word» c", None),
    ("Link", "a «[word](b)» c", "a «word» c", None),
    ("Code", "a «word» b", "a `«word»` b", "a «word» b"),
    ("Code", "«one\n```\ntwo»", "«````\none\n```\ntwo\n````»", "«one\n```\ntwo»"),
    ("Quotation", "o«ne\n\ntw»o\nthree", "«> one\n> \n> two»\nthree", "«one\n\ntwo»\nthree"),
    ("Bulleted list", "o«ne\n\ntw»o\nthree", "«- one\n\n- two»\nthree", "«one\n\ntwo»\nthree"),
    ("Bulleted list", "‸", "- ‸", "‸"),
    ("Bulleted list", "«1. one\n  2. two»", "«- one\n  - two»", "«one\n  two»"),
    ("Numbered list", "«one\n- two\n» three", "«1. one\n2. two»\n three", "«one\ntwo»\n three"),
    ("Task list", "a‸b", "- [ ] a‸b", "a‸b"),
    ("Task list", "«> - one\n> two»", "«> - [ ] one\n> - [ ] two»", "«> one\n> two»"),
    ("Heading", "one‸", "# one‸", "## one‸"),
    ("Heading", "### o‸ne", "o‸ne", "# o‸ne"),
]  # fmt: skip
SHORTCUTS = [
    ("Control+b", "«word»", "**«word»**"),
    ("Control+i", "«word»", "*«word»*"),
    ("Control+k", "«word»", "[word](‸)"),
    ("Control+b x Control+b y", "‸", "**x**y‸"),
    ("Control+Shift+k Control+Alt+b", "«word»", "«word»"),
]  # fmt: skip
ENTER = [
    ("- one‸", "- one\n- ‸"),
    ("* one‸\n* two", "* one\n* ‸\n* two"),
    ("+ o‸ne", "+ o\n+ ‸ne"),
    ("1. one‸", "1. one\n2. ‸"),
    ("9) one‸", "9) one\n10) ‸"),
    ("- [x] done‸", "- [x] done\n- [ ] ‸"),
    ("1. [ ] one‸", "1. [ ] one\n2. [ ] ‸"),
    ("> a‸", "> a\n> ‸"),
    ("> - a‸", "> - a\n> - ‸"),
    ("- one\n  - two‸", "- one\n  - two\n  - ‸"),
    ("\t- one‸", "\t- one\n\t- ‸"),
    ("- one «two»", "- one \n- ‸"),
    # An item without words ends the list.
    ("- one\n- ‸", "- one\n‸"),
    ("- one\n  - ‸\nafter", "- one\n‸\nafter"),
    ("1. one\n2. ‸", "1. one\n‸"),
    ("- [ ] ‸", "‸"),
    ("- [ ]‸", "‸"),
    ("> ‸", "‸"),
    ("> - ‸", "> ‸"),
    # And these are no lists.
    ("one‸", "one\n‸"),
    ("‸- one", "\n‸- one"),
    ("-one‸", "-one\n‸"),
    ("2026. A year‸\n", "2026. A year\n2027. ‸\n"),
    ("a - b‸", "a - b\n‸"),
    ("\n‸", "\n\n‸"),
]  # fmt: skip
NEST = [
    ("Tab", "- one\n- t‸wo", "- one\n  - t‸wo"),
    ("Tab", "1. one\n2. two‸", "1. one\n   1. two‸"),
    ("Tab", "10. one\n    1. two\n11. three‸", "10. one\n    1. two\n    2. three‸"),
    ("Tab", "- one\n- «two\n\n- three»\n", "- one\n«  - two\n\n  - three»\n"),
    ("Tab", "> - one\n> - ‸", "> - one\n>   - ‸"),
    ("Tab", "- [ ] one\n- [ ] two‸", "- [ ] one\n  - [ ] two‸"),
    ("Tab", "- o‸ne", "- o‸ne"),  # there is no item to put it into
    ("Tab", "- one\n  - t‸wo", "- one\n  - t‸wo"),
    ("Shift+Tab", "- one\n  - t‸wo", "- one\n- t‸wo"),
    ("Shift+Tab", "1. one\n   1. two‸", "1. one\n2. two‸"),
    ("Shift+Tab", "- a\n  - b\n    - c‸", "- a\n  - b\n  - c‸"),
    ("Shift+Tab", "- one‸", "- one‸"),
]  # fmt: skip
PASTED = [
    ("https://a.example/b?c=d#e", "a «word» b", "a [word](https://a.example/b?c=d#e)‸ b"),
    (" http://a.example/b\n", "«two words»", "[two words](http://a.example/b)‸"),
    ("mailto:a@example.org", "«word»", "[word](mailto:a@example.org)‸"),
    ("https://a.example/b_(c)", "«word»", "[word](https://a.example/b_(c))‸"),
    ("https://a.example/b)", "«word»", "[word](<https://a.example/b)>)‸"),
    ("https://a.example/", "«https://b.example/»", "https://a.example/‸"),
    ("https://a.example/", "wo‸rd", "wohttps://a.example/‸rd"),
    ("javascript:alert(1)", "«word»", "javascript:alert(1)‸"),
    ("https://a.example/ and more", "«word»", "https://a.example/ and more‸"),
    ("https://a.example/\nhttps://b.example/", "«word»", "https://a.example/\nhttps://b.example/‸"),
    ("https://a.example/", "«two\nlines»", "https://a.example/‸"),
    ("more", "«word»", "more‸"),
]  # fmt: skip
COUNTED = [
    ("word", "1 word, 4 characters"),
    ("", ""),
    ("one two,\nthree — four", "4 words, 21 characters"),
    ("🙂", "0 words, 1 character"),
    ("私は学生です", re.compile("^[3-5] words, 6 characters")),
    ("ฉันรักแมว", re.compile("^3 words, 9 characters")),
    ("word " * 1500 + "\n" + "end", "1,501 words, 7,504 characters"),
]  # fmt: skip


@pytest.fixture
def text(page: Page) -> Locator:
    """The textarea of a new note."""
    page.goto("/notes/new")
    return page.get_by_role("textbox", name="Text")


def hold(text: Locator, marked: str) -> None:
    """Type this, and select what it says."""
    plain = re.sub("[«»‸]", "", marked)
    start = re.search("[«‸]", marked)
    assert start is not None
    end = marked.index("»") - 1 if "»" in marked else start.start()
    text.fill(plain)
    text.evaluate("(e, at) => { e.focus(); e.setSelectionRange(...at); }", [start.start(), end])


def held(text: Locator) -> str:
    """What is in the textarea, with its selection."""
    value, start, end = text.evaluate("e => [e.value, e.selectionStart, e.selectionEnd]")
    if start == end:
        return f"{value[:start]}‸{value[start:]}"
    return f"{value[:start]}«{value[start:end]}»{value[end:]}"


def tool(page: Page, name: str) -> Any:
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def test_a_button_marks_the_text_and_pressed_again_takes_the_mark_away(
    page: Page, text: Locator
) -> None:
    for name, before, after, again in BUTTONS:
        hold(text, before)
        tool(page, name).click()
        assert held(text) == after, (name, before)
        expect(text).to_be_focused()
        if again is not None:
            tool(page, name).click()
            assert held(text) == again, (name, before)


def test_undo_and_redo_go_through_every_command_and_nothing_else_is_lost(
    page: Page, text: Locator
) -> None:
    """Interface 19."""
    text.press_sequentially("one two")
    seen = ["one two"]

    def step(act: Any) -> None:
        act()
        value = text.input_value()
        assert value != seen[-1]
        seen.append(value)

    for name in TOOLS:
        for _twice in range(2):
            text.press("Control+Home")
            text.press("Control+Shift+ArrowRight")
            step(tool(page, name).click)
        if text.input_value() != "one two":  # a heading, or a link without an address
            page.keyboard.press("Control+a")
            page.keyboard.type("one two")
            seen.append("one two")
    text.press("End")
    text.press("Control+Home")
    step(tool(page, "Bulleted list").click)
    text.press("End")
    step(lambda: text.press("Enter"))
    step(lambda: text.press("x"))
    step(lambda: text.press("Tab"))
    step(lambda: text.press("Shift+Tab"))
    step(lambda: text.press("Enter"))
    step(lambda: text.press("Enter"))
    back = [text.input_value()]
    while back[-1] and len(back) < 99:
        text.press("Control+z")
        back.append(text.input_value())
    assert back[-1] == "", "all of it is undone"
    # What was typed or deleted in one go may be undone in one go; no state is invented.
    assert set(back[:-1]) <= {*seen, "", "one two"} | set(part_of("one two"))
    forward = [""]
    while forward[-1] != seen[-1] and len(forward) < 99:
        text.press("Control+Shift+z")
        forward.append(text.input_value())
    assert forward == back[::-1]


def part_of(words: str) -> list[str]:
    return [words[:size] for size in range(len(words))]


def test_one_undo_takes_back_one_button_and_redo_puts_it_back(page: Page, text: Locator) -> None:
    for name in TOOLS:
        hold(text, "a «word» b" if name == "Link" else "a\n«one\ntwo» b")
        before = text.input_value()
        tool(page, name).click()
        after = text.input_value()
        assert after != before, name
        for key, value in (("z", before), ("Shift+z", after), ("z", before), ("Shift+z", after)):
            text.press(f"Control+{key}")
            assert text.input_value() == value, name


def test_the_shortcuts_are_the_buttons(text: Locator) -> None:
    for keys, before, after in SHORTCUTS:
        hold(text, before)
        for key in keys.split():
            text.press(key)
        assert held(text) == after, keys


def test_enter_goes_on_with_a_list_and_ends_it(text: Locator) -> None:
    """Interface 20."""
    for before, after in ENTER:
        hold(text, before)
        text.press("Enter")
        assert held(text) == after, before


def test_shift_enter_is_a_line_end_and_nothing_more(text: Locator) -> None:
    hold(text, "- one‸")
    text.press("Shift+Enter")
    assert held(text) == "- one\n‸"


def test_tab_nests_an_item_and_shift_tab_takes_it_out(text: Locator) -> None:
    for key, before, after in NEST:
        hold(text, before)
        text.press(key)
        assert held(text) == after, (key, before)
        expect(text).to_be_focused()


def test_tab_goes_on_where_there_is_no_list_and_after_escape_everywhere(
    page: Page, text: Locator
) -> None:
    """Interface 21."""
    tags, last = page.get_by_label("Tags"), page.get_by_role("button", name="Task list")
    for words, keys, where in (
        ("no list", ["Tab"], tags),
        ("no list", ["Shift+Tab"], None),
        ("- one\n- two", ["Escape", "Tab"], tags),
        ("- one\n- two", ["Escape", "Shift+Tab"], None),
    ):
        text.fill("")
        text.click()
        page.keyboard.insert_text(words)
        for key in keys:
            page.keyboard.press(key)
        if where is not None:
            expect(where).to_be_focused()
        else:
            expect(page.get_by_role("toolbar").locator(":focus")).to_have_count(1)
        assert text.input_value() == words
    assert last.count() == 1
    # Who walks through the page by Tab changes nothing on the way.
    page.get_by_label("Title").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(tags).to_be_focused()
    expect(text).to_have_accessible_description(re.compile("Escape, then Tab leaves the text."))
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("toolbar").locator(":focus")).to_have_count(1)
    assert text.input_value() == "- one\n- two"


def test_an_address_pasted_over_words_makes_a_link_of_them(page: Page, text: Locator) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for pasted, before, after in PASTED:
        page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
        hold(text, before)
        text.press("Control+v")
        assert held(text) == after, pasted
        text.press("Control+z")
        assert text.input_value() == re.sub("[«»‸]", "", before)


def test_keys_belong_to_the_input_method_while_it_composes(page: Page, text: Locator) -> None:
    """Interface 18: Enter, Tab and shortcuts choose a reading, they do not edit."""
    method = page.context.new_cdp_session(page)
    text.evaluate(
        "e => e.addEventListener('keydown', (key) => { e.dataset.composing = key.isComposing; })"
    )
    for key, code, control in (("b", "KeyB", 2), ("Enter", "Enter", 0), ("Tab", "Tab", 0)):
        hold(text, "- one\n- ‸")
        text.evaluate("e => { delete e.dataset.composing; }")
        method.send(
            "Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3}
        )
        assert held(text) == "- one\n- にほん‸"
        for kind in ("rawKeyDown", "keyUp"):
            pressed = {"type": kind, "modifiers": control, "key": key, "code": code}
            method.send("Input.dispatchKeyEvent", pressed)
        assert text.get_attribute("data-composing") == "true"
        assert text.input_value() == "- one\n- にほん"
        text.focus()  # without a real input method, Tab went on
        method.send("Input.insertText", {"text": "日本"})
        expect(text).to_have_value(re.compile("- one\n- (にほん)?日本"))
    text.press("End")
    text.press("Enter")
    assert held(text).endswith("日本\n- ‸")


def test_the_toolbar_is_one_stop_and_the_arrows_move_in_it(page: Page, text: Locator) -> None:
    bar = page.get_by_role("toolbar", name="Formatting")
    expect(bar).to_match_aria_snapshot(
        '- toolbar "Formatting":\n' + "".join(f'  - button "{name}"\n' for name in TOOLS)
    )
    page.get_by_label("Title").focus()
    walk = [("Tab", "Heading"), ("ArrowRight", "Bold"), ("ArrowLeft", "Heading"),
            ("ArrowLeft", "Task list"), ("ArrowRight", "Heading"), ("End", "Task list"),
            ("Home", "Heading"), ("ArrowRight", "Bold")]  # fmt: skip
    for key, name in walk:
        page.keyboard.press(key)
        expect(bar.get_by_role("button", name=name, exact=True)).to_be_focused()
        found = measure.focus(page)
        assert found is not None
        assert found["ring"]
    assert bar.locator("[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Shift+Tab")  # it is remembered where one was
    expect(tool(page, "Bold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    assert held(text) == "x**‸**"


def test_without_a_script_there_is_no_toolbar(visits: Visits, person: Person) -> None:
    page = visits.open(person, java_script_enabled=False)
    page.goto("/notes/new")
    expect(page.locator(".toolbar")).to_be_hidden()
    expect(page.locator(".editor__count")).to_be_empty()


def test_a_tool_is_large_enough_for_a_finger(page: Page, text: Locator) -> None:
    for width, least in ((320, 40), (360, 40), (1280, 24)):
        page.set_viewport_size({"width": width, "height": 640})
        for button in page.get_by_role("toolbar").get_by_role("button").all():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= least, (width, box)


def test_words_and_characters_are_counted_also_where_no_blanks_stand(
    page: Page, text: Locator
) -> None:
    count = page.locator("[data-count]")
    for words, said in COUNTED:
        text.fill(words)
        expect(count).to_have_text(said)
    assert count.get_attribute("aria-live") is None
    assert count.get_attribute("role") is None


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1280, 800)])
def test_the_text_has_the_height_that_the_window_leaves_and_the_caret_is_never_covered(
    page: Page, text: Locator, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    empty = text.bounding_box()
    assert empty is not None
    assert empty["height"] >= 190
    page_height = page.evaluate("document.documentElement.scrollHeight")
    assert page_height == height or empty["height"] < 200, "nothing is left over, or it is a phone"
    text.fill("line\n" * 80 + "line")
    text.press("Control+Home")
    for keys in (["Control+End", "x"], ["Enter"] * 3, ["ArrowUp"] * 60, ["ArrowDown"] * 50, ["x"]):
        for key in keys:
            text.press(key)
        found = page.evaluate(
            """() => {
            const box = (name) => document.querySelector(name).getBoundingClientRect();
            const field = document.querySelector("#body");
            const line = parseFloat(getComputedStyle(field).lineHeight);
            const above = field.value.slice(0, field.selectionStart).split("\\n").length - 1;
            const top = box("#body").top + 17 + above * line;
            const bar = box(".editor__bar");
            return { top, bottom: top + line, from: box(".toolbar").bottom, to: bar.top }; }"""
        )
        assert found["from"] - 1 <= found["top"], (keys, found)
        assert found["bottom"] <= found["to"] + 1, (keys, found)
        assert found["to"] < height, "Save is in reach"


def test_a_key_in_a_note_of_200_kilobytes_is_drawn_about_as_soon_as_in_a_short_one(
    page: Page, person: Person
) -> None:
    """How soon in milliseconds, the bench says: that hangs on the machine."""
    paragraph = "Seven pale herons stand over Delft, and nobody counts them twice. " * 3 + "\n\n"
    quickest = {}
    for times in (1, 1000):
        page.goto(f"/notes/{person.write('Note', paragraph * times)}/edit")
        text = page.get_by_role("textbox", name="Text")
        text.press("Control+End")
        expect(page.locator("[data-count]")).to_contain_text("words")
        quickest[times] = min(measure.drawn(text, 4, 9))
    assert quickest[1000] < 8 * quickest[1], quickest
