"""Task boxes have the name of the words beside them; to tick one changes one character."""

import re
from dataclasses import dataclass
from html import escape

from website.text.lines import shorten
from website.text.markdown.draw import Places, draw_with_places
from website.text.markdown.headings import words

MAX_BUTTONS = 2_000  # of a note; boxes beyond can be seen, and changed in the editor

# In a list with blank lines between, comrak sets the words into a paragraph after the box.
_BOX = re.compile(r'<input type="checkbox"( checked="")? disabled="" />(?=(\s*(?:<p>\s*)?[^\n]*))')
_CLEANED = re.compile(r'<input type="checkbox"( checked="")? disabled="" (aria-label="[^"]*")>')
_ITEM = re.compile(r'<li data-sourcepos="(\d+):(\d+)-[\d:]*"><input type="checkbox"')
# What stands between the beginning of a list item and its box: the sign, blanks, marks of quotes.
_MARK = re.compile(rb"(?:[-+*]|\d{1,9}[.)])[\s>]*\[([ xX])\]")


@dataclass(frozen=True)
class Task:
    place: int  # of the one character, in the source's UTF-8
    done: bool


def named(html: str) -> str:
    """comrak's boxes, each with a name for who cannot see what stands beside it."""
    return _BOX.sub(
        lambda box: (
            f'<input type="checkbox"{box[1] or ""} disabled=""'
            f' aria-label="{escape(shorten(words(box[2]) or "Task", 100))}" />'
        ),
        html,
    )


def as_buttons(html: str, form: str) -> str:
    """The boxes of a rendered note as buttons of a form, that sends the number of the box.

    `tick` or `clear` is the field, so that what is asked for is sent, and not "the other".
    """
    number = -1

    def button(box: re.Match[str]) -> str:
        nonlocal number
        number += 1
        if number >= MAX_BUTTONS:
            return box[0]
        name, state = ("clear", "true") if box[1] else ("tick", "false")
        return (
            f'<button type="submit" form="{form}" name="{name}" value="{number}" class="task"'
            f' id="task-{number}" role="checkbox" aria-checked="{state}" {box[2]}></button>'
        )

    return _CLEANED.sub(button, html)


def tasks(source: str) -> list[Task | None]:
    """The boxes of a note, in the order in which they are drawn.

    None for one whose place is not known: in an item that begins with a footnote's text.
    """
    places = Places(source)
    found: list[Task | None] = []
    for item in _ITEM.finditer(draw_with_places(source)):
        mark = _MARK.match(places.text, places.at(item[1], item[2]))
        found.append(mark and Task(mark.start(1), mark[1] != b" "))
    return found


def ticked(source: str, task: Task, *, done: bool) -> str:
    """The source with this box ticked or cleared: one character of it, if any, is another."""
    if task.done == done:
        return source
    text = source.encode()
    return (text[: task.place] + (b"x" if done else b" ") + text[task.place + 1 :]).decode()
