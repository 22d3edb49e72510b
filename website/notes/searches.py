"""Searches that a person saved, to be followed again; offered in the search box."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.pages import say, wants_json
from website.http.trail import event
from website.models.saved_search import MAX_SAVED, TooManySearches
from website.models.search.grammar import MAX_QUERY

MAX_IN_COOKIE = 1_000  # characters; browsers drop a cookie of four thousand


def searches() -> ResponseReturnValue:
    """The page; for a script, what was saved."""
    saved = current_user.searches.all()
    if wants_json():
        return {"searches": [search.typed for search in saved]}
    return render_template("notes/searches.html", searches=saved)


def save_search() -> ResponseReturnValue:
    typed = request.values.get("q", "").replace("\0", " ")[:MAX_QUERY]
    if not typed.strip():
        abort(400)
    try:
        current_user.searches.keep(typed)
    except TooManySearches:
        say(f"You have {MAX_SAVED} saved searches, which is the limit: forget one first.")
        return redirect(url_for("notes.searches"), 303)
    db.session.commit()
    say("Saved. The search box offers it.", link=(url_for("notes.searches"), "Saved searches"))
    return redirect(url_for("notes.index", q=typed), 303)


def forget_search(search_id: str) -> ResponseReturnValue:
    query = current_user.searches.forget(search_id)
    if query is None:
        event("not_yours")
        abort(404)
    db.session.commit()
    undo = url_for("notes.save_search", q=query)
    say("That search is forgotten.", undo=undo if len(undo) < MAX_IN_COOKIE else None)
    return redirect(url_for("notes.searches"), 303)
