"""Where to go next: always a page of this site, whatever the address says."""

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException


def safe_next(target: str) -> str:
    """The path `target` if it is a page of ours that can be read, else the list of notes."""
    home = url_for("notes.index")
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return home
    if any(ord(character) < 0x21 or ord(character) > 0x7E for character in target):
        return home
    path, _, query = target.partition("?")
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return home
    if endpoint.split(".")[0] in {"auth", "static", "operations"} or endpoint == "account.whose":
        return home
    return f"{path}?{query}" if query else path
