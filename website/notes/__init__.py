"""Writing and finding."""

from flask import Blueprint

from website.notes import (
    archive,
    bulk,
    drafts,
    duplicate,
    edit,
    history,
    index,
    pin,
    preview,
    rename,
    searches,
    show,
    tags,
    tasks,
    titled,
    trash,
    undo,
)
from website.security.tokens import new_id

blueprint = Blueprint("notes", __name__)


blueprint.add_app_template_global(bulk.quick_acts)
blueprint.add_app_template_global(new_id, "new_key")


def _page(rule: str, view: object, *methods: str) -> None:
    blueprint.add_url_rule(rule, view_func=view, methods=methods or ("GET",))  # type: ignore[arg-type]


_page("/notes", index.index)
_page("/notes", edit.create, "POST")
_page("/notes/new", edit.new)
_page("/notes/bulk", bulk.choose)
_page("/notes/bulk", bulk.change, "POST")
_page("/notes/preview", preview.preview, "POST")
_page("/notes/titled", titled.titled)
_page("/notes/drafts", drafts.keep, "POST")
_page("/notes/drafts/<draft:draft_id>/discard", drafts.discard, "POST")
_page("/notes/drafts/<draft:draft_id>/restore", drafts.take_back, "POST")
_page("/notes/<id:note_id>", show.show)
_page("/notes/<id:note_id>", edit.save, "POST")
_page("/notes/<id:note_id>/edit", edit.edit)
_page("/notes/<id:note_id>/pin", pin.pin, "POST")
_page("/notes/<id:note_id>/unpin", pin.unpin, "POST")
_page("/notes/<id:note_id>/archive", archive.archive, "POST")
_page("/notes/<id:note_id>/unarchive", archive.unarchive, "POST")
_page("/notes/<id:note_id>/duplicate", duplicate.duplicate, "POST")
_page("/notes/<id:note_id>/tasks", tasks.tick, "POST")
_page("/notes/<id:note_id>/links", rename.ask_to_relink)
_page("/notes/<id:note_id>/links", rename.relink, "POST")
_page("/notes/<id:note_id>/trash", trash.trash, "POST")
_page("/notes/<id:note_id>/restore", trash.restore, "POST")
_page("/notes/<id:note_id>/delete", trash.ask_to_delete)
_page("/notes/<id:note_id>/delete", trash.delete, "POST")
_page("/notes/<id:note_id>/history", history.history)
_page("/notes/<id:note_id>/history/<version:number>", history.version)
_page("/notes/<id:note_id>/history/<version:number>/restore", history.restore_version, "POST")
_page("/archive", archive.archived)
_page("/trash", trash.trashed)
_page("/trash/empty", trash.ask_to_empty)
_page("/trash/empty", trash.empty, "POST")
_page("/tags", tags.tags)
_page("/tags/rename", tags.ask_to_rename)
_page("/tags/rename", tags.rename, "POST")
_page("/tags/delete", tags.ask_to_delete_tag)
_page("/tags/delete", tags.delete_tag, "POST")
_page("/undo", undo.undoable)
_page("/undo/<id:change_id>", undo.undo, "POST")
_page("/searches", searches.searches)
_page("/searches", searches.save_search, "POST")
_page("/searches/<id:search_id>/forget", searches.forget_search, "POST")
