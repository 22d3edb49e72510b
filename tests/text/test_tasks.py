"""A tick changes one character of the text, the right one; the rest stays as it was typed."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.http.page import Page
from website.text.markdown import render
from website.text.markdown.tasks import MAX_BUTTONS, as_buttons, tasks, ticked


def boxes(source: str) -> list[bool]:
    """The boxes that a reader sees, ticked or not."""
    return [
        "checked" in element.attributes
        for element in Page(render(source)).elements
        if element.tag == "input"
    ]


@pytest.mark.parametrize(
    ("source", "number", "after"),
    [
        ("- [ ] a\n- [ ] b\n", 1, "- [ ] a\n- [x] b\n"),
        ("- [x] a\n", 0, "- [ ] a\n"),
        ("* [X] a", 0, "* [ ] a"),
        ("> 1) [ ] `[ ]` é [x]\n>    more", 0, "> 1) [x] `[ ]` é [x]\n>    more"),
        ("-\n  [ ] on its own line", 0, "-\n  [x] on its own line"),
        ("- > - [ ] deep", 0, "- > - [x] deep"),
        ("- [ ] a\n\n- [ ] 日本\n  - [ ] 🙂\n", 2, "- [ ] a\n\n- [ ] 日本\n  - [x] 🙂\n"),
        ("[^1]\n\n[^1]: - [ ] foot\n\n- [ ] b", 0, "[^1]\n\n[^1]: - [ ] foot\n\n- [x] b"),
        ("```\n- [ ] no\n```\n\n- [ ] yes", 0, "```\n- [ ] no\n```\n\n- [x] yes"),
        ("\t- [ ] code\n\n-\t[ ] tab", 0, "\t- [ ] code\n\n-\t[x] tab"),
    ],
)  # fmt: skip
def test_one_box_is_one_character(source: str, number: int, after: str) -> None:
    task = tasks(source)[number]
    assert task is not None
    assert ticked(source, task, done=not task.done) == after
    assert ticked(source, task, done=task.done) == source


PIECES = [
    "- ", "* ", "1. ", "2) ", "> ", "[ ] ", "[x] ", "[X] ", "[ ]", "- [ ] a", "- [x] b",
    "\n", "\n\n",
    "  ", "    ", "\t", "a", "é日🙂", "`", "```\n", "|", "|-|\n", "[^1]", "[^1]: ", "# ", "[[a|b]]",
    "$x$", "---\n", "<b>", "\\", "[ ](x)", "[y]: x\n", "\x0b", "\u2028", "\u00a0", "> [!NOTE]\n",
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@example("[^1]\n\n[^1]: - [ ] a\n\n- [ ] b\n")
def test_every_box_that_is_drawn_can_be_ticked_and_nothing_else_changes(source: str) -> None:
    found, seen = tasks(source), boxes(source)
    assert len(found) == len(seen)
    for number, (task, is_done) in enumerate(zip(found, seen, strict=True)):
        if task is None:  # in an item that begins with a definition: it is drawn, and not ticked
            assert "]: " in source
            continue
        assert task.done == is_done
        after = ticked(source, task, done=not is_done)
        assert len(after) == len(source)
        (changed,) = (at for at in range(len(source)) if source[at] != after[at])
        assert {source[changed], after[changed]} <= {" ", "x", "X"}
        expected = [done is not (at == number) for at, done in enumerate(seen)]
        assert boxes(after) == expected, (source, after)


def test_a_box_is_named_by_the_words_beside_it() -> None:
    page = Page(render("- [ ] buy *milk* & `eggs`\n\n- [x]\n  second\n- [ ]\n- [ ] " + "x" * 200))
    names = [e.attributes["aria-label"] for e in page.elements if e.tag == "input"]
    assert names == ["buy milk & eggs", "second", "Task", "x" * 99 + "…"]


def test_boxes_become_buttons_that_say_what_they_do() -> None:
    page = Page(as_buttons(render("- [ ] a\n- [x] b"), "f"))
    buttons = [element.attributes for element in page.elements if element.tag == "button"]
    assert [(b["name"], b["value"], b["aria-checked"], b["aria-label"]) for b in buttons] == [
        ("tick", "0", "false", "a"),
        ("clear", "1", "true", "b"),
    ]
    assert all(b["form"] == "f" and b["role"] == "checkbox" for b in buttons)


def test_a_list_without_end_has_only_so_many_buttons() -> None:
    html = as_buttons(render("- [ ] a\n" * (MAX_BUTTONS + 5)), "f")
    assert html.count("<button") == MAX_BUTTONS
    assert html.count("<input") == 5
