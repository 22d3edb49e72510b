"""One button that puts back what was done to several notes."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.pages import counted, say
from website.http.trail import event
from website.models.bulk_change import KEPT, Act

_BACK = {
    Act.UNARCHIVE: "notes.archived", Act.RESTORE: "notes.trashed",
    Act.RENAME_TAG: "notes.tags", Act.DELETE_TAG: "notes.tags",
}  # fmt: skip


# After how many notes it were.
SAID = {
    "pin": "pinned", "unpin": "no longer pinned", "archive": "moved to the archive",
    "unarchive": "moved back to the list", "trash": "moved to the trash",
    "restore": "restored from the trash", "tag": "tagged", "untag": "that lost a tag",
    "rename-tag": "with a renamed tag", "delete-tag": "with a deleted tag",
}  # fmt: skip


def undoable() -> ResponseReturnValue:
    changes = current_user.notes.changes()
    return render_template("notes/undo.html", changes=changes, said=SAID, days=KEPT.days)


def undo(change_id: str) -> ResponseReturnValue:
    done = current_user.notes.undo(change_id)
    if done is None:
        event("not_yours")
        abort(404)
    db.session.commit()
    act, count = done
    say(f"Undone: {counted(count)} {'is' if count == 1 else 'are'} as before.")
    return redirect(url_for(_BACK.get(act, "notes.index")), 303)
