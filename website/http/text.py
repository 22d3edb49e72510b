"""What was typed arrives exactly, or is refused: no NUL, no bytes that are not UTF-8."""

from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, request
from flask.wrappers import Request as FlaskRequest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from website.http.origin import SAFE_METHODS

MAX_FIELDS = 1000
_FORMS = {"", "application/x-www-form-urlencoded", "multipart/form-data"}


class TextRefused(BadRequest):
    event = "text_refused"
    description = "The text holds characters that cannot be kept: NUL, or bytes that are no text."


class ExactForms(FormDataParser):
    """Werkzeug's parser replaces bytes that are not UTF-8 in silence; this one leaves a mark.

    No form of ours sends files, so the whole body is text.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:  # fmt: skip
        if mimetype == "application/x-www-form-urlencoded":
            return stream, MultiDict(_pairs(_whole(stream))), MultiDict()
        if mimetype == "multipart/form-data":
            body = _whole(stream)
            _decoded(body)
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class Request(FlaskRequest):
    form_data_parser_class = ExactForms
    refused_text = False  # the body held bytes that are not UTF-8


class NoForm(UnsupportedMediaType):
    """A body that is no form: Flask-WTF would read JSON and files into a form's fields."""

    event = "text_refused"
    description = "The site reads forms, and this is none."


def init_app(app: Flask) -> None:
    app.request_class = Request
    app.before_request(refuse_broken_text)


def refuse_broken_query() -> None:
    """Raise TextRefused for an address whose query is not UTF-8, before anything reads it."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError as error:
        raise TextRefused from error


def refuse_broken_text() -> None:
    """Raise TextRefused for NUL, or bytes that are not UTF-8, in any field; NoForm for no form.

    NUL in a search is none of its words: whatever is looked for, the answer is no error.
    """
    if request.method not in SAFE_METHODS and (request.mimetype not in _FORMS or request.files):
        raise NoForm
    searched = ((name, value) for name, value in request.args.items(multi=True) if name != "q")
    fields = [*request.form.items(multi=True), *searched]
    if getattr(request, "refused_text", False) or any(
        "\0" in part for pair in fields for part in pair
    ):
        raise TextRefused


def _whole(stream: IO[bytes]) -> bytes:
    """All of the body. Werkzeug ends a body of no known length at the limit, and says so only to
    who reads on: without that, the first part of it would pass for the whole."""
    body = stream.read()
    stream.read(1)
    return body


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            _decoded(body), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeDecodeError:
        request.refused_text = True  # type: ignore[attr-defined]
        return parse_qsl(_decoded(body), keep_blank_values=True, errors="replace")
    except ValueError as error:
        raise RequestEntityTooLarge("The form has too many fields.") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        request.refused_text = True  # type: ignore[attr-defined]
        return body.decode(errors="replace")
