"""What was typed into the editor, checked against the limits."""

from flask import abort, current_app, request

from website.http.kept import EditorForm
from website.models.content import MAX_TITLE_LENGTH, Content, NoteTooLong, TitleTooLong
from website.text.tags import MAX_TAG_LENGTH, MAX_TAGS, TagTooLong, TooManyTags

MAX_NUMBERS = 50


def number(field: str | None) -> int | None:
    """A whole number as our forms send it, None for anything else."""
    text = field or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def numbers(field: str | None) -> list[int]:
    """Whole numbers with blanks between, the last MAX_NUMBERS of them."""
    found = map(number, (field or "").split()[-MAX_NUMBERS:])
    return [one for one in found if one is not None]


class NoteForm(EditorForm):
    def whole(self, *names: str) -> None:
        """400 unless these fields came: what half a page did not send, nobody has emptied."""
        if not set(names) <= request.form.keys():
            abort(400)

    def content(self) -> Content | None:
        """What was typed, or None with a sentence on the field that is at fault."""
        try:
            return Content.typed(
                self.title.data or "",
                self.body.data or "",
                self.tags.data or "",
                max_bytes=current_app.config["MAX_NOTE_BYTES"],
            )
        except TitleTooLong as error:
            self.title.errors = [
                f"The title has {error.args[0]:,} characters; the limit is {MAX_TITLE_LENGTH:,}."
            ]
        except NoteTooLong as error:
            self.body.errors = [
                f"The text has {error.size:,} bytes; the limit is {error.limit:,}. Nothing is saved"
                " yet: divide it into two notes."
            ]
        except TooManyTags as error:
            self.tags.errors = [f"There are {error.args[0]} tags; the limit is {MAX_TAGS}."]
        except TagTooLong as error:
            self.tags.errors = [
                f"The tag “{error.args[0][:40]}…” is too long; the limit is {MAX_TAG_LENGTH}"
                " characters."
            ]
        return None
