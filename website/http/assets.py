"""Static files under addresses with a content hash: kept for ever, and new after a deploy."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from xml.etree import ElementTree

import lucide.jinja
from flask import Flask, Response, abort, current_app, make_response, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from website.http.access import public

STATIC = Path(__file__).parent.parent / "static"
# In the order of the cascade: each file says its own layer.
STYLES = (
    "reset", "tokens", "base", "layout", "button", "field", "notice", "note", "list", "editor",
    "diff", "history", "prose", "page", "utilities",
)  # fmt: skip
ICONS = (
    "archive", "archive-restore", "bold", "circle-alert", "code", "copy", "heading", "history",
    "italic", "link", "list", "list-ordered", "list-todo", "log-out", "pencil", "pin", "pin-off",
    "plus", "search", "settings", "tag", "text-quote", "trash-2", "undo-2", "user",
)  # fmt: skip
_HASHED = re.compile(r"(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<suffix>\.\w+)")
# What is in a script for who reads its source: indentation, and comments to the end of a line.
_FOR_READERS = re.compile(rb"^\s*//.*\n|^\s+|(?<=[;{},]) // .*$", re.MULTILINE)
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    content: bytes
    compressed: bytes
    mimetype: str
    digest: str


def init_app(app: Flask) -> None:
    """Serve `static/`; `asset(name)` in a template is a file's address, `icon(name)` a picture."""
    app.add_url_rule("/static/<path:name>", endpoint="static", view_func=static)
    app.jinja_env.globals.update(asset=asset, icon=icon, import_map=import_map)


def asset(name: str) -> str:
    """The address of a static file, with the hash of what is in it."""
    return _shown().addresses[name]


def icon(name: str) -> Markup:
    """An icon of the sprite, decorative: the words beside it are what is read out."""
    return _shown().icons[name]


def import_map() -> Markup:
    """The hashed address of each script, so that one module can import another by its name."""
    return _shown().import_map


@public
def static(name: str) -> Response:
    """A file under its hash, for ever; under an earlier hash or none the present file, not kept."""
    match = _HASHED.fullmatch(name)
    plain = f"{match['stem']}{match['suffix']}" if match else name
    found = load().get(plain)
    if found is None:
        abort(404)
    zipped = bool(request.accept_encodings["gzip"])
    response = make_response(found.compressed if zipped else found.content)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.mimetype = found.mimetype
    current = match is not None and match["hash"] == found.digest
    response.headers["Cache-Control"] = _YEAR if current else "no-store"
    return response


def load() -> dict[str, Asset]:
    """Every static file by name; read once, or anew each time under the debugger."""
    if current_app.debug:
        _read.cache_clear()
        _show.cache_clear()
    return _read()


@dataclass(frozen=True)
class Shown:
    """What pages say of the files: it is the same on each of them."""

    addresses: dict[str, str]
    icons: dict[str, Markup]
    import_map: Markup


def _shown() -> Shown:
    if current_app.debug:
        load()
    return _show(request.script_root)


@lru_cache(8)
def _show(_root: str) -> Shown:
    """For a site at this path of its host."""
    addresses = {name: _address(name, asset.digest) for name, asset in load().items()}
    drawing = Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>')
    scripts = {
        f"octavo/{Path(name).stem}": address
        for name, address in addresses.items()
        if name.endswith(".js")
    }
    return Shown(
        addresses,
        {name: drawing.format(addresses["icons.svg"], name) for name in ICONS},
        htmlsafe_json_dumps({"imports": scripts}),
    )


def _address(name: str, digest: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return url_for("static", name=f"{stem}.{digest}{dot}{suffix}")


@cache
def _read() -> dict[str, Asset]:
    sheets = [(STATIC / "css" / f"{name}.css").read_bytes() for name in STYLES]
    files = {"site.css": b"\n".join(sheets), "icons.svg": _sprite()}
    for path in STATIC.rglob("*"):
        if path.is_file() and path.suffix != ".css":
            content = path.read_bytes()
            name = path.relative_to(STATIC).as_posix()
            files[name] = _FOR_READERS.sub(b"", content) if path.suffix == ".js" else content
    return {name: _asset(name, content) for name, content in files.items()}


def _asset(name: str, content: bytes) -> Asset:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if mimetype == "application/javascript":
        mimetype = "text/javascript"
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(content, gzip.compress(content, mtime=0), mimetype, digest)


def _sprite() -> bytes:
    sprite = ElementTree.Element("svg", xmlns="http://www.w3.org/2000/svg")
    for name in ICONS:
        drawing = ElementTree.fromstring(lucide.jinja.lucide(name, size=None))  # noqa: S314 - ours
        shown = {
            key: value
            for key, value in drawing.attrib.items()
            if key not in {"class", "width", "height"}
        }
        symbol = ElementTree.SubElement(sprite, "symbol", {**shown, "id": name})
        symbol.extend(drawing)
    return ElementTree.tostring(sprite)
