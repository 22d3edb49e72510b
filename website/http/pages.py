"""What templates can say: who is signed in, when something was, and flashed sentences."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from flask import Flask, current_app, flash, g, get_flashed_messages, request
from flask_login import current_user
from markupsafe import Markup

from website.database import now
from website.models.trashable import days_left
from website.security.tokens import token_hash
from website.text.marks import EDGE

_AGES = (
    (timedelta(days=1), "Last 24 hours"),
    (timedelta(days=7), "Last 7 days"),
    (timedelta(days=30), "Last 30 days"),
)
_MARKED = re.compile(f"{EDGE}([^{EDGE}]*){EDGE}")


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day, days_left=days_left, by_age=by_age, number="{:,}".format, marks=marks
    )
    app.jinja_env.globals.update(
        messages_now=messages, whose=whose, known_whose=known_whose, at=at, counted=counted
    )


def say(sentence: str, *, undo: str | None = None, link: tuple[str, str] | None = None) -> None:
    """Show a sentence on the next page: with an Undo button that posts to `undo`, or with a link,
    an address and its words."""
    flash({"sentence": sentence, "undo": undo, "link": link})  # type: ignore[arg-type]


def messages() -> list[Any]:
    return list(get_flashed_messages())


def whose() -> str:
    """A mark of the person, which says nothing of them: a page that comes back from the browser's
    memory asks whether it is still the same."""
    return _mark(current_user)


def known_whose() -> str:
    """The same for an error page, which asks no database; nothing where it is not known yet."""
    return _mark(g.get("_login_user"))  # Flask-Login's, of this request


def _mark(user: Any) -> str:
    if user is None or not user.is_authenticated:
        return ""
    return token_hash(f"{current_app.secret_key!r} {user.id}")[:16]


def counted(notes: int) -> str:
    """A number of notes, in words that fit it."""
    return f"{notes:,} note{'s' * (notes != 1)}"


def wants_json() -> bool:
    """Whether a script asks, and not a page."""
    kinds = ["text/html", "application/json"]
    return request.accept_mimetypes.best_match(kinds) == "application/json"


def at(endpoint: str) -> bool:
    """Whether this is the page of that name, for `aria-current`."""
    return request.endpoint == endpoint


def marks(text: str) -> Markup:
    """A text with what stands between two EDGEs marked. Not in a template, which would escape each
    of hundreds of pieces on a page by itself."""
    return Markup(_MARKED.sub(r"<mark>\1</mark>", escape(text)))  # noqa: S704 - it is escaped


def by_age(rows: Sequence[Any], pins: bool = False) -> list[tuple[str, list[Any]]]:
    """The rows of a page in their order, under what says how old they are.

    The first words hold in every time zone: "today" would be wrong in most.
    """
    today = now()
    groups: list[tuple[str, list[Any]]] = []
    for row in rows:
        called = "Pinned" if pins and row.pinned else age(today, row.moment)
        if not groups or groups[-1][0] != called:
            groups.append((called, []))
        groups[-1][1].append(row)
    return groups


def age(today: datetime, moment: datetime) -> str:
    for days, called in _AGES:
        if today - moment < days:
            return called
    return f"{moment:%B %Y}"


def day(moment: datetime) -> str:
    """A date as a list shows it: today the time, this year day and month, else the year too.

    In UTC, and it says so; a script writes the reader's own time over it.
    """
    today = now()
    if moment.date() == today.date():
        return f"{moment:%H:%M} UTC"
    shown = f"{moment.day} {moment:%b}"
    return shown if moment.year == today.year else f"{shown} {moment.year}"
