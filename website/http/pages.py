"""What templates can say: who is signed in, when something was, and flashed sentences."""

from datetime import datetime
from typing import Any

from flask import Flask, current_app, flash, get_flashed_messages, request
from flask_login import current_user

from website.database import now
from website.models.trashable import days_left
from website.security.tokens import token_hash


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, days_left=days_left)
    app.jinja_env.globals.update(messages_now=messages, whose=whose, at=at)


def say(sentence: str, *, undo: str | None = None, link: tuple[str, str] | None = None) -> None:
    """Show a sentence on the next page: with an Undo button that posts to `undo`, or with a link,
    an address and its words."""
    flash({"sentence": sentence, "undo": undo, "link": link})  # type: ignore[arg-type]


def messages() -> list[Any]:
    return list(get_flashed_messages())


def whose() -> str:
    """A mark of the person, which says nothing of them: a page that comes back from the browser's
    memory asks whether it is still the same."""
    if not current_user.is_authenticated:
        return ""
    return token_hash(f"{current_app.secret_key!r} {current_user.id}")[:16]


def wants_json() -> bool:
    """Whether a script asks, and not a page."""
    kinds = ["text/html", "application/json"]
    return request.accept_mimetypes.best_match(kinds) == "application/json"


def at(endpoint: str) -> bool:
    """Whether this is the page of that name, for `aria-current`."""
    return request.endpoint == endpoint


def day(moment: datetime) -> str:
    """A date as a list shows it: today the time, this year day and month, else the year too.

    In UTC, and it says so; a script writes the reader's own time over it.
    """
    today = now()
    if moment.date() == today.date():
        return f"{moment:%H:%M} UTC"
    shown = f"{moment.day} {moment:%b}"
    return shown if moment.year == today.year else f"{shown} {moment.year}"
