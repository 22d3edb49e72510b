"""Several notes at once: those that are ticked, or all of a list or a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import ServiceUnavailable
from wtforms import StringField

from website.database import db
from website.http.pages import counted, say
from website.models.bulk_change import Act
from website.models.listing import Place
from website.models.search.grammar import MAX_QUERY, parse
from website.models.search.patience import TookTooLong
from website.models.selection import Done, Selection
from website.notes.undo import SAID, refused
from website.text.tags import MAX_TAG_LENGTH, MAX_TAGS, TagTooLong, TooManyTags, parse_tags

MAX_TICKED = 1_000  # notes that one form names; a page has 50
SEARCH = "search"
# What can be done where: on the bar under a list, and on the page of all that can be done.
QUICK = {
    "list": (Act.PIN, Act.ARCHIVE, Act.TRASH),
    "archive": (Act.UNARCHIVE, Act.TRASH),
    "trash": (Act.RESTORE,),
    SEARCH: (Act.PIN, Act.ARCHIVE, Act.TRASH),
}
EVERYTHING = {
    "list": (Act.PIN, Act.UNPIN, Act.ARCHIVE, Act.TRASH),
    "archive": (Act.UNARCHIVE, Act.PIN, Act.UNPIN, Act.TRASH),
    "trash": (Act.RESTORE,),
    SEARCH: (Act.PIN, Act.UNPIN, Act.ARCHIVE, Act.UNARCHIVE, Act.TRASH, Act.RESTORE),
}
BUTTONS = {
    Act.PIN: ("Pin", "pin"),
    Act.UNPIN: ("Unpin", "pin-off"),
    Act.ARCHIVE: ("Archive", "archive"),
    Act.UNARCHIVE: ("Back to the list", "archive-restore"),
    Act.TRASH: ("Move to trash", "trash-2"),
    Act.RESTORE: ("Restore", "undo-2"),
}


class GivenUp(ServiceUnavailable):
    event = "search_given_up"


class BulkForm(FlaskForm):
    tags = StringField(
        "Tags",
        description="Separate tags with commas.",
        render_kw={"dir": "auto", "autocomplete": "off", "autocapitalize": "none"},
    )

    def names(self) -> tuple[str, ...]:
        """The tags, or none with a sentence on the field."""
        try:
            found = parse_tags(self.tags.data or "")
        except TooManyTags:
            self.tags.errors = [f"That is more than {MAX_TAGS} tags, which no note can have."]
            return ()
        except TagTooLong:
            self.tags.errors = [f"A tag has {MAX_TAG_LENGTH} characters at most."]
            return ()
        if not found:
            self.tags.errors = ["Write at least one tag."]
        return found


@dataclass(frozen=True)
class Where:
    """The list or the search that the notes were chosen in."""

    place: str
    q: str
    tag: str

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Where:
        place = sent.get("place", Place.LIST.value)
        q = sent.get("q", "").replace("\0", " ")[:MAX_QUERY]
        if place not in EVERYTHING or (q and place != SEARCH):  # all of a list is more than asked
            abort(400)
        return cls(place, q, sent.get("tag", "") if place == Place.LIST.value else "")

    @property
    def address(self) -> str:
        endpoint = {"archive": "notes.archived", "trash": "notes.trashed"}.get(self.place)
        return url_for(endpoint or "notes.index", q=self.q or None, tag=self.tag or None)

    def all(self) -> Selection:
        if self.place == SEARCH:
            try:
                found: Selection = current_user.search.all(parse(self.q))
            except TookTooLong:
                raise GivenUp(
                    "That search would take too long. Look for fewer words, or for longer ones."
                ) from None
        else:
            found = current_user.notes.all(Place(self.place), self.tag or None)
        return found


def quick_acts(place: str) -> list[tuple[str, str, str]]:
    """The buttons under a list: what each sends, says and shows."""
    return [(act.value, *BUTTONS[act]) for act in QUICK[place]]


def choose() -> ResponseReturnValue:
    """All of a list or a search, and what can be done with them."""
    where = Where.of(request.args)
    return _page(where, where.all(), BulkForm(formdata=None))


def change() -> ResponseReturnValue:
    where = Where.of(request.form)
    form = BulkForm()
    ticked = None if "all" in request.form else request.form.getlist("note")[:MAX_TICKED]
    selection = where.all() if ticked is None else current_user.notes.ticked(ticked)
    sent = request.form.get("act", "")
    if not selection.note_ids:
        return _page(where, selection, form, ticked), 422
    if sent == "choose":
        return _page(where, selection, form, ticked)
    act = _act(sent, where)
    if act in {Act.TAG, Act.UNTAG}:
        names = form.names()
        if not names:
            return _page(where, selection, form, ticked), 422
        done = selection.tag(names) if act is Act.TAG else selection.untag(names)
    else:
        done = selection.set(act)
    db.session.commit()
    undo = url_for("notes.undo", change_id=done.undo) if done.count else None
    say(_sentence(act, done), undo=undo)
    return redirect(where.address, 303)


def _act(sent: str, where: Where) -> Act:
    tags = () if where.place == Place.TRASH.value else (Act.TAG, Act.UNTAG)
    offered: dict[str, Act] = {act.value: act for act in (*EVERYTHING[where.place], *tags)}
    if sent not in offered:
        abort(400)
    return offered[sent]


def _page(
    where: Where, selection: Selection, form: BulkForm, ticked: list[str] | None = None
) -> str:
    return render_template(
        "notes/bulk.html", where=where, count=len(selection.note_ids), form=form, ticked=ticked,
        acts=[(act.value, *BUTTONS[act]) for act in EVERYTHING[where.place]],
    )  # fmt: skip


def _sentence(act: Act, done: Done) -> str:
    said = f"{counted(done.count)} {SAID[act]}."
    if not done.count and not done.refused:
        said = "Nothing was to be changed: all of them were so already."
    return said + refused(done.refused)
