"""Addresses that people and their scripts rely on: none goes away unnoticed."""

from flask import Flask

ADDRESSES = {
    "/": "GET",
    "/account": "GET",
    "/account/drafts": "GET",
    "/account/password": "GET POST",
    "/account/whose": "GET",
    "/archive": "GET",
    "/health": "GET",
    "/log-in": "GET POST",
    "/log-out": "POST",
    "/notes": "GET POST",
    "/notes/<id:note_id>": "GET POST",
    "/notes/<id:note_id>/archive": "POST",
    "/notes/<id:note_id>/delete": "GET POST",
    "/notes/<id:note_id>/duplicate": "POST",
    "/notes/<id:note_id>/edit": "GET",
    "/notes/<id:note_id>/history": "GET",
    "/notes/<id:note_id>/history/<version:number>": "GET",
    "/notes/<id:note_id>/history/<version:number>/restore": "POST",
    "/notes/<id:note_id>/links": "GET POST",
    "/notes/<id:note_id>/pin": "POST",
    "/notes/<id:note_id>/restore": "POST",
    "/notes/<id:note_id>/tasks": "POST",
    "/notes/<id:note_id>/trash": "POST",
    "/notes/<id:note_id>/unarchive": "POST",
    "/notes/<id:note_id>/unpin": "POST",
    "/notes/bulk": "GET POST",
    "/notes/drafts": "POST",
    "/notes/drafts/<draft:draft_id>/discard": "POST",
    "/notes/drafts/<draft:draft_id>/restore": "POST",
    "/notes/new": "GET",
    "/notes/preview": "POST",
    "/notes/titled": "GET",
    "/ready": "GET",
    "/searches": "GET POST",
    "/searches/<id:search_id>/forget": "POST",
    "/set-password/<token:token>": "GET POST",
    "/sign-up": "GET POST",
    "/static/<path:name>": "GET",
    "/tags": "GET",
    "/tags/delete": "GET POST",
    "/tags/rename": "GET POST",
    "/trash": "GET",
    "/trash/empty": "GET POST",
    "/undo": "GET",
    "/undo/<id:change_id>": "POST",
}


def test_the_site_has_exactly_these_addresses(app: Flask) -> None:
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    assert {rule: " ".join(sorted(methods)) for rule, methods in found.items()} == ADDRESSES
