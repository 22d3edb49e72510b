"""The HTML of a note's present version, kept so that reading costs no rendering."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Model


class Rendering(Model):
    __tablename__ = "rendering"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]  # of the note that was rendered
    renderer: Mapped[int]  # website.text.markdown.RENDERER at the time
    html: Mapped[str] = mapped_column(Text)
