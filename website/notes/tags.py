"""Every tag, with how many notes carry it; renamed, merged or deleted once that was looked at."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField

from website.database import db
from website.http.pages import counted, say, wants_json
from website.models.tagging import NotOneTag, Preview, one_tag
from website.notes.undo import refused
from website.text.tags import MAX_TAG_LENGTH, TagTooLong, TooManyTags


class RenameForm(FlaskForm):
    to = StringField(
        "New name",
        description="The name of another tag makes one of the two.",
        render_kw={"dir": "auto", "autocomplete": "off", "autocapitalize": "none"},
    )


def tags() -> ResponseReturnValue:
    """The page; for a script, the tags that complete what was typed."""
    if wants_json():
        return {"tags": current_user.tags.beginning(request.args.get("begins", ""))}
    return render_template("notes/tags.html", tags=current_user.tags.counted())


def ask_to_rename() -> ResponseReturnValue:
    tag, to = _tag(request.args.get("tag", "")), request.args.get("to")
    form = RenameForm(formdata=None, to=tag if to is None else to)
    return _rename_page(tag, form, None if to is None else _preview(tag, form))


def rename() -> ResponseReturnValue:
    tag = _tag(request.values.get("tag", ""))
    form = RenameForm(to=request.values.get("to", ""))
    preview = _preview(tag, form)
    if preview is None:
        return _rename_page(tag, form, None)
    to = one_tag(form.to.data)
    if preview.respells:
        current_user.tags.respell(tag, to)
        undo: str | None = url_for("notes.rename", tag=to, to=tag)
        said = f"“{tag}” is written “{to}” now."
    else:
        done = current_user.tags.rename(tag, to)
        undo = url_for("notes.undo", change_id=done.undo) if done.count else None
        said = f"{counted(done.count)} changed: “{tag}” is “{to}” now." + refused(done.refused)
    db.session.commit()
    say(said, undo=undo)
    return redirect(url_for("notes.tags"), 303)


def ask_to_delete_tag() -> ResponseReturnValue:
    tag = _tag(request.args.get("tag", ""))
    preview = current_user.tags.preview(tag, None)
    return render_template("notes/tag_delete.html", tag=tag, preview=preview)


def delete_tag() -> ResponseReturnValue:
    tag = _tag(request.form.get("tag", ""))
    done = current_user.tags.delete(tag)
    db.session.commit()
    said = f"The tag “{tag}” is deleted. {counted(done.count)} stayed where they were."
    say(said, undo=url_for("notes.undo", change_id=done.undo))
    return redirect(url_for("notes.tags"), 303)


def _tag(sent: str) -> str:
    """The tag of this name as it is spelt; 404 if nothing carries it, or something within it."""
    name: str | None = current_user.tags.spelt(sent)
    if name is None:
        abort(404)
    return name


def _preview(tag: str, form: RenameForm) -> Preview | None:
    """What would change, or None with a sentence on the field."""
    try:
        preview: Preview = current_user.tags.preview(tag, form.to.data or "")
    except (NotOneTag, TooManyTags):
        form.to.errors = ["Write one tag, without a comma."]
    except TagTooLong as error:
        form.to.errors = [
            f"“{error.args[0][:40]}…” would be too long; a tag has {MAX_TAG_LENGTH} characters at"
            " most."
        ]
    else:
        if any(move.name != move.becomes for move in preview.moves):
            return preview
        form.to.errors = ["That is its name already."]
    return None


def _rename_page(tag: str, form: RenameForm, preview: Preview | None) -> ResponseReturnValue:
    page = render_template("notes/tag_rename.html", tag=tag, form=form, preview=preview)
    return page, 422 if form.errors else 200
