"""What is made of a note's text is made anew where the renderer is another than it was then."""

from sqlalchemy import or_, select

from website.database import db
from website.models.note import Note
from website.models.rendering import Rendering
from website.text.markdown import RENDERER, render
from website.text.names import name

BATCH = 20  # notes in one transaction: writers wait no longer than for these
MAX_AT_ONCE = 10_000  # notes; the next run goes on


def renew() -> int:
    """Draw the notes of another renderer's time, keep what they are called and what they link to.

    Returns how many.
    """
    drawn = 0
    while drawn < MAX_AT_ONCE:
        due = (
            select(Note)
            .outerjoin(Rendering, Rendering.note_id == Note.id)
            .where(or_(Rendering.note_id.is_(None), Rendering.renderer != RENDERER))
            .limit(BATCH)
        )
        notes = db.session.scalars(due.with_for_update(of=Note, skip_locked=True)).all()
        for note in notes:
            note.name = name(note.heading)
            note.keep_drawn(render(note.body))
        db.session.commit()
        if not notes:
            break
        drawn += len(notes)
    return drawn
