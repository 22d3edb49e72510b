"""What is made of a note's text is made anew where it was made otherwise, or of other words."""

from collections.abc import Callable

from sqlalchemy import or_, select

from website.database import db, reading
from website.models.findable import Findable
from website.models.note import Note
from website.models.rendering import Rendering
from website.text.folding import FOLDING
from website.text.markdown import RENDERER, render
from website.text.names import name

MAX_AT_ONCE = 10_000  # notes; the next run goes on


def renew(failed: Callable[[int, Exception], None]) -> int:
    """Draw the notes of another renderer's time, keep what they are called, what they link to and
    by what they are found.

    Each is drawn while nothing is locked, and kept if it was not saved meanwhile. One that cannot
    be drawn is told to `failed`, with its number, and left. Returns how many were drawn.
    """
    due = (
        select(Note.id, Note.version, Note.body)
        .outerjoin(Rendering, Rendering.note_id == Note.id)
        .outerjoin(Findable, Findable.note_id == Note.id)
        .where(
            or_(
                Rendering.note_id.is_(None), Rendering.renderer != RENDERER,
                Findable.note_id.is_(None), Findable.folding != FOLDING,
                Findable.version != Note.version,
            )
        )
        .order_by(Note.id)
        .limit(1)
    )  # fmt: skip
    drawn = last = 0
    while drawn < MAX_AT_ONCE:
        with reading() as connection:
            row = connection.execute(due.where(Note.id > last)).first()
        if row is None:
            break
        last = row.id
        try:
            html = render(row.body)
            note = db.session.get(Note, row.id, with_for_update=True)
            if note is not None and note.version == row.version:
                note.name = name(note.heading)
                note.keep_drawn(html)
                drawn += 1
            db.session.commit()
        except Exception as error:
            db.session.rollback()
            failed(row.id, error)
    return drawn
