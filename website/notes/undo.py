"""One button that puts back what was done to several notes."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.pages import counted, say
from website.http.trail import event
from website.models.bulk_change import KEPT, Act
from website.models.undoing import Undone
from website.text.tags import MAX_TAGS

_BACK = {
    Act.UNARCHIVE: "notes.archived", Act.RESTORE: "notes.trashed",
    Act.RENAME_TAG: "notes.tags", Act.DELETE_TAG: "notes.tags",
}  # fmt: skip


# What is said of so many notes.
SAID = {
    Act.PIN: "pinned",
    Act.UNPIN: "no longer pinned",
    Act.ARCHIVE: "moved to the archive",
    Act.UNARCHIVE: "back in your list",
    Act.TRASH: "moved to the trash",
    Act.RESTORE: "restored from the trash",
    Act.TAG: "tagged",
    Act.UNTAG: "no longer tagged so",
    Act.RENAME_TAG: "with a renamed tag",
    Act.DELETE_TAG: "with a deleted tag",
}


def undoable() -> ResponseReturnValue:
    changes = current_user.changes.all()
    return render_template("notes/undo.html", changes=changes, said=SAID, days=KEPT.days)


def undo(change_id: str) -> ResponseReturnValue:
    done = current_user.changes.undo(change_id)
    if done is None:
        event("not_yours")
        abort(404)
    db.session.commit()
    say(sentence(done))
    return redirect(url_for(_BACK.get(done.act, "notes.index")), 303)


def sentence(done: Undone) -> str:
    said = f"Undone: {counted(done.count)} {'is' if done.count == 1 else 'are'} as before."
    if not done.count:
        said = "There was nothing left to undo: that was changed since, or undone already."
    return said + refused(done.refused)


def refused(notes: int) -> str:
    """Of how many notes it was not done, to go on with; nothing for none."""
    return f" {counted(notes)} would have more than {MAX_TAGS} tags, and stayed so." * bool(notes)
