"""What a person wrote in a request that could not be done, so that the answer gives it back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from wtforms import HiddenField, StringField, TextAreaField

from website.security.tokens import ALPHABET, ID_LENGTH

_PLACE = re.compile(rf"/notes(?:/[{ALPHABET}]{{{ID_LENGTH}}})?")
_FIELDS = ("title", "body", "tags", "version", "key", "draft", "sequence")


class EditorForm(FlaskForm):
    """The editor's fields, wherever the editor is shown."""

    title = StringField("Title", render_kw={"dir": "auto", "autocomplete": "off"})
    # Not dir="auto", which costs Chromium seconds over long texts: the style sheet says plaintext.
    body = TextAreaField("Text")
    tags = StringField(
        "Tags",
        description="Separate tags with commas. work/berlin lies within work.",
        render_kw={"dir": "auto", "autocomplete": "off", "autocapitalize": "none"},
    )
    version = HiddenField()
    key = HiddenField()
    draft = HiddenField()  # what a script keeps this text under meanwhile
    sequence = HiddenField()  # of its keepings, those that came from here, or from what was opened


@dataclass(frozen=True)
class Kept:
    """The editor as it was sent, and the address that it was sent to."""

    address: str
    form: EditorForm

    @property
    def hidden(self) -> dict[str, str]:
        """For the hidden inputs of the log-in page, which carries the text through."""
        fields = {f"kept_{name}": self.form[name].data or "" for name in _FIELDS}
        return {"kept_address": self.address, **fields}


def from_request() -> Kept | None:
    """The text of this request, if it came from an editor."""
    if request.method != "POST":
        return None
    try:
        sent = request.form
    except HTTPException:  # too large to be read, or broken
        return None
    if "body" in sent:
        # A preview is no place to save to: the form says where that is.
        return _kept(sent.get("address", request.path), sent, "")
    if "kept_body" in sent:
        return _kept(sent.get("kept_address", ""), sent, "kept_")
    return None


def _kept(address: str, sent: Mapping[str, str], prefix: str) -> Kept:
    # A field with NUL in it was refused for that: the rest of it comes back.
    data = {
        name: sent.get(prefix + name, "").replace("\0", "\N{REPLACEMENT CHARACTER}")
        for name in _FIELDS
    }
    return Kept(place_to_save(address), EditorForm(formdata=None, data=data))


def place_to_save(address: str) -> str:
    """The address if a note is saved there, else that of a new one.

    Wherever a text came from, the Save under it must do no other thing.
    """
    return address if _PLACE.fullmatch(address) else "/notes"
